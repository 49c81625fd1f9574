"""The pages of neighbourhoods, as staff meet them."""

import pytest
from sqlalchemy import select

from app import tenancy
from app.municipalities.models import Neighbourhood, NeighbourhoodLink, Tier
from app.permissions import Role
from tests.cast import sign_in
from tests.pages import fill, get_page, post_page


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def stored(session_factory, town):
    """Return the town's neighbourhoods by name and its links, as committed."""
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        rows = session.scalars(select(Neighbourhood)).all()
        return {row.name: row for row in rows}, session.scalars(select(NeighbourhoodLink)).all()


def page_of(town, row, rest=""):
    return town.url(f"/neighbourhoods/{row.id}{rest}")


def test_the_list_shows_own_places_and_nobody_elses(coordinator, asker, baerum):
    page = get_page(coordinator, asker.url("/neighbourhoods"))
    assert "Asker Village" in page.text and "1 postcode" in page.text
    assert "Baerum" not in page.main.text


def test_the_list_is_searched_and_paged(coordinator, asker, session):
    session.add_all(Neighbourhood(name=f"Place {n:02}") for n in range(30))
    session.commit()
    page = get_page(coordinator, asker.url("/neighbourhoods"))
    assert "Place 22" in page.text and "Place 25" not in page.text
    assert "Place 25" in get_page(coordinator, asker.url("/neighbourhoods?page=2")).text
    found = get_page(coordinator, asker.url("/neighbourhoods?q=village")).main.text
    assert "Asker Village" in found and "Place" not in found
    found = get_page(coordinator, asker.url("/neighbourhoods?q=347")).main.text
    assert "Asker Village" in found and "Asker Centre" not in found
    assert "No such" in get_page(coordinator, asker.url("/neighbourhoods?q=<b>&page=0")).main.text


def test_a_place_tells_the_ways_to_the_others(coordinator, asker):
    page = get_page(coordinator, page_of(asker, asker.centre))
    assert "About 20 minutes apart" in page.main.text
    assert "1383" in page.main.text


def test_a_municipality_without_any_place_is_told_how_to_begin(coordinator, asker, session):
    for model in (NeighbourhoodLink,):
        for row in session.scalars(select(model)):
            session.delete(row)
    for row in session.scalars(select(Neighbourhood)):
        row.active = False
    session.commit()
    page = get_page(coordinator, page_of(asker, asker.centre))
    assert "only neighbourhood so far" in page.main.text
    get_page(coordinator, asker.url("/neighbourhoods/new"))


def test_names_and_ticks_alone_are_enough(coordinator, asker, session_factory):
    """No point, no postcode, no file: a neighbourhood that lies next to another one."""
    form = get_page(coordinator, asker.url("/neighbourhoods/new"))
    answers = fill(form, "neighbourhoods/new") | {
        "name": "  Čáhppe   Ås ",
        "next_to": [str(asker.village.id)],
    }
    response = coordinator.post(asker.url("/neighbourhoods/new"), data=answers)
    assert response.status_code == 303
    places, _links = stored(session_factory, asker)
    new = places["Čáhppe Ås"]
    assert (new.tier, new.latitude, new.active) == (Tier.MAIN, None, True)
    page = get_page(coordinator, response.location)
    assert page.select_one("tbody tr").text.split() == [
        *[
            "Asker",
            "Village",
            "Next",
            "to",
            "each",
            "other",
            "set",
            "by",
            "staff",
            "Change",
            "the",
            "way",
            "to",
            "Asker",
            "Village",
        ]
    ]
    assert "not on the map" in get_page(coordinator, asker.url("/neighbourhoods")).main.text


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (("10.43", "59.83"), "changed places"),
        (("59,83", ""), "both numbers"),
        (("59.83", "nan"), "not in Norway"),
        (("48.1", "11.5"), "not in Norway"),
        (("north", "east"), "both numbers"),
    ],
)
def test_a_wrong_point_is_refused_with_the_reason(
    coordinator, asker, session_factory, point, message
):
    answers = {"name": "Heia", "latitude": point[0], "longitude": point[1], "active": "y"}
    page = post_page(coordinator, asker.url("/neighbourhoods/new"), answers)
    assert message in page.select_one("#latitude-error").text
    assert "Heia" not in stored(session_factory, asker)[0]


def test_a_point_may_be_written_with_a_comma(coordinator, asker, session_factory):
    answers = {"name": "Heia", "latitude": "59,8312", "longitude": "10,4", "active": "y"}
    assert coordinator.post(asker.url("/neighbourhoods/new"), data=answers).status_code == 303
    row = stored(session_factory, asker)[0]["Heia"]
    assert (row.latitude, row.longitude) == (59.831, 10.4)


def test_a_name_that_is_taken_is_refused(coordinator, asker):
    answers = {"name": "Asker Village", "active": "y"}
    page = post_page(coordinator, asker.url("/neighbourhoods/new"), answers)
    assert "has this name" in page.select_one("#name-error").text


def test_a_place_is_moved_into_another_and_taken_out_of_use(coordinator, asker, session_factory):
    url = page_of(asker, asker.village, "/edit")
    answers = fill(get_page(coordinator, url), "/edit")
    assert answers["latitude"] == "59.78"
    answers |= {"parent": str(asker.centre.id), "name": "Landsbyen"}
    del answers["active"]
    assert coordinator.post(url, data=answers).status_code == 303
    row = stored(session_factory, asker)[0]["Landsbyen"]
    assert (row.tier, row.parent_id, row.active) == (Tier.FINE, asker.centre.id, False)
    page = get_page(coordinator, page_of(asker, asker.village))
    assert "as far from here as from Asker Centre" in page.main.text
    inside = post_page(
        coordinator,
        page_of(asker, asker.centre, "/edit"),
        {"name": "Asker Centre", "parent": str(asker.village.id)},
    )
    assert inside.select_one("#parent-error")


def test_a_place_of_another_municipality_cannot_be_the_parent(coordinator, asker, baerum):
    answers = {"name": "Heia", "parent": str(baerum.centre.id)}
    page = post_page(coordinator, asker.url("/neighbourhoods/new"), answers)
    assert page.select_one("#parent-error")


def test_staff_set_the_minutes_and_go_back_to_the_files(coordinator, asker, session_factory):
    url = page_of(asker, asker.centre, f"/ways/{asker.village.id}")
    answers = fill(get_page(coordinator, url), "/ways/") | {"way": "minutes", "minutes": "47"}
    assert coordinator.post(url, data=answers).status_code == 303
    page = get_page(coordinator, page_of(asker, asker.village))
    assert "Asker Centre 47 minutes set by staff" in " ".join(page.main.text.split())
    assert fill(get_page(coordinator, url), "/ways/")["minutes"] == "47"
    assert coordinator.post(url, data={"reset": "1"}).status_code == 303
    page = get_page(coordinator, page_of(asker, asker.village))
    assert "About 20 minutes apart" in page.main.text and "set by staff" not in page.main.text


def test_a_place_that_cannot_be_reached_is_told_so(coordinator, asker, session_factory):
    url = page_of(asker, asker.village, f"/ways/{asker.centre.id}")
    assert coordinator.post(url, data={"way": "unreachable", "minutes": "7"}).status_code == 303
    (link,) = stored(session_factory, asker)[1]
    assert (link.staff_unreachable, link.staff_minutes, link.minutes) == (True, None, 20)
    page = get_page(coordinator, page_of(asker, asker.centre))
    assert "No practical way" in page.main.text


def test_a_place_that_cannot_be_reached_is_not_next_door(coordinator, asker):
    url = page_of(asker, asker.village, f"/ways/{asker.centre.id}")
    page = post_page(coordinator, url, {"way": "unreachable", "adjacent": "y"})
    assert page.select_one("#adjacent-error")


def test_two_who_change_a_place_at_once_do_not_undo_each_other(coordinator, asker, session_factory):
    url = page_of(asker, asker.village, "/edit")
    typed = fill(get_page(coordinator, url), "/edit")
    assert coordinator.post(url, data=typed | {"name": "Landsbyen"}).status_code == 303
    page = post_page(coordinator, url, typed | {"latitude": "59.79"})
    assert "in the meantime" in page.select_one("#error-summary").text
    assert stored(session_factory, asker)[0]["Landsbyen"].latitude == 59.78


@pytest.mark.parametrize("answers", [{"way": "minutes"}, {"way": "minutes", "minutes": "301"}])
def test_minutes_are_asked_for_within_reason(coordinator, asker, answers):
    url = page_of(asker, asker.centre, f"/ways/{asker.village.id}")
    assert post_page(coordinator, url, answers).select_one("#minutes-error")


def test_there_is_no_way_from_a_place_to_itself(coordinator, asker):
    url = page_of(asker, asker.centre, f"/ways/{asker.centre.id}")
    page = post_page(coordinator, url, {"way": "unreachable"})
    assert "itself" in page.select_one("#error-summary").text


def test_a_caseworker_looks_and_changes_nothing(client, asker):
    sign_in(client, asker.users[Role.CASEWORKER])
    page = get_page(client, page_of(asker, asker.centre))
    assert not page.main.select("a[href$=edit], a[href*=ways]")
    assert client.get(page_of(asker, asker.centre, "/edit")).status_code == 404
    assert client.post(asker.url("/neighbourhoods/new"), data={"name": "X"}).status_code == 404


def test_outsiders_find_no_place_and_no_way(coordinator, asker, baerum):
    for rest in ("", "/edit", f"/ways/{asker.centre.id}"):
        foreign = f"/{asker.slug}/neighbourhoods/{baerum.centre.id}{rest}"
        assert coordinator.get(foreign).status_code == 404
    into = page_of(asker, asker.centre, f"/ways/{baerum.centre.id}")
    assert coordinator.post(into, data={"way": "unreachable"}).status_code == 404
