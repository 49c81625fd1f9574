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
