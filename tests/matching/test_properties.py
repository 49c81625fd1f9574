"""What must hold for every family, guide and configuration, on seeded random ones.

The oracle for the rules knows them from their description and shares no code with the package;
the twin says every rule and term once more, a pair at a time.
"""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import MatchingConfig, explain_pair, rank_guides
from app.matching.pairs import blocks
from app.matching.pairs.blocks import compute_block, feasible_edges
from app.matching.pairs.codes import Codes, Ways
from app.matching.pairs.pair import Pair
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.rules import rules_in
from app.matching.types import (
    FamilyProfile,
    GuideProfile,
    ReasonCode,
    RuleCode,
    RuleCount,
    TermCode,
    Travel,
)
from app.travel import Band, Trip
from app.vocabulary import (
    ChildAge,
    Interest,
)
from tests.matching import twin
from tests.matching.profiles import a_family, a_guide
from tests.matching.strategies import (
    CODES,
    EXAMPLES,
    PLACES,
    configs,
    families,
    groups,
    guides,
    seeded,
    skills,
    travels,
)


def score(
    family: FamilyProfile, guide: GuideProfile, travel: Travel, config: MatchingConfig
) -> int:
    return explain_pair(family, guide, travel, config).candidate.score


def points_of(
    code: TermCode,
    family: FamilyProfile,
    guide: GuideProfile,
    config: MatchingConfig,
    travel: Travel | None = None,
) -> int:
    told = explain_pair(family, guide, travel or Travel(), config).candidate
    return next(term.points for term in told.terms if term.code is code)


@seeded
@given(families, guides, travels, configs)
def test_terms_are_bounded_and_add_up_to_the_score(family, guide, travel, config) -> None:
    told = explain_pair(family, guide, travel, config).candidate
    assert [term.code for term in told.terms] == list(TermCode)
    assert all(0 <= term.points <= term.max_points for term in told.terms)
    assert all(type(term.points) is int for term in told.terms)
    assert told.score == sum(term.points for term in told.terms)
    assert sum(term.max_points for term in told.terms) == 1000
    assert 0 <= told.score <= 1000


@seeded
@given(families, groups, travels, configs)
def test_every_guide_is_a_candidate_or_excluded_and_never_both(
    family, group, travel, config
) -> None:
    ranking = rank_guides(family, group, travel, config)
    proposed = [c.guide_id for c in ranking.candidates]
    excluded = [e.guide_id for e in ranking.excluded]
    assert sorted(proposed + excluded) == sorted(guide.guide_id for guide in group)
    assert all(e.rules for e in ranking.excluded)
    order = [(-c.score, c.guide_id) for c in ranking.candidates]
    assert list(ranking.order) == proposed
    assert order == sorted(order)


@seeded
@given(families, groups, travels, configs, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    family, group, travel, config, shuffler: random.Random
) -> None:
    shuffled = list(group)
    shuffler.shuffle(shuffled)
    mixed = [
        replace(guide, languages=tuple(shuffler.sample(guide.languages, len(guide.languages))))
        for guide in shuffled
    ]
    first = rank_guides(family, group, travel, config)
    second = rank_guides(family, mixed, travel, config)

    def told(ranking):
        return [(c.guide_id, c.terms, c.reasons, c.counter_reasons) for c in ranking.candidates]

    assert told(first) == told(second)
    assert first.excluded == second.excluded
    assert first.rule_counts == second.rule_counts


@seeded
@given(families, groups, travels, configs)
def test_rule_counts_are_what_the_exclusions_say(family, group, travel, config) -> None:
    ranking = rank_guides(family, group, travel, config)
    for code in RuleCode:
        named = [e for e in ranking.excluded if code in e.rules]
        alone = [e for e in named if len(e.rules) == 1]
        assert ranking.rule_counts[code] == RuleCount(len(named), len(alone))


@seeded
@given(families, guides, travels, configs, st.integers(0, 20))
def test_one_more_shared_time_never_lowers_the_score(family, guide, travel, config, bit) -> None:
    more_family = replace(family, availability=family.availability | 1 << bit)
    more_guide = replace(guide, availability=guide.availability | 1 << bit)
    before = explain_pair(family, guide, travel, config)
    after = explain_pair(more_family, more_guide, travel, config)
    assert after.candidate.score >= before.candidate.score
    assert set(after.failing) <= set(before.failing)


@seeded
@given(families, guides, configs, st.integers(0, 120), st.integers(0, 60))
def test_a_longer_trip_never_raises_the_score(family, guide, config, short, more) -> None:
    family = replace(family, neighbourhood_id=PLACES[0])
    guide = replace(guide, neighbourhood_id=PLACES[1])

    def at(trip: Trip):
        travel = Travel.from_rows([(PLACES[0], PLACES[1], trip)])
        return explain_pair(family, guide, travel, config)

    near, far = at(Trip(Band.MINUTES, short)), at(Trip(Band.MINUTES, short + more))
    next_door = at(Trip(Band.ADJACENT))
    same = explain_pair(family, replace(guide, neighbourhood_id=PLACES[0]), Travel(), config)
    none = at(Trip(Band.UNREACHABLE))
    scores = [told.candidate.score for told in (same, next_door, near, far, none)]
    assert scores == sorted(scores, reverse=True)
    assert set(near.failing) <= set(far.failing) <= set(none.failing)


@seeded
@given(families, guides, travels, configs, st.integers(0, 4), st.booleans())
def test_a_better_level_never_lowers_the_score(
    family, guide, travel, config, index, speaking
) -> None:
    def improved(person):
        if index >= len(person.languages):
            return person
        old = person.languages[index]
        name = "speaks" if speaking else "understands"
        better = replace(old, **{name: min(4, getattr(old, name) + 1)})
        kept = (*person.languages[:index], better, *person.languages[index + 1 :])
        return replace(person, languages=kept)

    before = explain_pair(family, guide, travel, config)
    for theirs, guides_own in ((improved(family), guide), (family, improved(guide))):
        after = explain_pair(theirs, guides_own, travel, config)
        assert after.candidate.score >= before.candidate.score
        assert set(after.failing) <= set(before.failing)


@seeded
@given(families, guides, travels, configs, skills)
def test_one_more_language_never_lowers_the_score(family, guide, travel, config, skill) -> None:
    better = replace(guide, languages=(*guide.languages, skill))
    assert score(family, better, travel, config) >= score(family, guide, travel, config)


@seeded
@given(families, guides, travels, configs, st.sampled_from(CODES))
def test_one_more_unacceptable_language_only_takes_away(
    family, guide, travel, config, code
) -> None:
    stricter = replace(family, unacceptable_languages=family.unacceptable_languages | {code})
    before = explain_pair(family, guide, travel, config)
    after = explain_pair(stricter, guide, travel, config)
    assert after.candidate.score <= before.candidate.score
    assert set(after.failing) - set(before.failing) <= {RuleCode.LANGUAGE_REQUIRED}
    assert set(before.failing) <= set(after.failing)
    changed = {
        term.code
        for term, earlier in zip(after.candidate.terms, before.candidate.terms, strict=True)
        if term != earlier
    }
    assert changed <= {TermCode.LANGUAGE}


@seeded
@given(families, guides, travels, configs)
def test_a_language_that_is_unacceptable_counts_as_if_nobody_spoke_it(
    family, guide, travel, config
) -> None:
    norwegian = {"no", "nb", "nn"}
    refused = set(family.unacceptable_languages)
    refused |= norwegian if refused & norwegian else set()

    def silenced(person):
        return replace(
            person, languages=tuple(s for s in person.languages if s.code not in refused)
        )

    told = explain_pair(family, guide, travel, config)
    without = explain_pair(silenced(family), silenced(guide), travel, config)
    assert told.failing == without.failing
    assert told.candidate.terms == without.candidate.terms


@seeded
@given(families, guides, configs, st.sampled_from(Interest), st.sampled_from(ChildAge))
def test_more_in_common_never_lowers_a_term(family, guide, config, interest, age) -> None:
    both = (
        replace(family, interests=family.interests | {interest}),
        replace(guide, interests=guide.interests | {interest}),
    )
    assert points_of(TermCode.INTERESTS, *both, config) >= points_of(
        TermCode.INTERESTS, family, guide, config
    )
    parents = replace(family, children={**family.children, age: 1})
    parent = replace(guide, own_children=guide.own_children | {age})
    assert points_of(TermCode.FAMILY_SITUATION, parents, parent, config) >= points_of(
        TermCode.FAMILY_SITUATION, parents, guide, config
    )


@seeded
@given(families, guides, configs, st.integers(0, 60))
def test_waiting_only_lifts_and_a_burden_only_lowers(family, guide, config, more) -> None:
    longer = replace(family, waiting_days=family.waiting_days + more)
    step = points_of(TermCode.WAITING, longer, guide, config) - points_of(
        TermCode.WAITING, family, guide, config
    )
    # Never a step: a day gives its linear share and at most one point of rounding.
    assert 0 <= step <= config.weights.waiting * more / config.full_waiting_days + 1
    busier = replace(guide, active_families=guide.active_families + 1)
    assert score(family, busier, Travel(), config) <= score(family, guide, Travel(), config)


@seeded
@given(families, guides, travels, configs)
def test_reasons_do_not_contradict_each_other(family, guide, travel, config) -> None:
    told = explain_pair(family, guide, travel, config).candidate
    for_it = [reason.code for reason in told.reasons]
    against = [reason.code for reason in told.counter_reasons]
    assert len(set(for_it)) == len(for_it)
    assert len(set(against)) == len(against)
    assert not set(for_it) & set(against)
    talk = {
        ReasonCode.SHARED_MOTHER_TONGUE,
        ReasonCode.SHARED_LANGUAGE,
        ReasonCode.CLOSE_LANGUAGE,
        ReasonCode.NO_SHARED_LANGUAGE,
    }
    assert len(talk & {*for_it, *against}) == 1
    times = {ReasonCode.SHARED_TIMES, ReasonCode.ONE_SHARED_TIME, ReasonCode.NO_SHARED_TIME}
    assert len(times & {*for_it, *against}) == 1


# --- An oracle for the hard rules, from their description alone --------------------------------


def _tongues(person: FamilyProfile | GuideProfile) -> dict[str, tuple[int, int]]:
    spoken: dict[str, tuple[int, int]] = {}
    for skill in person.languages:
        name = "norwegian" if skill.code in {"no", "nb", "nn"} else skill.code
        heard, said = spoken.get(name, (0, 0))
        spoken[name] = (max(heard, skill.understands), max(said, skill.speaks))
    return spoken


def _talk_level(family: FamilyProfile, guide: GuideProfile, closeness) -> float:
    """The best level of conversation: the mean of the two directions, less if only close."""
    tongues = [_tongues(person) for person in (family, guide)]
    for code in family.unacceptable_languages:
        for spoken in tongues:
            spoken.pop("norwegian" if code in {"no", "nb", "nn"} else code, None)
    level = 0.0
    for mine, (hear, say) in tongues[0].items():
        for yours, (listen, speak) in tongues[1].items():
            factor = 1.0 if mine == yours else closeness.get(frozenset({mine, yours}), 0)
            mean = (min(hear, speak) + min(say, listen)) / 2
            level = max(level, mean * factor + 1e-9)
    return level


def _week(mask: int) -> set[int]:
    return {index for index, bit in enumerate(reversed(f"{mask:021b}")) if bit == "1"}


def _language_is_missing(f: FamilyProfile, g: GuideProfile, config: MatchingConfig) -> bool:
    if not f.must_share_language:
        return False
    wanted = max(config.required_level, 1)  # below level 1 there is no conversation at all
    return _talk_level(f, g, config.closeness) < wanted


def _too_far(f: FamilyProfile, g: GuideProfile, travel: Travel) -> bool:
    if f.neighbourhood_id is None or f.neighbourhood_id == g.neighbourhood_id:
        return False
    for ends, trip in travel.trips.items():
        if set(ends) == {f.neighbourhood_id, g.neighbourhood_id}:
            limits = [x for x in (f.max_travel_minutes, g.max_travel_minutes) if x is not None]
            long = trip.band == "minutes" and any(trip.minutes > limit for limit in limits)
            return trip.band == "unreachable" or long
    return False


def forbidden_by(
    f: FamilyProfile, g: GuideProfile, travel: Travel, config: MatchingConfig
) -> set[str]:
    """Return the names of the rules that forbid the pair."""
    children = sum(f.children.values())
    verdicts = {
        "language_required": _language_is_missing(f, g, config),
        "availability": len(_week(f.availability) & _week(g.availability))
        < config.min_shared_slots,
        "travel": _too_far(f, g, travel),
        "gender_of_guide": str(f.gender_wish) not in ("none", str(g.gender)),
        "gender_of_contact": str(g.gender_wish) not in ("none", str(f.contact_gender)),
        "pets": f.no_pets and g.has_pets,
        "children_wish": (g.children_wish == "with_children" and children == 0)
        or (g.children_wish == "without_children" and children > 0),
        "declined": any(g.guide_id == declined for declined in f.declined_guides),
        "capacity": g.free_places < 1,
        "paused": g.is_paused,
        "not_ready": not g.is_ready,
        "steps": g.lacks_steps,
        "under_18": str(g.age_group) == "16-17",
        "certificate": f.needs_certificate > g.has_certificate,
        "municipality": (f.own_municipality_only or g.own_municipality_only)
        and f.municipality_id != g.municipality_id,
        "protected": f.is_protected,
    }
    return {name for name, forbidden in verdicts.items() if forbidden}


@settings(seeded, max_examples=3 * EXAMPLES)
@given(families, groups, travels, configs)
def test_rules_agree_with_an_independent_oracle(family, group, travel, config) -> None:
    ranking = rank_guides(family, group, travel, config)
    told = {exclusion.guide_id: set(exclusion.rules) for exclusion in ranking.excluded}
    expected = {guide.guide_id: forbidden_by(family, guide, travel, config) for guide in group}
    assert told == {key: rules for key, rules in expected.items() if rules}


# --- The twin: every rule and term once more, a pair at a time ---------------------------------

several = st.lists(families, max_size=4)


@settings(seeded, max_examples=3 * EXAMPLES)
@given(several, groups, travels, configs)
def test_blocks_agree_with_the_twin_for_every_pair(waiting, group, travel, config) -> None:
    codes = Codes.of(waiting, group)
    arrays = Families.of(waiting, codes), Guides.of(group, codes), Ways.of(travel, codes)
    block = compute_block(*arrays, config, np.arange(len(waiting)))
    pairs = [[Pair.of(family, guide, travel, config) for guide in group] for family in waiting]
    for row, told in enumerate(pairs):
        for column, pair in enumerate(told):
            points = twin.points_of(pair)
            assert tuple(block.points[:, row, column]) == points
            assert block.score[row, column] == sum(points)
            assert rules_in(int(block.failing[row, column])) == twin.rules_against(pair)


@pytest.mark.parametrize("pairs_at_once", [1, 7, 40])
@settings(seeded, max_examples=EXAMPLES // 4)
@given(several, groups, travels, configs)
def test_blocks_of_any_size_tell_the_same(
    pairs_at_once: int, waiting, group, travel, config
) -> None:
    codes = Codes.of(waiting, group)
    arrays = Families.of(waiting, codes), Guides.of(group, codes), Ways.of(travel, codes)
    whole = feasible_edges(*arrays, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_PAIRS_AT_ONCE", pairs_at_once)
        parts = feasible_edges(*arrays, config)
    for name in ("ptr", "guide", "score"):
        assert (getattr(whole.edges, name) == getattr(parts.edges, name)).all()
    assert (whole.removed == parts.removed).all()
    assert (whole.alone == parts.alone).all()


def test_two_sides_numbered_apart_are_a_mistake() -> None:
    family, guide = a_family(), a_guide()
    codes = Codes.of([family], [guide])
    families = Families.of([family], codes)
    guides_apart = Guides.of([guide], Codes.of([family], [guide]))
    with pytest.raises(ValueError, match="same codes"):
        feasible_edges(families, guides_apart, Ways.of(Travel(), codes), MatchingConfig())


@seeded
@given(several, groups, travels, configs)
def test_feasible_edges_are_the_pairs_that_break_no_rule(waiting, group, travel, config) -> None:
    codes = Codes.of(waiting, group)
    arrays = Families.of(waiting, codes), Guides.of(group, codes), Ways.of(travel, codes)
    found = feasible_edges(*arrays, config)
    assert (found.edges.family_count, found.edges.guide_count) == (len(waiting), len(group))
    for row, family in enumerate(waiting):
        pairs = [Pair.of(family, guide, travel, config) for guide in group]
        broken = [twin.rules_against(pair) for pair in pairs]
        scores = [
            None if rules else sum(twin.points_of(p))
            for p, rules in zip(pairs, broken, strict=True)
        ]
        assert [found.edges.score_of(row, column) for column in range(len(group))] == scores
        for bit, code in enumerate(RuleCode):
            assert found.removed[row, bit] == sum(code in rules for rules in broken)
            assert found.alone[row, bit] == sum(rules == (code,) for rules in broken)
