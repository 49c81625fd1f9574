"""From an answer about one's home to a neighbourhood."""

import uuid

import pytest

from app.geocoding import AddressLocator
from app.guides.services.offers import Home
from app.guides.services.placing import (
    ELSEWHERE,
    HomeAnswer,
    PlaceUnknown,
    choice_of,
    find_home,
    still_there,
)
from app.municipalities.models import PlacedBy


@pytest.fixture
def locator():
    """A locator that asks nobody: only the municipality's own places."""
    return AddressLocator(clock=lambda: 0.0)


def place(session, *, locator=None, earlier=None, **answer):
    return find_home(session, HomeAnswer(**answer), locator=locator, earlier=earlier)


def test_postcode_decides_by_the_table(session, asker):
    assert place(session, postcode="3470") == Home(asker.village.id, PlacedBy.POSTCODE)


def test_postcode_in_an_address_is_enough_without_any_geocoder(session, asker):
    home = place(session, address="Storgata 1, 3470 Asker Village")
    assert home == Home(asker.village.id, PlacedBy.POSTCODE)


def test_address_leads_to_the_nearest_neighbourhood(session, asker, locator):
    home = place(session, locator=locator, address="Somewhere, Asker Village")
    assert home == Home(asker.village.id, PlacedBy.NEAREST)


def test_picked_neighbourhood_counts_before_postcode(session, asker):
    home = place(session, postcode="3470", choice=str(asker.centre.id))
    assert home == Home(asker.centre.id, PlacedBy.CHOICE)


def test_elsewhere_is_an_answer(session):
    assert place(session, choice=ELSEWHERE) == Home()


def test_an_earlier_neighbourhood_gives_way_to_a_new_postcode(session, asker):
    earlier = Home(asker.centre.id, PlacedBy.POSTCODE)
    shown = choice_of(earlier)
    assert place(session, choice=shown, earlier=earlier) == earlier
    moved = place(session, postcode="3470", choice=shown, earlier=earlier)
    assert moved == Home(asker.village.id, PlacedBy.POSTCODE)


@pytest.mark.parametrize(
    "answer",
    [
        {"postcode": "9999"},
        {"address": "Nowhere 1"},
        {"choice": "not-a-uuid"},
        {"choice": str(uuid.uuid4())},
        {},
    ],
)
def test_unknown_places_are_refused(session, locator, answer):
    with pytest.raises(PlaceUnknown):
        place(session, locator=locator, **answer)


def test_unknown_postcode_over_a_kept_choice_is_still_refused(session, asker):
    earlier = Home(asker.centre.id, PlacedBy.CHOICE)
    with pytest.raises(PlaceUnknown):
        place(session, postcode="9999", choice=choice_of(earlier), earlier=earlier)


def test_another_municipalitys_neighbourhood_is_unknown(session, baerum):
    with pytest.raises(PlaceUnknown):
        place(session, choice=str(baerum.centre.id))


def test_a_neighbourhood_that_is_gone_becomes_not_known(session, asker):
    assert still_there(session, Home(uuid.uuid4(), PlacedBy.CHOICE)) == Home()
    home = Home(asker.centre.id, PlacedBy.POSTCODE)
    assert still_there(session, home) == home
