"""Pages of families, as staff use them."""

import re

import pytest
from sqlalchemy import event, select

from app import tenancy
from app.database import engine_of
from app.families.models import Family, FamilyStatus
from app.permissions import Role
from tests import cast
from tests.cast import sign_in
from tests.families.answers import OPEN_ADDRESS, answers
from tests.pages import fill, get_page, post_page, search_page


@pytest.fixture
def caseworker(client, asker):
    sign_in(client, asker.caseworker)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def families_in(session_factory, town):
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        return {row.reference: row for row in session.scalars(select(Family))}


def shown_errors(page):
    return [item.text for item in page.select("#error-summary li")]


def test_a_caseworker_registers_a_family_from_the_empty_form(caseworker, session_factory, asker):
    page = get_page(caseworker, asker.url("/families/new"))
    typed = fill(page, "/families/new")
    assert typed["reference"] == "F-2026-001"
    filled_in = answers(reference=typed["reference"], once_token=typed["once_token"])
    response = caseworker.post(asker.url("/families/new"), data=filled_in)
    assert response.status_code == 303
    page = get_page(caseworker, response.location)
    text = page.select_one("main").text
    assert "Tigrinya: mother tongue" in text
    assert "Letebrhan" in text
    assert "1 (3–5 years), 2 (6–12 years)" in text
    assert "Letebrhan" not in page.title.text
    stored = families_in(session_factory, asker)["F-2026-001"]
    assert stored.registered_by_id == asker.caseworker.id


@pytest.mark.parametrize(("locale", "told"), [("ar", "العربية"), ("uk", "Українська"), ("", None)])
def test_a_family_says_in_which_language_it_is_written_to(
    caseworker, session_factory, asker, locale, told
):
    response = caseworker.post(asker.url("/families/new"), data=answers(locale=locale))
    assert families_in(session_factory, asker)["F-2026-014"].locale == locale
    words = get_page(caseworker, response.location).select_one("main").text
    assert ("We write in" in words) is bool(told)
    assert told is None or told in words
    page = get_page(caseworker, f"{response.location}/edit")
    assert fill(page, "/edit")["locale"] == locale


def test_a_family_is_written_to_in_no_language_that_we_do_not_write(caseworker, asker):
    page = post_page(caseworker, asker.url("/families/new"), answers(locale="xx"))
    assert page.select_one("#error-summary a[href='#locale']")


def test_pressing_the_button_twice_registers_once(caseworker, session_factory, asker):
    first = caseworker.post(asker.url("/families/new"), data=answers())
    second = caseworker.post(asker.url("/families/new"), data=answers(reference="F-2026-099"))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert set(families_in(session_factory, asker)) == {"Asker-1", "F-2026-014"}


def test_a_form_without_its_token_gets_a_new_one(caseworker, asker):
    page = post_page(
        caseworker, asker.url("/families/new"), answers(once_token="it's", contact_name="")
    )
    token = page.select_one("[name=once_token]")["value"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)


def test_a_taken_reference_is_explained_with_one_that_is_free(caseworker, session_factory, asker):
    page = post_page(caseworker, asker.url("/families/new"), answers(reference="Asker-1"))
    assert shown_errors(page) == ["Another family has this reference. F-2026-001 is free."]
    assert set(families_in(session_factory, asker)) == {"Asker-1"}


def test_nothing_that_was_typed_is_lost_on_an_error(caseworker, asker):
    sent = answers(contact_name="", note="Ring <b>first</b>")
    page = post_page(caseworker, asker.url("/families/new"), sent)
    kept = fill(page, "/families/new")
    assert kept.pop("csrf_token")
    kept["note"] = kept["note"].removeprefix("\n")  # as browsers do
    same = {name: value for name, value in kept.items() if value}
    expected = sent | {"lang-2-code": ""}
    assert same == {name: value for name, value in expected.items() if value}
    assert shown_errors(page) == ["Write the first name."]
    assert page.title.text.startswith("Error: ")


def test_another_language_can_be_added_without_script(caseworker, session_factory, asker):
    typed = answers(add_language="1", contact_name="")
    page = post_page(caseworker, asker.url("/families/new"), typed, status=200)
    assert page.select_one("#lang-3-code")
    assert page.select_one("#lang-0-code option[selected]")["value"] == "ti"
    assert not page.select_one("#error-summary")
    assert [tag["id"] for tag in page.select("[autofocus]")] == ["lang-3-code"]
    page = post_page(
        caseworker, asker.url("/families/new"), answers(**{"lang-count": "10"}, contact_name="")
    )
    assert not page.select_one("[name=add_language]")


@pytest.mark.parametrize("reference", ["Letebrhan 01019012345", "123456789012"])
def test_eleven_digits_in_the_reference_are_refused(caseworker, session_factory, asker, reference):
    post_page(caseworker, asker.url("/families/new"), answers(reference=reference))
    assert set(families_in(session_factory, asker)) == {"Asker-1"}


def test_the_list_shows_no_name_and_who_waits_longest_first(
    caseworker, session, session_factory, asker
):
    cast.make_family(session, asker, reference="F-2", status=FamilyStatus.MATCHED)
    session.commit()
    page = get_page(caseworker, asker.url("/families"))
    rows = page.select_one("main").text
    assert "Asker-1" in rows and "F-2" not in rows
    assert "Amal" not in page.text
    everybody = get_page(caseworker, asker.url("/families?status=all")).select_one("main").text
    assert everybody.index("Asker-1") < everybody.index("F-2")
    for nonsense in (
        "?status=x",
        "?page=-1",
        "?page=²",
        "?neighbourhood=x",
        "?q=%25",
        "?page=9",
    ):
        get_page(caseworker, asker.url(f"/families{nonsense}"))


def test_search_finds_by_reference_and_by_neighbourhood(caseworker, session, asker):
    cast.make_family(session, asker, reference="F-77", neighbourhood_id=asker.village.id)
    session.commit()
    for words, place in (("f-7", ""), ("", str(asker.village.id))):
        page = search_page(caseworker, asker.url("/families"), words, neighbourhood=place)
        rows = [row.get_text() for row in page.select(".work-title")]
        assert rows == ["F-77"]
    empty = search_page(caseworker, asker.url("/families"), "Nobody").select_one("main").text
    assert "No family found" in empty


def test_pages_keep_their_filters(caseworker, session, asker):
    for number in range(30):
        cast.make_family(session, asker, reference=f"P-{number:02}")
    session.commit()
    page = search_page(caseworker, asker.url("/families"), "P-")
    following = page.select_one("a[rel=next]")["href"]
    assert "found=1" in following and "page=2" in following
    assert len(get_page(caseworker, following).select("main li a[href*='/families/']")) >= 5


def test_a_family_is_corrected(caseworker, session_factory, asker):
    url = asker.url(f"/families/{asker.family.id}/edit")
    typed = fill(get_page(caseworker, url), "/edit")
    changed = typed | {"reference": "Asker-2", "household_size": "5", "neighbourhood": ""}
    changed["age_wish"] = "60-74"
    assert caseworker.post(url, data=changed).status_code == 303
    stored = families_in(session_factory, asker)
    assert set(stored) == {"Asker-2"}
    assert (stored["Asker-2"].household_size, stored["Asker-2"].neighbourhood_id) == (5, None)
    typed = fill(get_page(caseworker, url), "/edit")
    assert typed["age_wish"] == "60-74"
    assert "60–74 years" in get_page(caseworker, url.removesuffix("/edit") + "?lang=en").text
    post_page(caseworker, url, typed | {"household_size": "2"})
    assert families_in(session_factory, asker)["Asker-2"].household_size == 5


def test_a_household_reached_by_email_has_a_number_too_and_may_lose_it(
    caseworker, session_factory, asker
):
    url = asker.url(f"/families/{asker.family.id}/edit")
    typed = fill(get_page(caseworker, url), "/edit")
    both = {
        "contact_way": "email",
        "contact_email": "amal@home.example",
        "contact_phone": "900 00 777",
    }
    assert caseworker.post(url, data=typed | both).status_code == 303
    aside = get_page(caseworker, url.removesuffix("/edit")).find("aside")
    assert aside.find("a", href="tel:+4790000777") and "amal@home.example" in aside.text
    typed = fill(get_page(caseworker, url), "/edit")
    assert typed["contact_phone"] == "900 00 777"
    assert caseworker.post(url, data=typed | {"contact_way": "through_staff"}).status_code == 303
    [stored] = families_in(session_factory, asker).values()
    assert (stored.contact_phone, stored.contact_email) == ("", "")


def test_two_who_correct_a_family_at_once_do_not_undo_each_other(
    caseworker, session_factory, asker
):
    url = asker.url(f"/families/{asker.family.id}/edit")
    first = fill(get_page(caseworker, url), "/edit")
    second = first | {"note": "Ring first"}
    first |= {"household_size": "6", "add_language": "1"}
    first = fill(post_page(caseworker, url, first, status=200), "/edit")
    assert caseworker.post(url, data=first).status_code == 303
    page = post_page(caseworker, url, second)
    assert "in the meantime" in shown_errors(page)[0]
    stored = families_in(session_factory, asker)["Asker-1"]
    assert (stored.household_size, stored.note) == (6, "")
    kept = fill(page, "/edit")
    assert (kept["note"].strip(), kept["household_size"]) == ("Ring first", "4")
    assert caseworker.post(url, data=kept | {"household_size": "6"}).status_code == 303
    stored = families_in(session_factory, asker)["Asker-1"]
    assert (stored.household_size, stored.note) == (6, "Ring first")


def test_a_guide_proposed_meanwhile_is_no_change_of_the_family(caseworker, session_factory, asker):
    url = asker.url(f"/families/{asker.family.id}/edit")
    typed = fill(get_page(caseworker, url), "/edit")
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        session.get(Family, asker.family.id).mark_matched()
        session.commit()
    assert caseworker.post(url, data=typed).status_code == 303


def test_a_family_that_leaves_is_shown_so_and_changed_no_more(caseworker, session_factory, asker):
    url = asker.url(f"/families/{asker.family.id}")
    page = get_page(caseworker, f"{url}/withdrawal")
    assert "no consequences" in page.select_one("main").text
    assert caseworker.post(f"{url}/withdrawal").status_code == 303
    assert families_in(session_factory, asker)["Asker-1"].status is FamilyStatus.WITHDRAWN
    page = get_page(caseworker, url)
    assert not page.select("main a[href$='/edit'], main a[href$='/candidates']")
    assert caseworker.post(f"{url}/withdrawal").status_code == 409
    assert caseworker.get(f"{url}/edit").status_code == 409
    assert caseworker.get(f"{url}/withdrawal").status_code == 409


def test_only_who_matches_is_offered_to_find_a_guide(client, session, asker):
    waiting = cast.make_family(session, asker, reference="F-2")
    session.commit()
    url = asker.url(f"/families/{waiting.id}")
    for role, offered in ((Role.CASEWORKER, False), (Role.COORDINATOR, True)):
        sign_in(client, asker.users[role])
        link = get_page(client, url).select("main a[href$='/candidates']")
        assert bool(link) is offered


@pytest.mark.parametrize("path", ["", "/new", "/{id}", "/{id}/edit", "/{id}/withdrawal"])
def test_outsiders_find_no_family_page(client, asker, baerum, path):
    sign_in(client, baerum.coordinator)
    url = asker.url("/families" + path.format(id=asker.family.id))
    assert client.get(url).status_code == 404
    if path not in {"", "/{id}"}:
        assert client.post(url, data=answers()).status_code == 404
    if "{id}" in path:  # from inside their own municipality
        own = baerum.url("/families" + path.format(id=asker.family.id))
        assert client.get(own).status_code == 404


def test_a_guide_sees_no_family_page(client, asker):
    sign_in(client, asker.guide_user)
    assert client.get(asker.url("/families")).status_code == 404
    assert client.get(asker.url(f"/families/{asker.family.id}")).status_code == 404


def test_a_list_page_makes_at_most_twelve_queries(caseworker, session, session_factory, asker):
    for number in range(25):
        cast.make_family(session, asker, reference=f"P-{number:02}")
    session.commit()
    statements = []
    engine = engine_of(session_factory)

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith("SELECT") and "set_config" not in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for path in ("/families", f"/families/{asker.family.id}", "/families/new"):
            statements.clear()
            get_page(caseworker, asker.url(path))
            assert len(statements) <= 12, statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_registering_needs_the_token_against_forged_forms(armed, session_factory, asker):
    client = armed.test_client()
    sign_in(client, asker.caseworker)
    assert client.post(asker.url("/families/new"), data=answers()).status_code == 400
    assert set(families_in(session_factory, asker)) == {"Asker-1"}


def test_the_questions_about_the_gate_belong_to_new_families_only(caseworker, asker):
    page = get_page(caseworker, asker.url(f"/families/{asker.family.id}/edit"))
    of_the_gate = OPEN_ADDRESS.keys() - {"contact_is_adult"}  # whoever becomes the contact later
    assert not [name for name in of_the_gate if page.select_one(f"[name={name}]")]


def test_counts_are_of_this_municipality_alone(caseworker, session_factory, asker, baerum):
    assert families_in(session_factory, baerum)
    tabs = get_page(caseworker, asker.url("/families")).select(".tabs .count")
    assert [tab.text for tab in tabs] == ["1", "0", "0", "1"]


def test_the_contact_person_is_rung_from_the_page(caseworker, asker):
    page = get_page(caseworker, asker.url(f"/families/{asker.family.id}"))
    link = page.select_one("main a[href^='tel:']")
    assert (link["href"], link.text) == ("tel:+4790000202", "900 00 202")


def test_a_new_contact_person_is_grown_up_too(caseworker, session_factory, asker):
    url = asker.url(f"/families/{asker.family.id}/edit")
    typed = fill(get_page(caseworker, url), "/edit")
    changed = typed | {"contact_name": "Sønnen Ali"}
    page = post_page(caseworker, url, changed)
    assert "18" in shown_errors(page)[0]
    assert fill(page, "/edit")["contact_name"] == "Sønnen Ali"
    assert families_in(session_factory, asker)["Asker-1"].contact_name == typed["contact_name"]
    assert caseworker.post(url, data=changed | {"contact_is_adult": "y"}).status_code == 303
    assert families_in(session_factory, asker)["Asker-1"].contact_name == "Sønnen Ali"
