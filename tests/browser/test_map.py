"""The map beside the list: keys, pointer, narrow and wide, with script and without, and tiles."""

import base64
import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from app import tenancy
from app.guides.models import GuideStatus
from app.municipalities.models import Neighbourhood, NeighbourhoodLink
from tests.browser.conftest import check_accessible
from tests.cast import make_family, make_guide

TILES = "https://tiles.example/map/{z}/{y}/{x}.png"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# The sum of the page's own shifts, as browsers count them.
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 200);
})"""


@pytest.fixture
def url(session_factory, asker):
    """A family in the centre: two guides there, one in the village, one at a bay close to that."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        bay = Neighbourhood(name="Asker Bay", latitude=59.78, longitude=10.51)
        session.add(bay)
        session.flush()
        for other in (asker.centre, asker.village):
            lower, upper = sorted((other.id, bay.id))
            session.add(NeighbourhoodLink(lower_id=lower, upper_id=upper, minutes=15))
        for name, place in (("Liv", asker.centre), ("Per", asker.village), ("Eva", bay)):
            make_guide(
                session, asker, name=name, neighbourhood_id=place.id, status=GuideStatus.READY
            )
        family = make_family(session, asker, reference="F-2")
        session.commit()
        return f"/asker/families/{family.id}/candidates"


@pytest.fixture
def at_desk(person, asker, url):
    """The page on a wide screen, the map drawn."""
    page = person(width=1280, user=asker.coordinator, language="en")
    page.goto(url)
    page.locator(".map-pin").first.wait_for()
    return page


def pin(page, name):
    return page.locator(".map-pin").filter(has_text=re.compile(rf"^{name}"))


def card(page, name):
    return page.locator(".candidate", has=page.get_by_role("link", name=name, exact=True))


def lit(page):
    return sorted(page.locator(".candidate.is-lit h2 a").all_inner_texts())


def test_every_guide_of_the_list_is_in_one_pin_of_their_neighbourhood(at_desk):
    expect(at_desk.locator(".map-pin")).to_have_count(2)
    for name in (
        "Asker Centre 2 guides, the family's own neighbourhood",
        "Asker Bay +1 2 guides, Asker Bay 1 guide, Asker Village 1 guide, Zoom in",
    ):
        expect(at_desk.get_by_role("button", name=name)).to_be_visible()
    expect(at_desk.locator(".candidate")).to_have_count(4)


def test_a_guide_in_focus_lights_their_neighbourhood_and_a_pin_its_guides(at_desk):
    page = at_desk
    page.get_by_role("link", name="Liv", exact=True).focus()
    assert re.search(r"\bis-lit\b", pin(page, "Asker Centre").get_attribute("class"))
    assert "is-lit" not in pin(page, "Asker Bay").get_attribute("class")
    pin(page, "Asker Bay").focus()
    assert lit(page) == ["Eva", "Per"]
    pin(page, "Asker Centre").hover()
    assert lit(page) == ["Kari Asker", "Liv"]
    card(page, "Per").locator("h2").hover()
    assert "is-lit" in pin(page, "Asker Bay").get_attribute("class")
    assert "is-lit" not in pin(page, "Asker Centre").get_attribute("class")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_keys_lead_from_a_pin_to_its_guides(at_desk, key):
    page = at_desk
    pin(page, "Asker Centre").focus()
    page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.closest('.candidate')?.dataset.place")
    assert focused == "Asker Centre"
    assert lit(page) == ["Kari Asker", "Liv"]


def test_keys_part_neighbourhoods_that_lie_close(at_desk):
    page = at_desk
    pin(page, "Asker Bay").focus()
    page.keyboard.press("Enter")
    pin(page, "Asker Village").wait_for()
    expect(page.get_by_role("button", name="Asker Bay 1 guide", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    assert lit(page) == ["Eva"]


def test_zooming_by_keys_keeps_the_focus_where_it_was(at_desk):
    page = at_desk
    page.get_by_role("button", name="Zoom in", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.title") == "Zoom in"
    pin(page, "Asker Village").wait_for()
    pin(page, "Asker Centre").focus()
    page.keyboard.press("-")
    expect(pin(page, "Asker Centre")).to_be_focused()


def test_by_keys_all_pins_are_seen_again(at_desk):
    page = at_desk
    names = page.locator(".map-pin").all_inner_texts()
    for _time in range(4):
        page.get_by_role("button", name="Zoom in", exact=True).press("Enter")
    page.keyboard.press("Tab")  # zoom out
    page.locator(".map-all").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-pin")).to_have_count(2)
    frame = page.locator("neighbourhood-map").bounding_box()
    for one in page.locator(".map-pin").all():
        box = one.bounding_box()
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert page.locator(".map-pin").all_inner_texts() == names


NAMES = """() => [...document.querySelectorAll(".map-name")]
  .filter(name => name.dataset.side !== "hidden")
  .map(name => { const b = name.getBoundingClientRect();
                 return [name.textContent, b.left, b.top, b.right, b.bottom]; })"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_familys_own_place_is_named_and_no_two_names_touch(
    person, session_factory, asker, url, width
):
    with session_factory() as session:  # small places all around the family's own
        tenancy.bind(session, asker.municipality.id)
        centre = session.get(Neighbourhood, asker.centre.id)
        for number in range(24):
            latitude = float(centre.latitude) + (number % 5 - 2) * 0.004
            longitude = float(centre.longitude) + (number // 5 - 2) * 0.012
            name = f"A Place With a Long Name {number}"
            session.add(Neighbourhood(name=name, latitude=latitude, longitude=longitude))
        session.commit()
    page = person(width=width, user=asker.coordinator, language="en")
    page.goto(url)
    if width < 900:
        page.locator(".map-box > summary").click()
    page.locator(".map-pin").first.wait_for()
    shown = page.evaluate(NAMES)
    assert "Asker Centre" in [name for name, *_box in shown]
    for number, (_name, *a) in enumerate(shown):
        for _other, *b in shown[:number]:
            apart = a[0] >= b[2] + 4 or b[0] >= a[2] + 4 or a[1] >= b[3] or b[1] >= a[3]
            assert apart, (_name, _other)


def test_the_wheel_scrolls_the_page_and_not_the_map(at_desk):
    page = at_desk
    before = page.locator(".map-pin").count()
    page.locator("neighbourhood-map").hover(position={"x": 150, "y": 20})
    start = page.evaluate("scrollY")
    page.mouse.wheel(0, 300)
    page.wait_for_function("start => scrollY >= start + 250", arg=start)
    expect(page.locator(".map-pin")).to_have_count(before)


def test_what_is_pressed_is_large_enough_for_a_thumb(at_desk):
    for one in at_desk.locator(".map-pin, .leaflet-control-zoom a, .map-all").all():
        box = one.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44, one.get_attribute("class")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 900, 1280])
def test_the_page_is_whole_at_every_width(person, asker, url, width, scheme):
    page = person(width=width, scheme=scheme, user=asker.coordinator)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.locator(".has-script").wait_for()
    side, first = page.locator(".map-side").bounding_box(), page.locator(".candidate").first
    if width < 900:
        expect(page.locator("neighbourhood-map")).to_be_hidden()
        assert side["y"] < first.bounding_box()["y"] and side["width"] > 300
        assert page.evaluate(SHIFTS) < 0.02
        page.locator(".map-box > summary").click()
    else:
        assert side["x"] > first.bounding_box()["x"] + first.bounding_box()["width"]
        assert page.evaluate(SHIFTS) < 0.02
    page.locator(".map-pin").first.wait_for()
    check_accessible(page)
    assert all(one.startswith(("http://127.0.0.1", "data:")) for one in asked), asked


@pytest.mark.parametrize("width", [360, 900, 1280])
def test_the_list_has_its_place_before_the_map_has_arrived(person, asker, url, width):
    page = person(width=width, user=asker.coordinator)
    page.goto(url)
    first = page.locator(".candidate").first
    whole = first.bounding_box()
    # What a browser shows when it has read as far as the list's end.
    page.locator(".map-side").evaluate("side => side.remove()")
    assert first.bounding_box() == whole


@pytest.mark.parametrize("path", ["", "/asker/families"])
def test_the_way_back_is_large_enough_to_be_hit(person, asker, url, path):
    page = person(width=360, user=asker.coordinator)
    page.goto(f"{path}/{asker.family.id}" if path else url)
    ways = page.locator(".back a, .ds-breadcrumbs a").all()
    assert ways
    for one in ways:
        if one.is_visible():
            assert one.bounding_box()["height"] >= 24


@pytest.mark.parametrize("width", [360, 1280])
def test_without_script_there_is_no_map_and_no_hole(person, asker, url, width):
    page = person(width=width, script=False, user=asker.coordinator)
    page.goto(url)
    expect(page.locator(".map-side")).to_be_hidden()
    page_width = page.locator(".page").bounding_box()["width"]
    assert page.locator(".candidates").bounding_box()["width"] > 0.9 * page_width - 64


def test_tiles_come_from_the_one_site_that_a_setting_names(
    person, flask_app, monkeypatch, asker, url
):
    settings = replace(flask_app.extensions["settings"], MAP_TILES_URL=TILES)
    monkeypatch.setitem(flask_app.extensions, "settings", settings)
    page = person(width=1280, user=asker.coordinator)
    asked = []

    def give(route):
        asked.append(route.request)
        route.fulfill(body=PICTURE, content_type="image/png")

    page.route("https://tiles.example/**", give)
    page.goto(url)
    page.locator(".leaflet-tile-loaded").first.wait_for()
    expect(page.locator("neighbourhood-map")).to_contain_text("© Kartverket")
    assert asked and all("referer" not in request.headers for request in asked)
    expect(page.locator(".map-place")).to_have_count(0)
    check_accessible(page)


def test_the_printed_page_has_the_list_and_no_map(at_desk):
    at_desk.emulate_media(media="print")
    expect(at_desk.locator(".map-side")).to_be_hidden()
    expect(at_desk.locator(".candidate").first).to_be_visible()
