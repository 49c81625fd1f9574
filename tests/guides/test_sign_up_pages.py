"""Sign-up as a browser sees it."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.geocoding import AddressLocator
from app.guides.models import Guide, SignUpDraft
from app.municipalities.models import Municipality, Neighbourhood, PlacedBy, Postcode
from tests.guides.answers import ABOUT, CONFIRM, LANGUAGES, STEPS, TIME, fill_in, letters, sign_up
from tests.pages import fill, get_page, post_page

ENGLISH = {"Accept-Language": "en"}


def guides_called(session, name="Sinéad O'Brien") -> list[Guide]:
    session.rollback()
    return list(session.scalars(select(Guide).where(Guide.name == name)))


def draft(session) -> SignUpDraft | None:
    session.rollback()
    return session.scalar(select(SignUpDraft).execution_options(populate_existing=True))


@pytest.fixture
def at(asker):
    """Return the address of a step."""
    return lambda step: asker.url(f"/sign-up/{step}")


def test_four_steps_make_an_application(client, asker, session, at):
    page = get_page(client, at("about-you"))
    assert page.select_one("form")["action"] == at("about-you")
    sign_up(client, asker)
    (guide,) = guides_called(session)
    assert (guide.neighbourhood_id, guide.placed_by) == (asker.village.id, PlacedBy.POSTCODE)
    assert len(letters(session, "sinead@example.com")) == 1
    thanks = get_page(client, at("thanks"), headers=ENGLISH)
    assert "within 7 days" in thanks.text


def test_the_form_works_as_the_browser_fills_it(client, asker, session, at):
    """What the pages offer ready-filled is what the server reads."""
    fill_in(client, asker)
    for step, _answers in STEPS:
        page = get_page(client, at(step))
        assert client.post(at(step), data=fill(page, step)).status_code == 303
    data = fill(get_page(client, at("confirm")), "confirm") | {"consent": "y"}
    assert client.post(at("confirm"), data=data).location == at("thanks")
    (guide,) = guides_called(session)
    assert guide.placed_by is PlacedBy.POSTCODE
    assert {row.code for row in guide.languages} == {"no", "ti"}
    assert guide.has_pets and guide.hours_per_meeting == 2


def test_pressing_send_twice_gives_one_guide(client, asker, session, at):
    sign_up(client, asker)
    again = client.post(at("confirm"), data=CONFIRM)
    assert (again.status_code, again.location) == (303, at("thanks"))
    assert len(guides_called(session)) == 1
    assert len(letters(session, "sinead@example.com")) == 1


@pytest.mark.parametrize("step", ["languages", "time", "confirm"])
def test_who_goes_back_after_sending_comes_to_the_thanks(client, asker, at, step):
    """Not to an empty first step, as if nothing had arrived; there, the next person begins."""
    sign_up(client, asker)
    assert client.get(at(step)).location == at("thanks")
    assert client.post(at(step), data={"back": "y"}).location == at("thanks")
    first = get_page(client, at("about-you"))
    assert not first.select_one("input[name=name]").get("value")


def apply_from(flask_app, asker, network: str, email: str):
    browser = flask_app.test_client()
    browser.environ_base["REMOTE_ADDR"] = network
    fill_in(browser, asker, email=email)
    return browser.post(asker.url("/sign-up/confirm"), data=CONFIRM)


def test_a_network_can_apply_five_times_an_hour(flask_app, asker, session):
    for number in range(5):
        answer = apply_from(flask_app, asker, "203.0.113.7", f"sinead{number}@example.com")
        assert answer.status_code == 303
    answer = apply_from(flask_app, asker, "203.0.113.7", "sinead5@example.com")
    assert answer.status_code == 429 and "Retry-After" in answer.headers
    assert apply_from(flask_app, asker, "203.0.113.8", "sinead6@example.com").status_code == 303
    assert len(guides_called(session)) == 6


def test_an_address_can_be_used_three_times_a_day_from_wherever(flask_app, asker, session):
    codes = [
        apply_from(flask_app, asker, f"203.0.113.{number}", "Victim@example.com").status_code
        for number in range(4)
    ]
    assert codes == [303, 303, 303, 429]
    assert len(letters(session, "victim@example.com")) <= 1


def test_a_known_address_sees_the_same_page_as_a_new_one(client, asker, session, at):
    sign_up(client, asker, email=asker.guide.email)
    assert guides_called(session) == []
    assert [x.template for x in letters(session, asker.guide.email)] == ["known_address"]


@pytest.mark.parametrize(
    ("done", "step", "led_to"),
    [
        (0, "languages", "about-you"),
        (0, "confirm", "about-you"),
        (1, "time", "languages"),
        (1, "confirm", "languages"),
        (2, "confirm", "time"),
    ],
)
def test_a_later_step_leads_to_the_first_unfinished_one(client, at, done, step, led_to):
    for name, answers in STEPS[:done]:
        client.post(at(name), data=answers)
    for response in (client.get(at(step)), client.post(at(step), data=TIME | CONFIRM)):
        assert (response.status_code, response.location) == (303, at(led_to))


def test_nothing_is_lost_on_an_error(client, at):
    page = post_page(client, at("about-you"), ABOUT | {"phone": "12", "gender": ""})
    assert page.select_one("#name")["value"] == "Sinéad O'Brien"
    assert page.select_one("#phone")["value"] == "12"
    assert page.select_one("#age_group-2").has_attr("checked")
    assert page.select_one("#postcode")["value"] == "3470"
    links = [link["href"] for link in page.select("#error-summary a")]
    assert links == ["#phone", "#gender-0"]
    assert page.select_one("title").text.count(":") >= 1


def test_every_language_error_is_in_the_summary_and_leads_to_its_row(client, at):
    client.post(at("about-you"), data=ABOUT)
    wrong = LANGUAGES | {"lang-0-level": "", "lang-1-level": ""}
    page = post_page(client, at("languages"), wrong)
    links = [link["href"] for link in page.select("#error-summary a")]
    assert links == ["#lang-0-code", "#lang-1-code"]


def test_going_back_keeps_what_is_valid(client, asker, session, at):
    client.post(at("about-you"), data=ABOUT)
    begun = LANGUAGES | {"lang-0-level": "", "back": "1"}
    assert client.post(at("languages"), data=begun).location == at("about-you")
    page = get_page(client, at("languages"))
    assert not page.select("#error-summary")
    chosen = [option["value"] for option in page.select("#lang-group option[selected]")]
    assert chosen == ["no", "ti", "2"]
    assert page.select_one("input[name=interests][checked]")["value"] == "cooking"
    assert client.get(at("time")).location == at("languages")  # nothing is skipped by it


def test_going_back_with_everything_right_finishes_the_step(client, asker, session, at):
    fill_in(client, asker)
    client.post(at("time"), data={"back": "1", "rhythm": "weekly"})
    answer = client.post(at("time"), data=TIME | {"back": "1", "rhythm": "monthly"})
    assert (answer.status_code, answer.location) == (303, at("languages"))
    assert set(draft(session).answers) == {"about", "languages", "time"}
    assert get_page(client, at("time")).select_one("input[name=rhythm][checked]")["value"] == (
        "monthly"
    )


def test_what_is_no_answer_is_not_kept_on_the_way_back(client, session, at):
    client.post(at("about-you"), data=ABOUT)
    wrong = {"lang-count": "1", "lang-0-code": "01017012345", "interests": "01017012345"}
    client.post(at("languages"), data=wrong | {"back": "1"})
    assert "01017012345" not in str(draft(session).answers)


def test_the_new_language_row_has_the_focus(client, at):
    client.post(at("about-you"), data=ABOUT)
    assert not get_page(client, at("languages")).select("[autofocus]")
    page = post_page(client, at("languages"), LANGUAGES | {"add_language": "1"}, status=200)
    assert [tag["id"] for tag in page.select("[autofocus]")] == ["lang-2-code"]


def test_a_phone_number_stays_as_it_was_typed_until_it_is_kept(client, at):
    page = post_page(client, at("about-you"), ABOUT | {"phone": "9000 0123", "gender": ""})
    assert page.select_one("#phone")["value"] == "9000 0123"
    client.post(at("about-you"), data=ABOUT | {"phone": "6600 0123"})
    assert get_page(client, at("about-you")).select_one("#phone")["value"] == "66 00 01 23"


def test_those_under_eighteen_are_thanked_without_a_promise_of_a_family(client, asker, at):
    sign_up(client, asker, age_group="16-17")
    page = get_page(client, at("thanks"), headers=ENGLISH)
    assert "youth group" in page.text
    assert "Your parents or guardian must say yes before you meet anybody" in page.main.text
    assert "family" not in page.main.text and "7 days" not in page.main.text


def test_those_under_eighteen_check_nothing_about_a_family(client, asker, session, at):
    fill_in(client, asker, age_group="16-17")
    page = get_page(client, at("confirm"), headers=ENGLISH)
    assert "Groups of young people only" in page.main.text
    assert "group of young people whom you can meet" in page.main.text
    assert "find a group for me" in page.main.text
    assert "1 family" not in page.main.text and "find a family" not in page.main.text
    fill_in(client, asker)
    page = get_page(client, at("confirm"), headers=ENGLISH)
    assert "1 family" in page.main.text and "find a family for me" in page.main.text
    assert "roups of young people" not in page.main.text


def test_another_language_row_keeps_what_was_filled_in(client, at):
    client.post(at("about-you"), data=ABOUT)
    page = post_page(client, at("languages"), LANGUAGES | {"add_language": "1"}, status=200)
    assert page.select_one("#lang-1-code option[selected]")["value"] == "ti"
    assert page.select_one("#lang-2-code") is not None
    assert page.select_one("input[name=interests][checked]")["value"] == "cooking"


def test_going_back_shows_the_answers_and_changing_one_returns_to_the_check_page(client, asker, at):
    fill_in(client, asker)
    page = get_page(client, at("time"))
    assert page.select_one("input[name=availability][checked]")["value"] == "0-2"
    answer = client.post(at("time"), data=TIME | {"capacity": "2"})
    assert answer.location == at("confirm")
    assert "2 families" in get_page(client, at("confirm"), headers=ENGLISH).text


def test_the_check_page_shows_every_answer_with_a_way_to_change_it(client, asker, at):
    fill_in(client, asker)
    page = get_page(client, at("confirm"), headers=ENGLISH)
    for words in ("Sinéad O'Brien", "sinead@example.com", "900 00 123", "Tigrinya – well"):
        assert words in page.text
    for words in ("Asker Village (from the postcode)", "Mon 17–21, Sat 12–17", "30 minutes"):
        assert words in page.text
    links = {a["href"] for a in page.select("main a")}
    assert {at("about-you"), at("languages"), at("time")} <= links


def test_without_consent_nothing_is_kept(client, asker, session, at):
    fill_in(client, asker)
    post_page(client, at("confirm"), {"consent_version": "2026-11"})
    assert guides_called(session) == []
    assert letters(session, "sinead@example.com") == []


def test_the_address_is_in_no_column(client, asker, session, at, flask_app, monkeypatch):
    locator = AddressLocator(clock=lambda: 0.0)
    monkeypatch.setitem(flask_app.extensions, "locator", locator)
    answers = ABOUT | {"postcode": "", "address": "Hemmelig vei 7, Asker Village"}
    assert client.post(at("about-you"), data=answers).status_code == 303
    kept = str(draft(session).answers)
    assert "Hemmelig" not in kept and str(asker.village.id) in kept
    assert "Hemmelig" not in client.get(at("about-you")).text


def test_the_address_is_asked_for_only_where_it_leads_somewhere(client, session, at):
    assert get_page(client, at("about-you")).select_one("#address")
    for row in [*session.scalars(select(Neighbourhood)), *session.scalars(select(Postcode))]:
        row.latitude = row.longitude = None
    session.commit()
    assert get_page(client, at("about-you")).select_one("#address") is None


def test_unknown_postcode_asks_for_the_neighbourhood_with_the_other_errors(client, at):
    client.get(f"{at('about-you')}?lang=en")
    page = post_page(client, at("about-you"), ABOUT | {"postcode": "9999", "phone": ""})
    links = [link["href"] for link in page.select("#error-summary a")]
    assert links == ["#phone", "#postcode"]
    assert "9999 is not a postcode in Asker" in page.select_one("#postcode-error").text


def test_half_a_postcode_is_called_that(client, at):
    client.get(f"{at('about-you')}?lang=en")
    page = post_page(client, at("about-you"), ABOUT | {"postcode": "34"})
    assert "four digits" in page.select_one("#postcode-error").text


def test_it_works_with_no_places_at_all(client, asker, session, at):
    session.query(Postcode).delete()
    for row in session.scalars(select(Neighbourhood)):
        row.active = False
    session.commit()
    page = get_page(client, at("about-you"))
    assert page.select_one("#postcode") is None
    values = [option["value"] for option in page.select("#neighbourhood option")]
    assert values == ["", "elsewhere"]
    sign_up(client, asker, postcode="", neighbourhood="elsewhere")
    (guide,) = guides_called(session)
    assert guide.neighbourhood_id is None


def test_machines_that_fill_in_everything_are_stopped(client, at, session):
    page = post_page(client, at("about-you"), ABOUT | {"trap": "https://spam.example"})
    assert page.select_one("#trap-error")
    assert not page.select_one("#trap").find_parent(hidden=True)  # a person must be able to see it
    assert draft(session) is None


def test_the_trap_is_out_of_sight(client, at):
    page = get_page(client, at("about-you"))
    assert page.select_one("#trap").find_parent(hidden=True)


def test_after_a_day_the_steps_begin_anew(client, asker, session, at):
    fill_in(client, asker)
    draft(session).created_at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=24)
    session.commit()
    assert client.get(at("confirm")).location == at("about-you")


def test_the_cookie_is_for_this_municipality_and_not_for_scripts(client, at):
    cookie = client.post(at("about-you"), data=ABOUT).headers["Set-Cookie"]
    assert cookie.startswith("sign_up_asker=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie and "Expires" not in cookie, "gone with the browser"


def test_one_municipalitys_draft_is_nothing_to_another(client, asker, baerum):
    fill_in(client, asker)
    assert client.get(baerum.url("/sign-up/confirm")).location == baerum.url("/sign-up/about-you")


def test_a_closed_municipality_shows_its_front_page_instead(client, asker, session, at):
    fill_in(client, asker)
    session.get_one(Municipality, asker.municipality.id).sign_up_open = False
    session.commit()
    assert client.get(at("about-you")).location == asker.url("/")
    assert client.post(at("confirm"), data=CONFIRM).location == asker.url("/")
    assert guides_called(session) == []


@pytest.mark.parametrize("name", ["محمد الأحمد", "ሰላም ተስፋይ", "Suharto", "Ronald McDonald"])
def test_names_arrive_as_people_have_them(client, asker, session, name):
    sign_up(client, asker, name=f"  {name} ")
    (guide,) = guides_called(session, name)
    assert guide.first_name in name


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_step_is_there_in_three_languages(client, asker, at, language):
    fill_in(client, asker)
    for step in ("about-you", "languages", "time", "confirm", "thanks"):
        assert get_page(client, f"{at(step)}?lang={language}").html["lang"] == language


def test_forged_forms_are_refused(armed, at):
    assert armed.test_client().post(at("about-you"), data=ABOUT).status_code == 400
