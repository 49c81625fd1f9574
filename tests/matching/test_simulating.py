"""A year of arrivals, replayed: who gets whom, when, and that nothing impossible happens."""

from collections import Counter
from dataclasses import fields, replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching import MatchingConfig, ScoringWeights, explain_pair
from app.matching.simulation.pace import Pace
from app.matching.simulation.simulating import (
    FamilyArrival,
    GuideArrival,
    History,
    Settings,
    replay,
    replay_on,
)
from app.matching.simulation.year_tables import PairTable, fit_of_pairs, pair_table, term_shares
from app.matching.types import TermCode, Travel
from app.vocabulary import Gender, GenderWish
from tests.matching.profiles import CONFIG, MONDAY_EVENING, a_family, a_guide, skill, times
from tests.matching.strategies import seeded

ALL_FOR_WAITING = ScoringWeights(
    **dict.fromkeys((weight.name for weight in fields(ScoringWeights)), 0) | {"waiting": 1000}
)
FLAT = np.zeros(1, dtype=np.int32)


def families(*days, **changes):
    return tuple(
        FamilyArrival(a_family(family_id=UUID(int=1000 + n), **changes), day)
        for n, day in enumerate(days)
    )


def guides(*days, capacity=1, **options):
    return tuple(
        GuideArrival(a_guide(guide_id=UUID(int=2000 + n)), day, capacity, **options)
        for n, day in enumerate(days)
    )


def table(fit, *, feasible=None, waiting=FLAT, burden=FLAT):
    fit = np.array(fit, dtype=np.int32)
    allowed = np.ones(fit.shape, dtype=bool) if feasible is None else np.array(feasible, dtype=bool)
    return PairTable(allowed, fit, np.asarray(waiting, np.int32), np.asarray(burden, np.int32))


def run(history, pairs, pace=Pace.WEEKLY, *, match_days=1000, patience=True):
    return replay_on(history, Settings(CONFIG, pace, match_days, patience), pairs)


@pytest.mark.parametrize(
    "pace, day", [(Pace.ON_ARRIVAL, 3), (Pace.DAILY, 3), (Pace.WEEKLY, 6), (Pace.MONTHLY, 29)]
)
def test_a_pair_is_made_on_the_first_round_after_both_came(pace, day):
    done = run(History(families(1), guides(3)), table([[500]]), pace)
    assert done.guide.tolist() == [0]
    assert done.matched_on.tolist() == [day]
    assert done.waited.tolist() == [day - 1]


def test_who_came_before_the_year_has_waited_since_then():
    done = run(History(families(-40), guides(0)), table([[500]]), Pace.DAILY)
    assert done.matched_on.tolist() == [0] and done.waited.tolist() == [40]


def test_a_guide_is_free_again_when_the_match_is_over_and_not_before():
    history = History(families(0, 1), guides(0), days=30)
    done = run(history, table([[500], [500]]), Pace.DAILY, match_days=10)
    assert done.matched_on.tolist() == [0, 10]
    done = run(history, table([[500], [500]]), Pace.DAILY, match_days=40)
    assert done.guide.tolist() == [0, -1] and done.waited.tolist() == [0, 29]


def test_places_taken_when_the_year_began_come_back_on_their_day():
    taken = guides(-100, capacity=2, busy_until=(12, 400))
    done = run(History(families(0, 0), taken), table([[500], [500]]), Pace.DAILY)
    assert sorted(done.matched_on.tolist()) == [-1, 12]


def test_a_guide_with_two_places_takes_two_at_once():
    done = run(History(families(0, 0, 0), guides(0, capacity=2)), table([[5], [5], [5]]))
    assert Counter(done.guide.tolist()) == {0: 2, -1: 1}


def test_who_leaves_gets_nothing_after_and_with_patience_off_they_stay():
    (family,) = families(0)
    late = History((replace(family, leaves_on=20),), guides(25), days=60)
    done = run(late, table([[500]]), Pace.DAILY)
    assert done.guide.tolist() == [-1] and done.left.tolist() == [True]
    assert done.waited.tolist() == [20]
    done = run(late, table([[500]]), Pace.DAILY, patience=False)
    assert done.matched_on.tolist() == [25] and not done.left.any()


def test_whoever_leaves_is_gone_on_that_day_and_whoever_stays_still_waits():
    (family,) = families(0)
    history = History((replace(family, leaves_on=20),), guides(20), days=60)
    assert run(history, table([[500]]), Pace.DAILY).guide.tolist() == [-1]
    done = run(History(families(0), (), days=60), table(np.zeros((1, 0))), Pace.DAILY)
    assert done.left.tolist() == [False] and done.waited.tolist() == [60]


def test_a_guide_who_leaves_is_given_to_nobody_after():
    history = History(families(10), guides(0, leaves_on=10))
    assert run(history, table([[500]]), Pace.DAILY).guide.tolist() == [-1]
    history = History(families(9), guides(0, leaves_on=10))
    assert run(history, table([[500]]), Pace.DAILY).guide.tolist() == [0]


def test_a_round_serves_both_where_first_come_leaves_one_waiting():
    pairs = table([[900, 800], [900, 0]], feasible=[[True, True], [True, False]])
    history = History(families(0, 0), guides(6, 6))
    assert run(history, pairs).guide.tolist() == [1, 0]
    assert run(history, pairs, Pace.ON_ARRIVAL).guide.tolist() == [0, -1]


def test_first_come_means_the_longest_wait_first_whatever_the_order_of_names():
    pairs = table([[900], [100]])
    done = run(History(families(5, 2), guides(6)), pairs, Pace.ON_ARRIVAL)
    assert done.guide.tolist() == [-1, 0]


def test_priority_goes_before_points():
    first, second = families(0, 0)
    urgent = replace(second, profile=replace(second.profile, priority=2))
    done = run(History((first, urgent), guides(0)), table([[900], [100]]))
    assert done.guide.tolist() == [-1, 0]


def test_the_longer_wait_decides_between_equals():
    waiting = np.arange(100)
    done = run(History(families(5, 2), guides(6)), table([[500], [500]], waiting=waiting))
    assert done.guide.tolist() == [-1, 0]
    done = run(History(families(2, 5), guides(6)), table([[500], [500]], waiting=waiting))
    assert done.guide.tolist() == [0, -1]


def test_burden_spreads_families_over_guides():
    history = History(families(0, 8), guides(0, 0, capacity=2))
    fit = [[500, 490], [500, 490]]
    assert run(history, table(fit)).guide.tolist() == [0, 0]
    assert run(history, table(fit, burden=[60, 40, 20, 0])).guide.tolist() == [0, 1]


def test_nobody_came_is_an_answer_too():
    for history in (History((), ()), History(families(0), ()), History((), guides(0))):
        done = replay(history, Settings(CONFIG, Pace.WEEKLY))
        assert len(done.guide) == len(history.families)
        assert (done.guide == -1).all()


def test_progress_rises_to_the_whole():
    heard = []
    replay(History(families(0), guides(0)), Settings(CONFIG, Pace.DAILY), told=heard.append)
    assert heard == sorted(heard) and heard[-1] == 100


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: History((), (), days=0),
        lambda: Settings(CONFIG, match_days=0),
        lambda: GuideArrival(a_guide(), 0, -1),
    ],
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="not"):
        wrong()


# The tables are read off the terms themselves: they agree with the explanation of a pair.

SOME_FAMILIES = (
    a_family(family_id=UUID(int=1)),
    a_family(family_id=UUID(int=2), gender_wish=GenderWish.MAN, languages=(skill("uk", 4),)),
    a_family(family_id=UUID(int=3), availability=times(MONDAY_EVENING), children={}),
)
SOME_GUIDES = (
    a_guide(guide_id=UUID(int=11)),
    a_guide(guide_id=UUID(int=12), gender=Gender.MAN, has_pets=True, rhythm=None),
    a_guide(
        guide_id=UUID(int=13), languages=(skill("no", 4), skill("ru", 3)), interests=frozenset()
    ),
)


def some_history():
    return History(
        tuple(FamilyArrival(profile, 0) for profile in SOME_FAMILIES),
        tuple(GuideArrival(profile, 0, 2) for profile in SOME_GUIDES),
    )


@pytest.mark.parametrize("days, active", [(0, 0), (37, 1), (180, 2), (400, 3), (400, 9)])
def test_a_days_score_is_the_score_of_the_pair_as_explained(days, active):
    pairs = pair_table(some_history(), CONFIG)
    for f, family in enumerate(SOME_FAMILIES):
        for g, guide in enumerate(SOME_GUIDES):
            told = explain_pair(
                replace(family, waiting_days=days), replace(guide, active_families=active),
                Travel(), CONFIG,
            )  # fmt: skip
            score = pairs.fit[f, g] + pairs.waiting_points(np.array([days]))
            assert score + pairs.burden_points(np.array([active])) == told.candidate.score
            assert pairs.feasible[f, g] == told.is_feasible


def test_people_are_taken_as_they_came_not_as_they_are_today():
    stopped = replace(SOME_GUIDES[0], is_paused=True, is_ready=False, lacks_steps=True)
    busy = replace(stopped, free_places=0, active_families=2)
    waited = replace(SOME_FAMILIES[0], waiting_days=300)
    history = History((FamilyArrival(waited, 0),), (GuideArrival(busy, 0, 1),))
    fresh = History((FamilyArrival(SOME_FAMILIES[0], 0),), (GuideArrival(SOME_GUIDES[0], 0, 1),))
    assert pair_table(history, CONFIG).feasible.all()
    assert pair_table(history, CONFIG).fit == pair_table(fresh, CONFIG).fit


def test_a_pair_that_fits_in_everything_has_all_points_without_waiting_and_burden():
    history = some_history()
    pairs = pair_table(history, CONFIG)
    fit = fit_of_pairs(pairs, CONFIG, np.array([0, -1, 2], dtype=np.int32))
    assert fit[0] == 1000 and fit[1] == 0
    most = 1000 - CONFIG.weights.waiting - CONFIG.weights.burden
    assert fit[2] == 1000 * pairs.fit[2, 2] // most
    only_waiting = MatchingConfig(weights=ALL_FOR_WAITING)
    pairs = pair_table(history, only_waiting)
    assert fit_of_pairs(pairs, only_waiting, np.array([0, 1, 2])).tolist() == [0, 0, 0]


def test_shares_of_terms_are_averages_in_percent_over_those_who_got_a_guide():
    history = some_history()
    shares = term_shares(history, CONFIG, np.array([0, -1, 2], dtype=np.int32))
    for code in TermCode:
        if code in {TermCode.WAITING, TermCode.BURDEN}:
            assert code not in shares
            continue
        terms = [
            next(t for t in explain_pair(f, g, Travel(), CONFIG).candidate.terms if t.code is code)
            for f, g in ((SOME_FAMILIES[0], SOME_GUIDES[0]), (SOME_FAMILIES[2], SOME_GUIDES[2]))
        ]
        assert shares[code] == 100 * sum(t.points for t in terms) // (2 * terms[0].max_points)
    assert term_shares(history, CONFIG, np.array([-1, -1, -1], dtype=np.int32)) == {}


# Whatever comes: what must hold on every day of any year.


@st.composite
def years(draw):
    count, helpers = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    day = st.integers(-20, 60)
    leaving = st.none() | st.integers(0, 80)
    people = tuple(
        replace(row, leaves_on=draw(leaving), profile=replace(row.profile, priority=draw(st.integers(0, 2))))
        for row in families(*draw(st.lists(day, min_size=count, max_size=count)))
    )  # fmt: skip
    helping = tuple(
        replace(
            row,
            leaves_on=draw(leaving),
            capacity=draw(st.integers(0, 3)),
            busy_until=tuple(draw(st.lists(st.integers(0, 70), max_size=2))),
        )
        for row in guides(*draw(st.lists(day, min_size=helpers, max_size=helpers)))
    )
    cells = count * helpers
    fit = draw(st.lists(st.integers(0, 700), min_size=cells, max_size=cells))
    allowed = draw(st.lists(st.booleans(), min_size=cells, max_size=cells))
    shape = (count, helpers)
    pairs = table(
        np.reshape(fit, shape),
        feasible=np.reshape(allowed, shape),
        waiting=range(50),
        burden=[60, 9],
    )
    settings = Settings(
        CONFIG, draw(st.sampled_from(Pace)), draw(st.integers(1, 40)), patience=draw(st.booleans())
    )
    return History(people, helping, days=60), settings, pairs


@seeded
@given(years())
def test_no_year_breaks_a_rule_and_no_round_leaves_a_pair_that_could_be(year):
    history, settings, pairs = year
    done = replay_on(history, settings, pairs)
    again = replay_on(history, settings, pairs)
    assert done.guide.tolist() == again.guide.tolist()
    assert done.matched_on.tolist() == again.matched_on.tolist()
    rounds = range(settings.pace.days - 1, history.days, settings.pace.days)
    for f, g in enumerate(done.guide):
        assert (g < 0) == (done.matched_on[f] < 0)
        if g >= 0:
            assert pairs.feasible[f, g]
            assert done.matched_on[f] in rounds
            assert waits(history, settings, f, done.matched_on[f])
            assert is_here(history, settings, g, done.matched_on[f])
    for day in rounds:
        free = [
            row.capacity - busy_on(history, settings, done, g, day)
            for g, row in enumerate(history.guides)
        ]
        assert all(
            left >= min(0, row.capacity - len(row.busy_until))
            for left, row in zip(free, history.guides, strict=True)
        )
        for f in range(len(history.families)):
            without = done.matched_on[f] < 0 or done.matched_on[f] > day
            if without and waits(history, settings, f, day):
                could = [
                    g
                    for g in range(len(free))
                    if free[g] > 0 and pairs.feasible[f, g] and is_here(history, settings, g, day)
                ]
                assert not could


def waits(history, settings, f, day):
    row = history.families[f]
    stays = row.leaves_on is None or not settings.patience
    return row.day <= day and (stays or day < row.leaves_on)


def is_here(history, settings, g, day):
    row = history.guides[g]
    stays = row.leaves_on is None or not settings.patience
    return row.day <= day and (stays or day < row.leaves_on)


def busy_on(history, settings, done, g, day):
    """Count a guide's families at the end of a day."""
    before = sum(until > day for until in history.guides[g].busy_until)
    given = sum(
        done.guide[f] == g and done.matched_on[f] <= day < done.matched_on[f] + settings.match_days
        for f in range(len(history.families))
    )
    return before + given
