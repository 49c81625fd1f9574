"""What speaks for a pair and what speaks against it, as codes and facts to be worded later."""

from collections.abc import Iterator

from app.matching.pairs.pair import Pair
from app.matching.types import Facts, Reason, ReasonCode, Term, TermCode
from app.travel import Band


def reasons_for(pair: Pair, terms: tuple[Term, ...]) -> tuple[Reason, ...]:
    """Return what makes the pair good, in the order of the score's terms."""
    facts = {term.code: term for term in terms}
    return (
        *_near(pair),
        *_talk(pair),
        *_meet(pair, facts[TermCode.AVAILABILITY]),
        *_alike(facts),
        *_timely(pair),
    )


def counter_reasons_for(pair: Pair) -> tuple[Reason, ...]:
    """Return what speaks against the pair, in the order of the score's terms."""
    return (*_far(pair), *_hard_to_talk(pair), *_hard_to_meet(pair), *_busy(pair), *_again(pair))


def _near(pair: Pair) -> Iterator[Reason]:
    trip = pair.trip
    facts: Facts = {"minutes": trip.minutes, "of_one": pair.guide.lives_apart}
    if trip.band is Band.SAME:
        yield Reason(ReasonCode.SAME_NEIGHBOURHOOD, {"of_one": pair.guide.lives_apart})
    elif trip.band is Band.ADJACENT:
        yield Reason(ReasonCode.ADJACENT_NEIGHBOURHOOD, facts)
    elif trip.minutes is not None and trip.minutes <= pair.config.short_trip_minutes:
        yield Reason(ReasonCode.SHORT_TRIP, facts)


def _far(pair: Pair) -> Iterator[Reason]:
    trip = pair.trip
    if trip.band is Band.UNKNOWN:
        yield Reason(ReasonCode.TRAVEL_UNKNOWN, {})
    elif trip.band is Band.UNREACHABLE:
        yield Reason(ReasonCode.UNREACHABLE, {})
    elif trip.band is Band.MINUTES and (trip.minutes or 0) > pair.config.short_trip_minutes:
        facts: Facts = {"minutes": trip.minutes, "of_one": pair.guide.lives_apart}
        yield Reason(ReasonCode.LONG_TRIP, facts)


def _talk(pair: Pair) -> Iterator[Reason]:
    best = pair.best
    if best is not None and not best.same:
        yield Reason(
            ReasonCode.CLOSE_LANGUAGE,
            {"family": best.family_code, "guide": best.guide_code, "level": best.level},
        )
    elif best is not None:
        mother = best.mother_tongue
        code = ReasonCode.SHARED_MOTHER_TONGUE if mother else ReasonCode.SHARED_LANGUAGE
        yield Reason(code, {"language": best.family_code, "level": best.level})
    if pair.practice >= max(1, pair.config.practice_level):
        yield Reason(ReasonCode.NORWEGIAN_PRACTICE, {"level": pair.practice})


def _hard_to_talk(pair: Pair) -> Iterator[Reason]:
    best = pair.best
    if best is None:
        yield Reason(
            ReasonCode.NO_SHARED_LANGUAGE,
            {
                "interpreter_agreed": pair.family.interpreter_agreed,
                "wants_norwegian_practice": pair.family.wants_norwegian_practice,
            },
        )
    elif best.level <= pair.config.weak_level:
        facts: Facts = {"language": best.family_code, "level": best.level}
        yield Reason(ReasonCode.WEAK_LANGUAGE, facts)


def _meet(pair: Pair, term: Term) -> Iterator[Reason]:
    if len(pair.slots) > 1:
        facts: Facts = {name: term.facts[name] for name in ("count", "slots", "evenings")}
        yield Reason(ReasonCode.SHARED_TIMES, facts)
    if pair.family.rhythm is not None and pair.family.rhythm is pair.guide.rhythm:
        yield Reason(ReasonCode.SAME_RHYTHM, {"rhythm": pair.family.rhythm})


def _hard_to_meet(pair: Pair) -> Iterator[Reason]:
    if not pair.slots:
        yield Reason(ReasonCode.NO_SHARED_TIME, {})
    elif len(pair.slots) == 1:
        yield Reason(ReasonCode.ONE_SHARED_TIME, {"slot": pair.slots[0].code})
    family, guide = pair.family.rhythm, pair.guide.rhythm
    if family is not None and guide is not None and family is not guide:
        yield Reason(ReasonCode.DIFFERENT_RHYTHM, {"family": family, "guide": guide})


def _alike(terms: dict[TermCode, Term]) -> Iterator[Reason]:
    for code, reason, fact in (
        (TermCode.FAMILY_SITUATION, ReasonCode.CHILDREN_SAME_AGE, "ages"),
        (TermCode.AGE, ReasonCode.AGE_AS_WISHED, "age"),
        (TermCode.INTERESTS, ReasonCode.SHARED_INTERESTS, "interests"),
        (TermCode.OCCUPATION, ReasonCode.SAME_OCCUPATION, "occupation"),
    ):
        shared = terms[code].facts["shared"]
        if shared:
            yield Reason(reason, {fact: shared})


def _timely(pair: Pair) -> Iterator[Reason]:
    if pair.family.waiting_days >= pair.config.long_wait_days:
        yield Reason(ReasonCode.LONG_WAIT, {"days": pair.family.waiting_days})
    if pair.guide.active_families == 0:
        yield Reason(ReasonCode.NO_FAMILY_NOW, {})


def _busy(pair: Pair) -> Iterator[Reason]:
    if pair.guide.active_families > 0:
        yield Reason(ReasonCode.ALREADY_GUIDES, {"families": pair.guide.active_families})


def _again(pair: Pair) -> Iterator[Reason]:
    if pair.guide.ids & pair.family.matched_guides:
        yield Reason(ReasonCode.MATCHED_BEFORE, {})
