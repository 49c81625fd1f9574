"""The visible score: eight terms in whole points that add up to 0..1000.

Each term is bounded by its weight and monotone: more in common never gives fewer points.
Points are rounded down, so that no term passes its maximum and every machine agrees.
"""

from collections.abc import Callable, Sequence

from app.matching.config import PERCENT, MatchingConfig
from app.matching.languages import SharedLanguage
from app.matching.pair import Pair
from app.matching.types import HIGHEST_LEVEL, Facts, Term, TermCode
from app.travel import Band
from app.vocabulary import ChildrenWish, DayPart, Occupation, Rhythm

_RHYTHMS = tuple(Rhythm)

# A share of a term is a fraction (part, whole) of whole numbers.
Share = tuple[int, int]


def score_terms(pair: Pair) -> tuple[Term, ...]:
    """Return every term of the score, in the order of `TermCode`."""
    return tuple(_term(code, pair) for code in TermCode)


def total(terms: Sequence[Term]) -> int:
    """Return the score: the sum of its terms and nothing else."""
    return sum(term.points for term in terms)


def _term(code: TermCode, pair: Pair) -> Term:
    (part, whole), facts = _TERMS[code](pair)
    max_points: int = getattr(pair.config.weights, code.value)
    return Term(code, max_points * part // whole, max_points, facts)


def _neighbourhood(pair: Pair) -> tuple[Share, Facts]:
    facts: Facts = {"band": pair.trip.band.value, "minutes": pair.trip.minutes}
    return _nearness(pair), facts


def _nearness(pair: Pair) -> Share:
    config, trip = pair.config, pair.trip
    if trip.band is Band.SAME:
        return 1, 1
    if trip.band is Band.ADJACENT:
        return config.adjacent_percent, PERCENT
    if trip.band is Band.UNKNOWN:
        return config.travel_unknown_percent, PERCENT
    if trip.minutes is None:  # unreachable
        return 0, 1
    span = config.farthest_minutes - config.nearest_minutes
    left = min(span, max(0, config.farthest_minutes - trip.minutes))
    return config.adjacent_percent * left, PERCENT * span


def _language(pair: Pair) -> tuple[Share, Facts]:
    """The best shared way to talk, or what was agreed in its place if that gives more."""
    config, best = pair.config, pair.best
    shares = [(config.practice_percent * pair.practice, PERCENT * HIGHEST_LEVEL)]
    if pair.family.interpreter_agreed:
        shares.append((config.interpreter_percent, PERCENT))
    if best is not None:
        shares.append(best.share(config))
    facts: Facts = {
        "shared": tuple(way.family_code for way in pair.shared if way.same),
        "close": tuple(_both_codes(way) for way in pair.shared if not way.same),
        "best": _both_codes(best) if best else None,
        "level": best.level if best else 0,
        "mother_tongue": bool(best and best.mother_tongue),
        "practice": pair.practice,
        "interpreter": pair.family.interpreter_agreed,
    }
    return max(shares, key=_value), facts


def _value(share: Share) -> float:
    part, whole = share
    return part / whole


def _both_codes(way: SharedLanguage) -> str:
    return way.family_code if way.same else f"{way.family_code}~{way.guide_code}"


def _availability(pair: Pair) -> tuple[Share, Facts]:
    config = pair.config
    slots = min(len(pair.slots), config.full_slots)
    rhythm = config.rhythm_percent * _rhythm_percent(pair)
    times = (PERCENT - config.rhythm_percent) * slots * PERCENT
    facts: Facts = {
        "slots": tuple(slot.code for slot in pair.slots),
        "count": len(pair.slots),
        "evenings": sum(slot.part is DayPart.EVENING for slot in pair.slots),
        "family_rhythm": pair.family.rhythm,
        "guide_rhythm": pair.guide.rhythm,
    }
    return (times + rhythm * config.full_slots, PERCENT * PERCENT * config.full_slots), facts


def _rhythm_percent(pair: Pair) -> int:
    config: MatchingConfig = pair.config
    family, guide = pair.family.rhythm, pair.guide.rhythm
    if family is None or guide is None:
        return config.rhythm_unknown_percent
    steps = abs(_RHYTHMS.index(family) - _RHYTHMS.index(guide))
    return {0: PERCENT, 1: config.rhythm_near_percent}.get(steps, 0)


def _family_situation(pair: Pair) -> tuple[Share, Facts]:
    config, family, guide = pair.config, pair.family.child_ages, pair.guide.own_children
    shared = family & guide
    options: list[Share] = [(0, 1)]
    if shared:
        enough = min(config.full_child_ages, len(family))
        options.append((min(len(shared), enough), enough))
    if family and guide:
        options.append((config.parents_percent, PERCENT))
    if not family and not guide:
        options.append((config.no_children_percent, PERCENT))
    if _wished_for(pair):
        options.append((config.wish_percent, PERCENT))
    facts: Facts = {
        "shared": tuple(sorted(shared)),
        "family_has_children": bool(family),
        "guide_has_children": bool(guide),
        "guide_wish": pair.guide.children_wish,
    }
    return max(options, key=_value), facts


def _wished_for(pair: Pair) -> bool:
    wish = pair.guide.children_wish
    if pair.family.child_ages:
        return wish is ChildrenWish.WITH_CHILDREN
    return wish is ChildrenWish.WITHOUT_CHILDREN


def _interests(pair: Pair) -> tuple[Share, Facts]:
    shared = pair.family.interests & pair.guide.interests
    full = pair.config.full_interests
    return (min(len(shared), full), full), {"shared": tuple(sorted(shared))}


def _occupation(pair: Pair) -> tuple[Share, Facts]:
    """The same field of work. Two times "other" is not the same."""
    field = pair.family.occupation
    same = field is not None and field is not Occupation.OTHER and field is pair.guide.occupation
    return (int(same), 1), {"shared": field if same else None}


def _waiting(pair: Pair) -> tuple[Share, Facts]:
    full = pair.config.full_waiting_days
    days = min(max(pair.family.waiting_days, 0), full)
    return (days, full), {"days": pair.family.waiting_days}


def _burden(pair: Pair) -> tuple[Share, Facts]:
    full = pair.config.full_burden
    left = full - min(max(pair.guide.active_families, 0), full)
    return (left, full), {"active_families": pair.guide.active_families}


_TERMS: dict[TermCode, Callable[[Pair], tuple[Share, Facts]]] = {
    TermCode.NEIGHBOURHOOD: _neighbourhood,
    TermCode.LANGUAGE: _language,
    TermCode.AVAILABILITY: _availability,
    TermCode.FAMILY_SITUATION: _family_situation,
    TermCode.INTERESTS: _interests,
    TermCode.OCCUPATION: _occupation,
    TermCode.WAITING: _waiting,
    TermCode.BURDEN: _burden,
}
