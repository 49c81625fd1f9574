"""What each term of the score rests on for one pair, as facts that a sentence can be built from."""

from collections.abc import Callable, Mapping

from app.matching.languages import SharedLanguage
from app.matching.pairs.pair import Pair
from app.matching.types import Facts, TermCode
from app.travel import Band
from app.vocabulary import DayPart, Occupation


def facts_of(code: TermCode, pair: Pair) -> Facts:
    """Return the facts of one term."""
    return _FACTS[code](pair)


def too_far_for(pair: Pair) -> tuple[str, ...]:
    """Return whose travel limit the way passes: "family", "guide", both, or nobody's."""
    limits = {"family": pair.family.max_travel_minutes, "guide": pair.guide.max_travel_minutes}
    minutes = pair.trip.minutes
    if pair.trip.band is not Band.MINUTES or minutes is None:
        return ()
    return tuple(who for who, limit in limits.items() if limit is not None and minutes > limit)


def _neighbourhood(pair: Pair) -> Facts:
    trip = pair.trip
    return {"band": trip.band.value, "minutes": trip.minutes, "of_one": pair.guide.lives_apart}


def _language(pair: Pair) -> Facts:
    best = pair.best
    return {
        "shared": tuple(way.family_code for way in pair.shared if way.same),
        "close": tuple(_both_codes(way) for way in pair.shared if not way.same),
        "best": _both_codes(best) if best else None,
        "level": best.level if best else 0,
        "mother_tongue": bool(best and best.mother_tongue),
        "practice": pair.practice,
        "interpreter": pair.family.interpreter_agreed,
    }


def _both_codes(way: SharedLanguage) -> str:
    return way.family_code if way.same else f"{way.family_code}~{way.guide_code}"


def _availability(pair: Pair) -> Facts:
    return {
        "slots": tuple(slot.code for slot in pair.slots),
        "count": len(pair.slots),
        "evenings": sum(slot.part is DayPart.EVENING for slot in pair.slots),
        "family_rhythm": pair.family.rhythm,
        "guide_rhythm": pair.guide.rhythm,
    }


def _family_situation(pair: Pair) -> Facts:
    family, guide = pair.family.child_ages, pair.guide.own_children
    return {
        "shared": tuple(sorted(family & guide)),
        "family_has_children": bool(family),
        "guide_has_children": bool(guide),
        "guide_wish": pair.guide.children_wish,
    }


def _age(pair: Pair) -> Facts:
    wish, age, other = pair.family.age_wish, pair.guide.age_group, pair.guide.partner_age_group
    shared = age if wish is age and other in (None, wish) else None
    return {"wish": wish, "age": age, "other": other, "shared": shared}


def _interests(pair: Pair) -> Facts:
    return {"shared": tuple(sorted(pair.family.interests & pair.guide.interests))}


def _occupation(pair: Pair) -> Facts:
    field = pair.family.occupation
    same = field is not None and field is not Occupation.OTHER and field is pair.guide.occupation
    return {"shared": field if same else None}


def _waiting(pair: Pair) -> Facts:
    return {"days": pair.family.waiting_days}


def _burden(pair: Pair) -> Facts:
    return {"active_families": pair.guide.active_families}


_FACTS: Mapping[TermCode, Callable[[Pair], Facts]] = {
    TermCode.NEIGHBOURHOOD: _neighbourhood,
    TermCode.LANGUAGE: _language,
    TermCode.AVAILABILITY: _availability,
    TermCode.FAMILY_SITUATION: _family_situation,
    TermCode.AGE: _age,
    TermCode.INTERESTS: _interests,
    TermCode.OCCUPATION: _occupation,
    TermCode.WAITING: _waiting,
    TermCode.BURDEN: _burden,
}
