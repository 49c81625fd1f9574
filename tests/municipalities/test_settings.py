import pytest

from app.municipalities.models import Municipality
from tests.cast import sign_in
from tests.pages import fill, get_page, post_page


@pytest.fixture
def answers(client, asker):
    sign_in(client, asker.coordinator)
    return fill(get_page(client, asker.url("/settings")), "/settings")


def stored(session_factory, town):
    with session_factory() as session:
        return session.get(Municipality, town.municipality.id)


def test_what_is_saved_is_shown_to_residents(client, asker, session_factory, answers):
    answers |= {"contact_name": "Guidekontoret", "first_contact_days": "5", "answer_days": "3"}
    assert client.post(asker.url("/settings"), data=answers).status_code == 303
    assert stored(session_factory, asker).answer_days == 3
    assert "Guidekontoret" in get_page(client, asker.url("/")).main.text


def test_sender_of_messages_is_the_municipality_s_own_or_nobody(
    client, asker, session_factory, answers
):
    answers |= {"sender_name": "Asker kommune", "sms_sender": "Asker 2"}
    assert client.post(asker.url("/settings"), data=answers).status_code == 303
    kept = stored(session_factory, asker)
    assert (kept.sender_name, kept.sms_sender) == ("Asker kommune", "Asker 2")
    again = fill(get_page(client, asker.url("/settings")), "/settings")
    again |= {"sender_name": "", "sms_sender": ""}
    assert client.post(asker.url("/settings"), data=again).status_code == 303
    kept = stored(session_factory, asker)
    assert (kept.sender_name, kept.sms_sender) == ("", "")


def test_sign_up_can_be_closed(client, asker, session_factory, answers):
    answers.pop("sign_up_open")
    client.post(asker.url("/settings"), data=answers)
    assert stored(session_factory, asker).sign_up_open is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_email", "not an address"),
        ("privacy_contact", ""),
        ("contact_name", ""),
        ("accessibility_url", "javascript:alert(1)"),
        ("accessibility_url", 'https://x.example/"><script>'),
        ("contact_phone", "ring oss"),
        ("contact_phone", "1234" * 3),
        ("contact_phone", "66 00 00"),
        ("sender_name", "Asker <all@asker.example>"),
        ("sender_name", "a" * 61),
        ("sms_sender", "Asker kommune"),
        ("sms_sender", "Bærum"),
        ("sms_sender", "123456"),
        ("sms_sender", "A"),
        ("first_contact_days", "0"),
        ("first_contact_days", "15"),
        ("answer_days", "x"),
        ("locale", "xx"),
    ],
)
def test_a_wrong_answer_is_shown_at_its_field_and_nothing_is_saved(
    client, asker, session_factory, answers, field, value
):
    before = getattr(stored(session_factory, asker), field)
    page = post_page(client, asker.url("/settings"), answers | {"answer_days": "9", field: value})
    assert page.select_one(f".ds-error-summary a[href^='#{field}']")
    after = stored(session_factory, asker)
    assert getattr(after, field) == before
    assert after.answer_days == 5


@pytest.mark.parametrize("value", ["0", "-1", "15", "9999", "1.5", "x"])
def test_a_number_out_of_bounds_is_told_the_bounds(client, asker, answers, value):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = post_page(client, asker.url("/settings"), answers | {"first_contact_days": value})
    assert "Write a number from 1 to 14." in page.select_one("#first_contact_days-error").text
    page = post_page(client, asker.url("/settings"), answers | {"first_contact_days": ""})
    assert "Write a number." in page.select_one("#first_contact_days-error").text


@pytest.mark.parametrize(
    "value", ["66 00 00 00", "+47 66000000", "116 117", "02013", "+46 8 123 45 67"]
)
def test_whole_and_short_phone_numbers_are_saved(client, asker, session_factory, answers, value):
    sent = answers | {"contact_phone": value}
    assert client.post(asker.url("/settings"), data=sent).status_code == 303
    assert stored(session_factory, asker).contact_phone == value


def test_two_who_change_the_settings_at_once_do_not_undo_each_other(
    client, asker, session_factory, answers
):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    first = answers | {"answer_days": "3"}
    assert client.post(asker.url("/settings"), data=first).status_code == 303
    page = post_page(client, asker.url("/settings"), answers | {"first_contact_days": "4"})
    assert "in the meantime" in page.select_one("#error-summary").text
    kept = fill(page, "/settings") | {"answer_days": "3"}
    assert client.post(asker.url("/settings"), data=kept).status_code == 303
    after = stored(session_factory, asker)
    assert (after.answer_days, after.first_contact_days) == (3, 4)
