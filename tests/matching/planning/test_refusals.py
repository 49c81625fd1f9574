"""What a round refuses: contradictions, and numbers that no array holds."""

import pytest

from app.matching.planning import Choices, People, plan_round
from app.matching.types import Travel
from app.travel import Band, Trip
from app.vocabulary import Gender, GenderWish
from tests.matching.planning.test_plans import F1, G1, G2, families, guides, plan_of
from tests.matching.profiles import BORGEN, CONFIG, HEGGEDAL


@pytest.mark.parametrize(
    ("guide", "said_to"),
    [({"free_places": 0}, G1), ({"is_paused": True}, G1), ({"partner_id": G2}, G2)],
)
def test_a_pin_that_has_lapsed_is_no_less_a_mistake_with_a_veto(guide, said_to) -> None:
    family = families(F1, gender_wish=GenderWish.WOMAN)
    men = guides(G1, gender=Gender.MAN, **guide)
    assert plan_of(family, men, Choices(pins={F1: G1})).lapsed_pins == ((F1, G1),)
    choices = Choices(pins={F1: G1}, vetoes=frozenset({(F1, said_to)}))
    with pytest.raises(ValueError, match="pinned and vetoed"):
        plan_of(family, men, choices)
    with pytest.raises(ValueError, match="pinned and vetoed"):
        plan_of((), (), Choices(pins={F1: G1}, vetoes=frozenset({(F1, G1)})))


@pytest.mark.parametrize("number", [2**31, 2**32 + 1, 2**64, -(2**31) - 1])
@pytest.mark.parametrize(
    "name", ["waiting_days", "free_places", "active_families", "minutes", "stability"]
)
def test_a_number_that_no_array_holds_is_told_by_its_name(name, number) -> None:
    of_family = {name: number} if name == "waiting_days" else {}
    of_guide = {name: number} if name in {"free_places", "active_families"} else {}
    trip = Trip(Band.MINUTES, abs(number) if name == "minutes" else 10)
    people = People(
        families(F1, **of_family),
        guides(G1, neighbourhood_id=BORGEN, **of_guide),
        Travel.from_rows([(HEGGEDAL, BORGEN, trip)]),
    )
    stability = number if name == "stability" else 0
    with pytest.raises(ValueError, match=name):
        plan_round(people, Choices(), CONFIG, stability=stability)


def test_the_bonus_fits_on_top_of_the_points() -> None:
    with pytest.raises(ValueError, match="stability"):
        plan_of(families(F1), guides(G1), Choices(previous={F1: G1}), stability=2**31 - 1)


def test_who_has_a_date_in_the_future_has_not_waited() -> None:
    early, today = (plan_of(families(F1, waiting_days=n), guides(G1)) for n in (-30, 0))
    assert early.families.waiting_days.tolist() == [0]
    assert early.pairs == today.pairs
