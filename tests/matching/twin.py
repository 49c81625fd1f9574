"""Rules and terms once more, one pair at a time: the judge of the kernels over arrays.

Shares no arithmetic with `app.matching.pairs.rules` and `app.matching.pairs.scoring`; only the ways to talk
come from `app.matching.languages`, which the kernels do not use.
"""

from collections.abc import Callable
from fractions import Fraction

from app.matching.languages import SharedLanguage
from app.matching.pairs.pair import Pair
from app.matching.types import RuleCode, TermCode
from app.travel import Band
from app.vocabulary import AgeGroup, ChildrenWish, Gender, GenderWish, Occupation, Rhythm


def rules_against(pair: Pair) -> tuple[RuleCode, ...]:
    """Return every rule the pair breaks, in the order of `RuleCode`."""
    return tuple(code for code in RuleCode if not HOLDS[code](pair))


def points_of(pair: Pair) -> tuple[int, ...]:
    """Return the points of every term, in the order of `TermCode`."""
    weights = pair.config.weights
    return tuple(int(getattr(weights, code.value) * SHARES[code](pair)) for code in TermCode)


def _language_required(pair: Pair) -> bool:
    must, enough = pair.family.must_share_language, pair.config.required_level
    return not must or any(way.level >= enough for way in pair.shared)


def _near_enough(pair: Pair) -> bool:
    limits = (pair.family.max_travel_minutes, pair.guide.max_travel_minutes)
    if pair.trip.band is Band.MINUTES:
        return all(limit is None or pair.trip.minutes <= limit for limit in limits)
    return pair.trip.band is not Band.UNREACHABLE


def _grants(wish: GenderWish, gender: Gender | None) -> bool:
    return wish is GenderWish.NONE or (gender is not None and gender.value == wish.value)


def _children_as_wished(pair: Pair) -> bool:
    match pair.guide.children_wish:
        case ChildrenWish.WITH_CHILDREN:
            return bool(pair.family.child_ages)
        case ChildrenWish.WITHOUT_CHILDREN:
            return not pair.family.child_ages
        case _:
            return True


def _municipality(pair: Pair) -> bool:
    family, guide = pair.family, pair.guide
    if family.own_municipality_only or guide.own_municipality_only:
        return family.municipality_id == guide.municipality_id
    return True


HOLDS: dict[RuleCode, Callable[[Pair], bool]] = {
    RuleCode.LANGUAGE_REQUIRED: _language_required,
    RuleCode.AVAILABILITY: lambda p: len(p.slots) >= p.config.min_shared_slots,
    RuleCode.TRAVEL: _near_enough,
    RuleCode.GENDER_OF_GUIDE: lambda p: _grants(p.family.gender_wish, p.guide.gender),
    RuleCode.GENDER_OF_CONTACT: lambda p: _grants(p.guide.gender_wish, p.family.contact_gender),
    RuleCode.PETS: lambda p: not p.family.no_pets or not p.guide.has_pets,
    RuleCode.CHILDREN_WISH: _children_as_wished,
    RuleCode.DECLINED: lambda p: p.family.declined_guides.isdisjoint(p.guide.ids),
    RuleCode.CAPACITY: lambda p: p.guide.free_places >= 1,
    RuleCode.PAUSED: lambda p: not p.guide.is_paused,
    RuleCode.NOT_READY: lambda p: p.guide.is_ready,
    RuleCode.STEPS: lambda p: not p.guide.lacks_steps,
    RuleCode.UNDER_18: lambda p: p.guide.age_group is not AgeGroup.FROM_16,
    RuleCode.CERTIFICATE: lambda p: p.guide.has_certificate or not p.family.needs_certificate,
    RuleCode.MUNICIPALITY: _municipality,
    RuleCode.PROTECTED: lambda p: not p.family.is_protected,
}


def _percent(number: int) -> Fraction:
    return Fraction(number, 100)


def _neighbourhood(pair: Pair) -> Fraction:
    config, trip = pair.config, pair.trip
    match trip.band:
        case Band.SAME:
            return Fraction(1)
        case Band.ADJACENT:
            return _percent(config.adjacent_percent)
        case Band.UNKNOWN:
            return _percent(config.travel_unknown_percent)
        case Band.UNREACHABLE:
            return Fraction(0)
    span = config.farthest_minutes - config.nearest_minutes
    left = min(span, max(0, config.farthest_minutes - trip.minutes))
    return _percent(config.adjacent_percent) * Fraction(left, span)


def _language(pair: Pair) -> Fraction:
    config = pair.config
    shares = [_percent(config.practice_percent) * Fraction(pair.practice, 4)]
    if pair.family.interpreter_agreed:
        shares.append(_percent(config.interpreter_percent))
    shares.extend(_talk(way, config.mother_tongue_percent) for way in pair.shared)
    return max(shares)


def _talk(way: SharedLanguage, mother_tongue_percent: int) -> Fraction:
    bonus = _percent(mother_tongue_percent)
    spoken = Fraction(way.understanding, 8) * _percent(way.closeness)
    return (1 - bonus) * spoken + (bonus if way.mother_tongue else 0)


def _availability(pair: Pair) -> Fraction:
    config = pair.config
    rhythm = _percent(config.rhythm_percent)
    slots = Fraction(min(len(pair.slots), config.full_slots), config.full_slots)
    return (1 - rhythm) * slots + rhythm * _alike(pair)


def _alike(pair: Pair) -> Fraction:
    order = [Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY]
    rhythms = (pair.family.rhythm, pair.guide.rhythm)
    if None in rhythms:
        return _percent(pair.config.rhythm_unknown_percent)
    first, second = sorted(order.index(rhythm) for rhythm in rhythms)
    near = _percent(pair.config.rhythm_near_percent)
    return [Fraction(1), near, Fraction(0)][second - first]


def _family_situation(pair: Pair) -> Fraction:
    config, family, guide = pair.config, pair.family.child_ages, pair.guide.own_children
    shares = [Fraction(0)]
    if family and guide:
        enough = min(config.full_child_ages, len(family))
        shares.append(min(Fraction(1), Fraction(len(family & guide), enough)))
        shares.append(_percent(config.parents_percent))
    if not family and not guide:
        shares.append(_percent(config.no_children_percent))
    wished = ChildrenWish.WITH_CHILDREN if family else ChildrenWish.WITHOUT_CHILDREN
    if pair.guide.children_wish is wished:
        shares.append(_percent(config.wish_percent))
    return max(shares)


def _age(pair: Pair) -> Fraction:
    groups = list(AgeGroup)
    if pair.family.age_wish is None:
        return Fraction(1)
    wish, near = groups.index(pair.family.age_wish), _percent(pair.config.age_near_percent)
    ages = {pair.guide.age_group, pair.guide.partner_age_group} - {None}
    shares = {0: Fraction(1), 1: near, -1: near}
    return min(shares.get(groups.index(age) - wish, Fraction(0)) for age in ages)


def _interests(pair: Pair) -> Fraction:
    full = pair.config.full_interests
    return min(Fraction(1), Fraction(len(pair.family.interests & pair.guide.interests), full))


def _occupation(pair: Pair) -> Fraction:
    told = pair.family.occupation not in (None, Occupation.OTHER)
    return Fraction(told and pair.family.occupation is pair.guide.occupation)


def _waiting(pair: Pair) -> Fraction:
    full = pair.config.full_waiting_days
    return Fraction(min(max(pair.family.waiting_days, 0), full), full)


def _burden(pair: Pair) -> Fraction:
    full = pair.config.full_burden
    return 1 - Fraction(min(max(pair.guide.active_families, 0), full), full)


SHARES: dict[TermCode, Callable[[Pair], Fraction]] = {
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
