"""`flask places load`: what comes in, what stays, and what is refused whole."""

import pytest
from sqlalchemy import select

from app import tenancy
from app.municipalities import queries, services
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    Postcode,
    Tier,
)
from app.permissions import Role
from app.travel import travel_minutes
from tests.cast import actor
from tests.places.files import HEADINGS, ROWS, write_files


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "geo")


@pytest.fixture
def load(flask_app, folder, asker):
    def run(*options):
        return flask_app.test_cli_runner().invoke(args=["places", "load", str(folder), *options])

    return run


@pytest.fixture
def seen(session_factory, asker):
    """Return a function that reads all of Asker's places anew: (places, links, postcodes)."""

    def read():
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            rows = session.scalars(select(Neighbourhood)).all()
            names = {row.id: row.name for row in rows}
            links = {
                frozenset((names[link.lower_id], names[link.upper_id])): link
                for link in session.scalars(select(NeighbourhoodLink))
            }
            codes = {code.code: code for code in session.scalars(select(Postcode))}
            return {row.name: row for row in rows}, links, codes

    return read


def everything(seen):
    """Return all columns of all rows, to see whether anything at all has changed."""
    return [
        {
            key: {c.name: getattr(row, c.name) for c in row.__table__.columns}
            for key, row in kind.items()
        }
        for kind in seen()
    ]


def pair(a, b):
    return frozenset((a, b))


def test_places_come_in_with_tiers_parents_points_and_ways(load, seen):
    result = load("--municipality", "3203")
    assert result.exit_code == 0, result.output
    assert "neighbourhoods  4 added, 0 changed, 0 as before; 2 your own" in result.output
    places, links, codes = seen()
    top, quay, island = places["St. Ås"], places["Brygga"], places["Øya"]
    assert (top.tier, top.latitude, top.longitude, top.kind) == (Tier.MAIN, 59.831, 10.44, "bydel")
    assert (island.latitude, island.longitude) == (None, None)
    assert (places["Toppen"].tier, places["Toppen"].parent_id) == (Tier.FINE, top.id)
    near, closed, bridge = (
        links[pair("St. Ås", "Brygga")],
        links[pair("St. Ås", "Øya")],
        links[pair("Brygga", "Øya")],
    )
    assert (near.adjacent, near.minutes) == (True, travel_minutes(10.0))
    assert (closed.adjacent, closed.minutes) == (False, None)
    assert (bridge.minutes, bridge.source) == (travel_minutes(2.5), "Øybrua")
    assert (codes["1371"].neighbourhood_id, codes["1371"].latitude) == (top.id, 59.83)
    assert codes["1372"].neighbourhood_id == quay.id  # its row has Asker's old number


def test_loading_again_changes_nothing(load, seen):
    load()
    before = everything(seen)
    result = load()
    assert "0 added, 0 changed, 4 as before" in result.output
    assert everything(seen) == before


def test_new_files_bring_new_names_points_and_ways(load, folder, seen):
    load()
    rows = [
        row.replace("St. Ås,bydel,1,59.8312", "Åsen,bydel,1,59.9")
        for row in ROWS["neighbourhoods.csv"]
    ]
    rows = [row.replace("St.Ås", "Åsen") for row in rows]
    moved = [row.replace("St. Ås", "Åsen") for row in ROWS["postcode_neighbourhoods.csv"]]
    ways = ["3203,Brygga,Åsen,1.0,0,"]
    before = seen()[0]["St. Ås"].id
    write_files(
        folder, neighbourhoods=rows, postcode_neighbourhoods=moved, neighbourhood_pairs=ways
    )
    assert load().exit_code == 0
    places, links, _codes = seen()
    assert "St. Ås" not in places
    assert (places["Åsen"].id, places["Åsen"].latitude) == (before, 59.9)
    way = links[pair("Brygga", "Åsen")]
    assert (way.adjacent, way.minutes) == (False, travel_minutes(1.0))


def test_what_staff_have_changed_stands(load, seen, session, asker):
    load()
    coordinator = actor(asker, Role.COORDINATOR)
    rows = {row.name: row for row in queries.list_neighbourhoods(session)}
    top, quay, island = rows["St. Ås"], rows["Brygga"], rows["Øya"]
    services.change_neighbourhood(
        session, coordinator, top, services.NeighbourhoodInput(name="Toppåsen", active=False)
    )
    services.override_link(session, coordinator, quay, island, services.WayInput(unreachable=True))
    services.override_link(
        session, coordinator, quay, rows["Asker Village"], services.WayInput(minutes=5)
    )
    services.add_neighbourhood(session, coordinator, services.NeighbourhoodInput(name="Bakken"))
    quay.active = False
    session.commit()
    before = everything(seen)
    assert load().exit_code == 0
    assert everything(seen) == before
    places, links, codes = seen()
    assert not places["Brygga"].active and "Bakken" in places
    assert (places["Toppåsen"].latitude, places["Toppåsen"].active) == (None, False)
    assert codes["1371"].neighbourhood_id == places["Toppåsen"].id
    assert links[pair("Brygga", "Øya")].staff_unreachable


def test_a_place_that_was_made_by_hand_is_taken_over_by_its_name(load, seen, session, asker):
    made = services.add_neighbourhood(
        session, actor(asker, Role.COORDINATOR), services.NeighbourhoodInput(name="Øya")
    )
    session.commit()
    load()
    places, links, _codes = seen()
    assert places["Øya"].id == made.id
    assert pair("Brygga", "Øya") in links


def test_a_name_that_staff_gave_to_another_place_stops_that_municipality(
    load, seen, session, asker
):
    load()
    rows = {row.name: row for row in queries.list_neighbourhoods(session)}
    rows["Brygga"].name = "Kaia"
    session.flush()
    rows["Øya"].name = "Brygga"
    session.commit()
    before = everything(seen)
    result = load()
    assert result.exit_code == 1 and "nothing loaded" in result.output
    assert everything(seen) == before


def test_a_new_place_with_a_name_that_staff_gave_another_is_a_clash_too(
    load, folder, seen, session
):
    load()
    rows = {row.name: row for row in queries.list_neighbourhoods(session)}
    rows["Brygga"].name, rows["Brygga"].changed_by_staff = "Nes", True
    session.commit()
    before = everything(seen)
    write_files(folder, neighbourhoods=[*ROWS["neighbourhoods.csv"], hood(name="Nes")])
    assert "nothing loaded" in load().output
    assert everything(seen) == before


def test_a_place_that_gets_a_number_of_its_own_stays_the_same_place(load, folder, seen):
    load()
    before = seen()[0]["Brygga"]
    rows = [r.replace("59.70,10.50,,", "59.70,10.50,B7,") for r in ROWS["neighbourhoods.csv"]]
    write_files(folder, neighbourhoods=rows)
    assert load().exit_code == 0
    after = seen()[0]["Brygga"]
    assert (after.id, before.register_key, after.register_key) == (before.id, "1 Brygga", "B7")


def test_only_municipalities_that_are_here_are_loaded(load, seen, baerum):
    result = load()
    assert result.exit_code == 0
    assert "3203 Asker" in result.output and "Drammen" not in result.output
    assert "3201: the files have no neighbourhoods of it." in result.output
    assert load("--municipality", "3301").exit_code == 1
    assert load("--municipality", "301").exit_code == 2


def test_a_missing_municipality_is_made_when_asked_for(load, session_factory, asker):
    assert load("--municipality", "3005", "--create").exit_code == 0  # Drammen's old number
    with session_factory() as session:
        (drammen,) = session.scalars(select(Municipality).where(Municipality.number == "3301"))
        assert (drammen.name, drammen.slug) == ("Drammen", "drammen")
        tenancy.bind(session, drammen.id)
        assert [row.name for row in queries.list_neighbourhoods(session)] == ["Sentrum"]


def test_two_municipalities_of_one_name_have_addresses_of_their_own(session):
    first = services.loading.add_municipality(session, "1515", "Herøy")
    second = services.loading.add_municipality(session, "1818", "Herøy")
    assert (first.slug, second.slug) == ("heroey", "heroey-1818")


HOOD = "3203,Asker,{name},local,{level},{lat},{lon},,{parent},"


def hood(name="Nes", level="1", lat="59.8", lon="10.4", parent=""):
    return HOOD.format(name=name, level=level, lat=lat, lon=lon, parent=parent)


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        ("neighbourhoods", hood(lat="10.4", lon="59.8"), "swapped"),
        ("neighbourhoods", hood(lat="48.1", lon="11.5"), "57 to 81.5"),
        ("neighbourhoods", hood(lat="59.8", lon=""), "not two numbers"),
        ("neighbourhoods", hood(lat="nan", lon="nan"), "57 to 81.5"),
        ("neighbourhoods", hood(level="3"), "level is 1 or 2"),
        ("neighbourhoods", hood(name=""), "needs a name"),
        ("neighbourhoods", hood(name="x" * 81), "needs a name"),
        ("neighbourhoods", hood(name="Øya"), "twice"),
        ("neighbourhoods", hood(level="2", parent="Nowhere"), "not a neighbourhood of level 1"),
        ("neighbourhoods", hood().replace("3203", "203"), "not a municipality number"),
        ("neighbourhoods", "3203,Asker,Nes", "has not 10 fields"),
        ("neighbourhoods", hood() + ",one,more", "has not 10 fields"),
        ("neighbourhoods", '3203,"Asker" x,', "not CSV"),
        ("postcode_neighbourhoods", "1373,Asker,3203,Nowhere,x", "not a neighbourhood of level 1"),
        ("postcode_neighbourhoods", "1373,Asker,3203,Toppen,x", "not a neighbourhood of level 1"),
        ("postcode_neighbourhoods", "137,Asker,3203,Øya,x", "not a postcode"),
        ("postcode_neighbourhoods", "1371,Asker,3203,Øya,x", "twice"),
        ("postcodes", "1371,10.4,59.8", "swapped"),
        ("neighbourhood_pairs", "3203,Øya,Brygga,1,0,", "twice"),
        ("neighbourhood_pairs", "3203,Øya,Øya,1,0,", "one place"),
        ("neighbourhood_pairs", "3203,Øya,Nowhere,1,0,", "not a neighbourhood of level 1"),
        ("neighbourhood_pairs", "3203,Øya,Brygga,far,0,", "number of kilometres"),
        ("neighbourhood_pairs", "3203,Øya,Brygga,inf,0,", "number of kilometres"),
        ("neighbourhood_pairs", "3203,Øya,Brygga,-1,0,", "number of kilometres"),
        ("neighbourhood_pairs", "3203,Øya,Brygga,1,yes,", "adjacent is 0 or 1"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(load, folder, seen, file, row, words):
    rows = ROWS[f"{file}.csv"]
    if "Øya,Brygga" in row and words != "twice":
        rows = rows[:-1]
    write_files(folder, **{file: [*rows, row]})
    before = everything(seen)
    result = load()
    assert result.exit_code == 1
    assert f"{file}.csv, line {len(rows) + 2}: " in result.output
    assert words in result.output
    assert everything(seen) == before


def test_every_fault_is_shown_at_once(load, folder):
    rows = [*ROWS["neighbourhoods.csv"], hood(level="3"), hood(lat="x"), hood(name="")]
    write_files(folder, neighbourhoods=rows)
    output = load().output
    assert [f"line {n}:" in output for n in (7, 8, 9)] == [True, True, True]
    rows += [hood(level="3")] * 60
    write_files(folder, neighbourhoods=rows)
    assert "… and 13 more." in load().output


def test_a_fault_in_another_municipality_stops_nobody(load, folder):
    rows = [*ROWS["neighbourhoods.csv"], hood(level="3").replace("3203", "3301")]
    write_files(folder, neighbourhoods=rows)
    assert load("--municipality", "3203").exit_code == 0


def test_a_missing_column_is_named(load, folder, seen):
    file = folder / "neighbourhoods.csv"
    file.write_text(file.read_text("utf-8").replace(",level,", ",nivå,"), "utf-8")
    before = everything(seen)
    assert "neighbourhoods.csv, line 1: the columns level are missing" in load().output
    assert everything(seen) == before


def test_a_file_in_another_encoding_is_refused(load, folder, seen):
    file = folder / "neighbourhood_pairs.csv"
    file.write_bytes(file.read_text("utf-8").encode("latin-1"))
    before = everything(seen)
    assert "neighbourhood_pairs.csv, line 2: the file is not UTF-8" in load().output
    assert everything(seen) == before


def test_a_mark_at_the_beginning_of_a_file_does_no_harm(load, folder):
    file = folder / "neighbourhoods.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load().exit_code == 0


def test_names_alone_are_enough(load, folder, seen):
    for file in HEADINGS:
        if file != "neighbourhoods.csv":
            (folder / file).unlink()
    assert load().exit_code == 0
    assert "Øya" in seen()[0]
    (folder / "neighbourhoods.csv").unlink()
    result = load()
    assert result.exit_code == 1 and "the file is missing" in result.output
