"""Where people are placed, and what staff know about the ways."""

import pytest
from sqlalchemy import select

from app.errors import NotPermitted
from app.geocoding import AddressLocator, AddressStatus, Position, Precision
from app.municipalities import queries, services
from app.municipalities.models import Neighbourhood, NeighbourhoodLink, PlacedBy, Postcode, Tier
from app.municipalities.services import NeighbourhoodInput, WayInput
from app.permissions import Role
from app.travel import SAME_PLACE, Band, Trip
from tests.cast import actor


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


def add(session, coordinator, name, **values):
    return services.add_neighbourhood(session, coordinator, NeighbourhoodInput(name=name, **values))


def at(latitude, longitude):
    return Position(latitude, longitude, Precision.ADDRESS)


def trips(session, home=None):
    rows = queries.travel_rows(session, home)
    assert len({frozenset(row[:2]) for row in rows}) == len(rows)
    return {frozenset((a, b)): trip for a, b, trip in rows}


def test_a_choice_counts_before_a_postcode_and_a_postcode_before_a_position(session, asker):
    here = at(59.83, 10.43)  # the centre
    choice, postcode = asker.village.id, "3470"
    by_choice = services.place_person(
        session, neighbourhood_id=asker.centre.id, postcode=postcode, position=here
    )
    assert (by_choice.neighbourhood.id, by_choice.placed_by) == (asker.centre.id, PlacedBy.CHOICE)
    by_code = services.place_person(session, postcode=postcode, position=here)
    assert (by_code.neighbourhood.id, by_code.placed_by) == (choice, PlacedBy.POSTCODE)
    by_point = services.place_person(session, postcode="0001", position=here)
    assert (by_point.neighbourhood.id, by_point.placed_by) == (asker.centre.id, PlacedBy.NEAREST)


def test_nobody_is_placed_outside_or_in_what_is_out_of_use(session, asker, baerum):
    nowhere = (None, None)
    assert services.place_person(session) == nowhere
    assert services.place_person(session, neighbourhood_id=baerum.centre.id) == nowhere
    assert services.place_person(session, position=at(60.05, 10.43)) == nowhere  # 24 km north
    row = session.scalar(select(Neighbourhood).where(Neighbourhood.id == asker.village.id))
    row.active = False
    assert services.place_person(session, neighbourhood_id=row.id, postcode="3470") == nowhere
    home = services.place_person(session, position=at(59.78, 10.50))
    assert home.neighbourhood.id == asker.centre.id


def test_the_nearest_is_a_main_neighbourhood(session, asker, coordinator):
    add(session, coordinator, "Part", parent_id=asker.centre.id, point=at(59.84, 10.45))
    home = services.place_person(session, position=at(59.84, 10.45))
    assert home.neighbourhood.id == asker.centre.id


def test_own_places_are_found_by_postcode_and_name_and_only_own(session, asker, baerum):
    session.add(
        Postcode(
            code="1399",
            place="Odde",
            neighbourhood_id=asker.village.id,
            latitude=59.7,
            longitude=10.6,
        )
    )
    session.flush()
    locator = AddressLocator(clock=lambda: 0.0)

    def locate(text):
        places = queries.own_places(session)
        found = locator.locate(text, status=AddressStatus.OPEN, offline=places)
        return found and (found.latitude, found.longitude)

    assert locate("Storgata 1, 1383 Asker") == (59.83, 10.43)  # the point of its neighbourhood
    assert locate("1399") == (59.7, 10.6)
    assert locate("asker village") == (59.78, 10.5)
    assert locate("Baerum Village") is None


def test_without_geodata_no_address_is_found_and_nothing_breaks(session, asker):
    for row in queries.list_neighbourhoods(session):
        row.latitude = row.longitude = None
    session.flush()
    assert not queries.has_points(session)
    places = queries.own_places(session)
    locator = AddressLocator(clock=lambda: 0.0)
    assert locator.locate("1383 Asker", status=AddressStatus.OPEN, offline=places) is None
    assert services.place_person(session, position=at(59.83, 10.43)) == (None, None)
    assert services.place_person(session, postcode="1383").neighbourhood.id == asker.centre.id


def test_the_factory_makes_one_locator_that_asks_nobody_by_default(flask_app, session):
    locator = flask_app.extensions["locator"]
    found = locator.locate("1383", status=AddressStatus.OPEN, offline=queries.own_places(session))
    assert (found.latitude, found.longitude) == (59.83, 10.43)


def test_choices_tell_places_of_one_name_apart(session, asker, coordinator, baerum):
    add(session, coordinator, "Asker Village", parent_id=asker.centre.id)
    names = [name for _id, name in queries.neighbourhood_choices(session)]
    assert names == ["Asker Centre", "Asker Village", "Asker Village (Asker Centre)"]


def test_staff_know_better_than_the_files(session, asker, coordinator):
    home, there = asker.centre, asker.village
    both = frozenset((home.id, there.id))
    assert trips(session, home.id)[both] == Trip(Band.MINUTES, 20)
    for values, trip in (
        (WayInput(minutes=40), Trip(Band.MINUTES, 40)),
        (WayInput(minutes=0), Trip(Band.MINUTES, 0)),
        (WayInput(adjacent=True), Trip(Band.ADJACENT, 15)),
        (WayInput(adjacent=True, minutes=40), Trip(Band.ADJACENT, 40)),
        (WayInput(unreachable=True, adjacent=True), Trip(Band.UNREACHABLE)),
        (WayInput(), Trip(Band.MINUTES, 20)),
    ):
        link = services.override_link(session, coordinator, there, home, values)
        assert trips(session)[both] == trips(session, there.id)[both] == trip
        assert link.by_staff is (values != WayInput())


def test_a_tick_taken_away_stays_away(session, asker, coordinator):
    link = session.scalar(select(NeighbourhoodLink))
    link.adjacent = True
    row = session.scalar(select(Neighbourhood).where(Neighbourhood.id == asker.centre.id))
    services.change_neighbourhood(session, coordinator, row, NeighbourhoodInput(name="Centre"))
    assert (link.staff_adjacent, link.is_adjacent) == (False, False)
    ticked = NeighbourhoodInput(name="Centre", next_to=frozenset({asker.village.id}))
    services.change_neighbourhood(session, coordinator, row, ticked)
    assert (link.staff_adjacent, link.is_adjacent) == (None, True)


def test_a_way_that_nobody_knows_is_left_out(session, asker, coordinator):
    new = add(session, coordinator, "Heia")
    assert not trips(session, new.id)
    assert len(trips(session)) == 1


def test_a_part_borrows_the_ways_of_the_whole(session, asker, coordinator):
    one = add(session, coordinator, "One", parent_id=asker.centre.id)
    two = add(session, coordinator, "Two", parent_id=asker.centre.id)
    away = add(session, coordinator, "Away", parent_id=asker.village.id)
    everywhere = trips(session)

    def between(a, b):
        pair = frozenset((a.id, b.id))
        assert trips(session, a.id).get(pair) == everywhere.get(pair)
        return everywhere.get(pair)

    assert between(one, asker.village) == Trip(Band.MINUTES, 20)
    assert between(one, away) == Trip(Band.MINUTES, 20)
    assert between(one, two) == Trip(Band.ADJACENT)
    assert between(asker.centre, one) == SAME_PLACE


def test_a_place_lies_in_a_main_one_of_its_own_municipality_only(
    session, asker, baerum, coordinator
):
    part = add(session, coordinator, "Part", parent_id=asker.centre.id)
    assert part.tier is Tier.FINE
    for parent_id in (part.id, baerum.centre.id):
        with pytest.raises(services.ParentUnfit):
            add(session, coordinator, "Deeper", parent_id=parent_id)
    centre = session.scalar(select(Neighbourhood).where(Neighbourhood.id == asker.centre.id))
    with pytest.raises(services.NeighbourhoodHasParts):
        services.change_neighbourhood(
            session,
            coordinator,
            centre,
            NeighbourhoodInput(name="Centre", parent_id=asker.village.id),
        )
    with pytest.raises(services.ParentUnfit):
        services.change_neighbourhood(
            session, coordinator, centre, NeighbourhoodInput(name="C", parent_id=centre.id)
        )


def test_two_places_of_one_tier_have_two_names(session, asker, coordinator, baerum):
    with pytest.raises(services.NameTaken):
        add(session, coordinator, "Asker Village")
    add(session, coordinator, "Baerum Village")  # the neighbours' names are free here


def test_who_may_not_change_places_changes_none(session, asker):
    caseworker = actor(asker, Role.CASEWORKER)
    row = session.scalar(select(Neighbourhood).where(Neighbourhood.id == asker.centre.id))
    with pytest.raises(NotPermitted):
        add(session, caseworker, "Heia")
    with pytest.raises(NotPermitted):
        services.change_neighbourhood(session, caseworker, row, NeighbourhoodInput(name="X"))
    with pytest.raises(NotPermitted):
        services.override_link(session, caseworker, asker.centre, asker.village, WayInput())
    with pytest.raises(NotPermitted):
        queries.get_neighbourhood(session, actor(asker, Role.GUIDE), row.id)


def test_a_name_taken_between_look_and_write_is_refused_like_any_other(
    session, asker, coordinator, monkeypatch
):
    monkeypatch.setattr(queries, "is_name_taken", lambda *_values, **_options: False)
    taken = NeighbourhoodInput(name="Asker Centre")
    with pytest.raises(services.NameTaken):
        services.add_neighbourhood(session, coordinator, taken)
    village = session.get_one(Neighbourhood, asker.village.id)
    with pytest.raises(services.NameTaken):
        services.change_neighbourhood(session, coordinator, village, taken)
    assert village.name == "Asker Village"


def test_a_way_that_somebody_else_began_meanwhile_is_gone_on_with(
    session, asker, coordinator, monkeypatch
):
    find, looks = queries.find_link, iter([None])
    monkeypatch.setattr(queries, "find_link", lambda *ends: next(looks, find(*ends)))
    here, there = (session.get_one(Neighbourhood, x.id) for x in (asker.centre, asker.village))
    services.override_link(session, coordinator, here, there, WayInput(minutes=12))
    (link,) = session.scalars(select(NeighbourhoodLink)).all()
    assert (link.staff_minutes, link.minutes) == (12, 20)
