"""What a replay may tell: figures by group, and never so exact that they are one family's."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.simulation.comparing import Harm, Waited, Worse, advise, compare
from app.matching.simulation.figures import (
    FEWEST,
    REST,
    Averages,
    Dimension,
    Figures,
    Group,
    Summary,
    grouped,
    mother_tongue,
    quantile,
    summarise,
    with_averages,
)
from app.matching.simulation.pace import Pace
from app.matching.simulation.simulating import FamilyArrival, History, Replay
from app.matching.types import TermCode
from app.vocabulary import Gender, GenderWish
from tests.matching.profiles import BORGEN, HEGGEDAL, a_family, skill
from tests.matching.strategies import seeded

LETTERS = st.sampled_from("abcdefgh")


def history(*profiles):
    return History(tuple(FamilyArrival(profile, 0) for profile in profiles), ())


def speakers(**counts):
    return [
        a_family(family_id=UUID(int=n), languages=(skill(code, 4),))
        for n, code in enumerate(c for c, count in counts.items() for _ in range(count))
    ]


def outcome(matched, waited=None, left=None):
    matched = np.array(matched, dtype=bool)
    days = np.zeros(len(matched), dtype=np.int32) if waited is None else np.array(waited, np.int32)
    gone = np.zeros(len(matched), dtype=bool) if left is None else np.array(left, dtype=bool)
    return Replay(
        guide=np.where(matched, 0, -1).astype(np.int32),
        matched_on=np.where(matched, days, -1).astype(np.int32),
        waited=days,
        left=gone,
    )


def told(people, done, fit=None):
    points = np.zeros(len(people), np.int32) if fit is None else np.array(fit, np.int32)
    return summarise(history(*people), done, points, {TermCode.LANGUAGE: 40})


def test_figures_count_who_got_a_guide_who_waits_and_who_left():
    people = speakers(uk=10)
    done = outcome(
        [True] * 6 + [False] * 4,
        waited=[1, 2, 3, 4, 50, 9] + [0] * 4,
        left=[False] * 8 + [True] * 2,
    )
    total = told(people, done, fit=[100, 200, 300, 400, 500, 603] + [999] * 4).total
    assert (total.families, total.matched, total.waiting, total.left) == (10, 6, 2, 2)
    assert total.coverage == 60
    assert total.averages == Averages(mean_fit=350, median_days=3, p95_days=None)


@pytest.mark.parametrize("others", [{}, {"ti": 1}, {"ti": 4, "so": 4}, {"ti": 9}])
def test_a_line_of_ten_stands_by_its_own_count_whoever_else_came(others):
    """Of those put together it may be that the line has to join one family of another language."""
    people = speakers(uk=10, **others)
    summary = told(people, outcome([True] * len(people)))
    (line,) = summary.named[Dimension.LANGUAGE]
    assert (line.key, line.figures.families) == ("uk", 10)
    assert line.figures.averages


@pytest.mark.parametrize("count, p95", [(19, None), (20, 90)])
def test_the_longest_waits_are_told_of_twenty_or_more(count, p95):
    """Of fewer, 19 of 20 is everybody, and the figure is one family's."""
    days = [*range(5, 5 * (count - 1), 5), 90, 300][:count]
    people = speakers(uk=count)
    assert told(people, outcome([True] * count, waited=days)).total.averages.p95_days == p95


def test_small_groups_are_put_together_largest_first_and_the_rest_last():
    people = speakers(uk=20, ti=7, so=3, am=4)
    groups = told(people, outcome([True] * 34)).groups[Dimension.LANGUAGE]
    assert [(group.key, group.figures.families) for group in groups] == [
        ("uk", 20),
        ("ti", 7),
        (REST, 7),
    ]


def test_a_single_small_group_takes_the_smallest_other_with_it():
    """Else the whole less the others would tell of the three."""
    people = speakers(uk=20, ti=7, so=3)
    groups = told(people, outcome([True] * 30)).groups[Dimension.LANGUAGE]
    assert [(group.key, group.figures.families) for group in groups] == [("uk", 20), (REST, 10)]


def test_fewer_than_five_families_are_not_told_of_at_all():
    summary = told(speakers(uk=4), outcome([True] * 4))
    assert not summary.may_be_told and not summary.groups and not summary.shares
    assert summary.total.averages is None and summary.total.matched == 0


def test_averages_need_five_with_a_guide_and_one_hidden_line_is_never_alone():
    people = speakers(uk=20, ti=10, so=10)
    done = outcome([True] * 12 + [False] * 8 + [True] * 7 + [False] * 3 + [True] * 3 + [False] * 7)
    summary = told(people, done)
    lines = {group.key: group.figures for group in summary.groups[Dimension.LANGUAGE]}
    assert summary.total.averages and summary.shares
    assert lines["so"].averages is None
    assert lines["ti"].averages is None  # or the whole less the others would tell of so
    assert lines["uk"].averages is not None
    assert lines["so"].matched == 3  # how many of ten, of whom nobody is known, may be told


def test_without_five_who_got_a_guide_there_are_no_averages_and_no_shares():
    summary = told(speakers(uk=10), outcome([True] * 4 + [False] * 6))
    assert summary.may_be_told and summary.total.averages is None and not summary.shares


@seeded
@given(st.lists(LETTERS, max_size=60))
def test_every_line_and_every_difference_is_about_five_families_or_more(keys):
    lines = Counter(grouped(keys)[key] for key in keys)
    assert sum(lines.values()) == len(keys)
    if len(keys) >= FEWEST:
        assert all(count >= FEWEST for count in lines.values())
        for size in range(len(lines)):
            for some in combinations(lines.values(), size):
                assert len(keys) - sum(some) >= FEWEST


@seeded
@given(st.lists(LETTERS, min_size=FEWEST, max_size=60))
def test_no_more_is_put_together_than_must_be(keys):
    counts, shown = Counter(keys), grouped(keys)
    rest = [key for key in counts if shown[key] == REST]
    large = [key for key in rest if counts[key] >= FEWEST]
    assert len(large) <= 1 or sum(counts[key] for key in rest if key not in large) == 0
    if not any(count < FEWEST for count in counts.values()):
        assert not rest


@seeded
@given(st.dictionaries(LETTERS, st.integers(0, 12)))
def test_hidden_averages_are_nobodys_or_five_families_or_more(matched):
    shown = with_averages(matched)
    hidden = sum(count for key, count in matched.items() if key not in shown)
    assert all(matched[key] >= FEWEST for key in shown)
    assert hidden == 0 or hidden >= FEWEST or not shown


@seeded
@given(st.lists(st.tuples(LETTERS, st.booleans(), st.integers(0, 700)), max_size=40), st.data())
def test_a_summary_never_tells_of_fewer_than_five(rows, data):
    people = [
        a_family(
            family_id=UUID(int=n),
            languages=(skill(code, 4),),
            contact_gender=data.draw(st.sampled_from([None, *Gender])),
            gender_wish=data.draw(st.sampled_from(GenderWish)),
            neighbourhood_id=data.draw(st.sampled_from([None, HEGGEDAL, BORGEN])),
        )
        for n, (code, _, _) in enumerate(rows)
    ]
    matched = [row[1] for row in rows]
    summary = told(people, outcome(matched), [row[2] for row in rows])
    assert summary.may_be_told == (len(rows) >= FEWEST)
    assert bool(summary.total.averages) == (summary.may_be_told and sum(matched) >= FEWEST)
    for lines in summary.groups.values():
        assert sum(line.figures.families for line in lines) == len(rows)
        assert sum(line.figures.matched for line in lines) == sum(matched)
        assert all(line.figures.families >= FEWEST for line in lines)
        hidden = sum(line.figures.matched for line in lines if line.figures.averages is None)
        if summary.total.averages:
            assert hidden == 0 or hidden >= FEWEST


def test_a_familys_language_is_the_one_it_knows_best_and_norwegian_is_one():
    assert mother_tongue(a_family(languages=(skill("en", 2), skill("ti", 4)))) == "ti"
    assert mother_tongue(a_family(languages=(skill("fa", 3), skill("prs", 3)))) == "fa"
    assert mother_tongue(a_family(languages=(skill("nb", 4),))) == "no"
    assert mother_tongue(a_family(languages=())) == "unknown"


@pytest.mark.parametrize(
    "values, median, p95",
    [([7], 7, 7), ([1, 2], 1, 2), ([1, 2, 3], 2, 3), (list(range(1, 101)), 50, 95)],
)
def test_quantiles_are_values_that_occurred(values, median, p95):
    assert (quantile(values, 50), quantile(values, 95)) == (median, p95)


def figures(matched=20, fit=500, median=10, p95=60):
    return Figures(30, matched, 30 - matched, 0, Averages(fit, median, p95))


def summary(total, line=None):
    return Summary(total, {Dimension.LANGUAGE: (Group("uk", line or total),)}, {})


def test_equal_replays_harm_nobody():
    assert compare(summary(figures()), summary(figures())).worse == ()


@pytest.mark.parametrize(
    "changes, harm",
    [
        ({"matched": 19}, (Harm.FEWER_MATCHED, 20, 19)),
        ({"median": 17}, (Harm.LONGER_WAIT, 10, 17)),
        ({"fit": 480}, (Harm.POORER_FIT, 500, 480)),
    ],
)
def test_a_group_that_is_worse_off_is_named_with_before_and_after(changes, harm):
    told = compare(summary(figures()), summary(figures(), figures(**changes)))
    assert told.worse == (Worse(Dimension.LANGUAGE, "uk", *harm),)
    told = compare(summary(figures()), summary(figures(**changes), figures()))
    assert told.worse == (Worse(None, "", *harm),)


@pytest.mark.parametrize("changes", [{"matched": 21}, {"median": 16}, {"fit": 481}, {"p95": 90}])
def test_better_and_hardly_different_are_no_harm(changes):
    assert compare(summary(figures()), summary(figures(**changes))).worse == ()


def test_what_is_not_told_is_not_compared():
    silent = replace(figures(), averages=None)
    assert compare(summary(figures()), summary(figures(), silent)).worse == ()
    assert compare(summary(silent), summary(figures())).worse == ()


def test_replays_of_different_families_are_not_compared():
    with pytest.raises(ValueError, match="different"):
        compare(summary(figures()), summary(replace(figures(), families=31)))
    other = Summary(figures(), {Dimension.LANGUAGE: (Group("ti", figures()),)}, {})
    with pytest.raises(ValueError, match="different"):
        compare(summary(figures()), other)


def test_the_advice_says_what_waiting_would_have_cost():
    advice = advise(
        {
            Pace.DAILY: figures(20, median=3),
            Pace.WEEKLY: figures(20, median=6),
            Pace.MONTHLY: figures(17, median=15),
        }
    )
    assert advice == (Waited(Pace.WEEKLY, 0, 3), Waited(Pace.MONTHLY, 3, 12))


def test_the_advice_is_silent_on_days_that_cannot_be_told():
    silent = replace(figures(4), averages=None)
    assert advise({Pace.DAILY: figures(), Pace.MONTHLY: silent}) == (
        Waited(Pace.MONTHLY, 16, None),
    )


def test_a_middle_that_is_not_told_is_not_compared():
    silent = figures(median=None)
    assert compare(summary(figures()), summary(silent)).worse == ()
    assert advise({Pace.DAILY: figures(), Pace.MONTHLY: silent}) == (Waited(Pace.MONTHLY, 0, None),)
