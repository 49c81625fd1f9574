"""The map beside the guides for a family: neighbourhoods' points, rounded, and nothing finer."""

import json
import re
from dataclasses import replace

import pytest

from app.errors import NotPermitted
from app.guides.models import Guide, GuideStatus
from app.matches import queries
from app.municipalities.models import Neighbourhood, NeighbourhoodLink, Postcode
from app.permissions import Role
from config import Config, WrongSettingError
from tests import cast
from tests.cast import sign_in
from tests.pages import get_page

TILES = "https://tiles.example/map/{z}/{y}/{x}.png"
DEGREES = re.compile(r"(?<![\d.])\d{1,2}\.\d+")


@pytest.fixture
def family(session, asker):
    """A family in the centre; a guide lives there and another in the village, 23 minutes away."""
    centre = session.get(Neighbourhood, asker.centre.id)
    centre.latitude, centre.longitude = 59.83456, 10.43211
    village = session.get(Neighbourhood, asker.village.id)
    village.latitude, village.longitude = 59.77991, 10.50499
    session.query(NeighbourhoodLink).one().minutes = 23
    for code in session.query(Postcode):
        code.latitude, code.longitude = 59.8399, 10.4277
    guide = cast.make_guide(session, asker, name="Liv Village", status=GuideStatus.READY)
    guide.neighbourhood_id = village.id
    family = cast.make_family(session, asker, reference="F-2")
    session.commit()
    return family


def page_of(client, asker, family):
    sign_in(client, asker.coordinator)
    return get_page(client, asker.url(f"/families/{family.id}/candidates?lang=en"))


def points(page):
    return [
        (card["data-place"], card["data-lat"], card["data-lon"])
        for card in page.select(".candidate[data-place]")
    ]


def test_each_guide_in_the_list_says_where_their_neighbourhood_lies(client, asker, family):
    page = page_of(client, asker, family)
    assert sorted(points(page)) == [
        ("Asker Centre", "59.83", "10.43"),
        ("Asker Village", "59.78", "10.5"),
    ]
    shown = page.select_one("neighbourhood-map")
    assert (shown["data-home-name"], shown["data-home"]) == ("Asker Centre", "59.83,10.43")
    assert page.select_one(f"#{shown['data-list']}.candidates")
    assert "Neighbourhoods, not addresses" in page.select_one(".map-box").text


def test_no_other_place_and_no_distance_reaches_the_browser(client, asker, family):
    page = page_of(client, asker, family)
    for drawing in page.select("svg"):
        drawing.extract()
    told = {float(number) for number in DEGREES.findall(str(page.main))}
    assert {n for n in told if 57 <= n <= 82 or 4 <= n <= 32} == {59.83, 10.43, 59.78, 10.5}
    text = page.main.get_text(" ")
    assert "About 25 minutes apart" in text
    assert not re.search(r"\b23 ?min|\b\d+([.,]\d+)? ?(km|kilomet|metre|m)\b", text)
    assert "59.8399" not in str(page) and "10.4277" not in str(page)


def test_names_of_places_stay_words_whatever_they_hold(client, session, asker, family):
    name = """O'Brien "</script><b>&"""
    session.get(Neighbourhood, asker.village.id).name = name
    session.commit()
    page = page_of(client, asker, family)
    around = json.loads(page.select_one("neighbourhood-map")["data-around"])
    assert [name, 59.78, 10.5, True] in around
    assert name in [place for place, _lat, _lon in points(page)]


def test_where_no_neighbourhood_has_a_point_there_is_no_map(client, session, asker, family):
    for place in session.query(Neighbourhood):
        place.latitude = place.longitude = None
    session.commit()
    page = page_of(client, asker, family)
    assert page.select(".candidate")
    assert not page.select(".map-side, [data-place]")
    assert "map" not in " ".join(str(tag) for tag in page.select("script, link"))


def test_without_a_point_of_its_own_the_family_is_not_on_the_map(client, session, asker, family):
    session.get(type(family), family.id).neighbourhood_id = None
    session.commit()
    shown = page_of(client, asker, family).select_one("neighbourhood-map")
    assert shown and "data-home" not in shown.attrs


def test_without_a_guide_who_fits_there_is_no_map(client, session, asker, family):
    for guide in session.query(Guide):
        guide.status = GuideStatus.PAUSED
    session.commit()
    assert not page_of(client, asker, family).select(".map-side")


def test_a_place_that_is_no_longer_used_is_drawn_for_its_guide_alone(
    client, session, asker, family
):
    session.get(Neighbourhood, asker.village.id).active = False
    session.commit()
    page = page_of(client, asker, family)
    assert ("Asker Village", "59.78", "10.5") in points(page)
    around = json.loads(page.select_one("neighbourhood-map")["data-around"])
    assert [name for name, *_rest in around] == ["Asker Centre"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_those_who_propose_see_where_places_lie(client, session, asker, family, role):
    sign_in(client, asker.users[role])
    answer = client.get(asker.url(f"/families/{family.id}/candidates"))
    assert answer.status_code == 404
    with pytest.raises(NotPermitted):
        queries.list_map_points(session, cast.actor(asker, role))


def test_places_of_another_municipality_are_not_there(session, asker, baerum, family):
    found = queries.list_map_points(session, cast.actor(asker, Role.COORDINATOR))
    assert {point.name for point in found.values()} == {"Asker Centre", "Asker Village"}


# Where pictures may come from


@pytest.fixture
def tiles(flask_app, monkeypatch):
    settings = replace(flask_app.extensions["settings"], MAP_TILES_URL=TILES)
    monkeypatch.setitem(flask_app.extensions, "settings", settings)


def sources(client, url):
    policy = client.get(url).headers["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("img-src"))


def test_no_page_may_ask_another_site_unless_a_setting_names_it(client, asker, family):
    page = page_of(client, asker, family)
    assert "data-tiles" not in page.select_one("neighbourhood-map").attrs
    url = asker.url(f"/families/{family.id}/candidates")
    assert sources(client, url) == "img-src 'self' data:"


@pytest.mark.usefixtures("tiles")
def test_tiles_open_the_policy_for_their_host_and_the_page_with_the_map_alone(
    client, asker, family
):
    page = page_of(client, asker, family)
    shown = page.select_one("neighbourhood-map")
    assert shown["data-tiles"] == TILES and "data-around" not in shown.attrs
    url = asker.url(f"/families/{family.id}/candidates")
    assert sources(client, url) == "img-src 'self' data: https://tiles.example"
    for other in (f"/families/{family.id}", "/desk", "/matches"):
        assert sources(client, asker.url(other)) == "img-src 'self' data:"
    policy = client.get(url).headers["Content-Security-Policy"]
    assert policy.count("tiles.example") == 1 and "unsafe" not in policy


SETTINGS = {"DEMO": "1"}


@pytest.mark.parametrize(
    "url", ["", TILES, "https://cache.example.no:8443/v1/{z}/{y}/{x}.png", "https://a.no/{x}{y}{z}"]
)
def test_an_address_of_tiles_is_taken_as_it_is(url):
    assert url == Config.from_environment({**SETTINGS, "MAP_TILES_URL": url}).MAP_TILES_URL


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example/{z}/{y}/{x}.png",
        "https://tiles.example/{z}/{y}.png",
        "https://tiles.example; script-src *;/{z}/{y}/{x}",
        "https://'unsafe-inline'/{z}/{y}/{x}",
        "https://user:secret@tiles.example/{z}/{y}/{x}",
        "https://*/{z}/{y}/{x}",
        "/tiles/{z}/{y}/{x}",
        "https://tiles.example/{z}/{y}/{x} https://other.example",
    ],
)
def test_an_address_that_would_change_the_policy_stops_the_start(url):
    with pytest.raises(WrongSettingError, match="MAP_TILES_URL"):
        Config.from_environment({**SETTINGS, "MAP_TILES_URL": url})
