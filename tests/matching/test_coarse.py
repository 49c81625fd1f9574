"""What is told in steps: that no page, and no two sides of one, tells of a household."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.simulation.coarse import GROUP_FROM, coarse_count, coarse_pair, coarsen
from app.matching.simulation.figures import (
    REST,
    WAITS_FROM,
    Averages,
    Dimension,
    Figures,
    Group,
    Summary,
)
from app.matching.types import TermCode
from tests.matching.strategies import seeded

LANGUAGE = Dimension.LANGUAGE


def figures(families=30, matched=25, fit=500, median=10, p95=60):
    averages = Averages(fit, median, p95) if fit is not None else None
    return Figures(families, matched, families - matched, 0, averages)


def summary(**lines):
    total = figures(sum(line.families for line in lines.values()))
    named = tuple(Group(key, line) for key, line in lines.items())
    shares = {TermCode.LANGUAGE: 43, TermCode.AGE: 90}
    return Summary(total, {LANGUAGE: ()}, shares, {LANGUAGE: named})


def told(**lines):
    """Return (key, families, matched) of each line."""
    now, _ = coarsen(summary(**lines), summary(**lines))
    return [
        (group.key, group.figures.families, group.figures.matched)
        for group in now.groups.get(LANGUAGE, ())
    ]


def test_counts_go_by_fives_and_all_below_five_are_one():
    assert [coarse_count(count) for count in (0, 1, 4, 5, 7, 8, 41, 43)] == [
        0, 0, 0, 5, 5, 10, 40, 45,
    ]  # fmt: skip


def test_lines_of_ten_or_more_are_told_alone_and_largest_as_told_come_first():
    lines = {"uk": figures(21, 12), "ti": figures(22, 13), "so": figures(9, 9)}
    assert told(**lines) == [("ti", 20, 15), ("uk", 20, 10)]
    assert told(uk=figures(14, 8), so=figures(9, 9)) == [("uk", 15, 10)]


@pytest.mark.parametrize("small", range(4))
def test_no_line_comes_or_goes_with_the_size_of_another(small):
    """A line for the others, or one that joins them, would say that one family came."""
    lines = {"uk": figures(30, 20), "ti": figures(10, 8)}
    others = {f"o{number}": figures(9, 9) for number in range(small)}
    assert told(**lines, **others) == told(**lines)


def test_shares_go_by_fives_and_nobodys_wish_for_an_age_shows():
    now, tried = coarsen(summary(uk=figures()), summary(uk=figures()))
    assert now.shares == tried.shares == {TermCode.LANGUAGE: 45}
    few = replace(summary(uk=figures()), total=figures(30, GROUP_FROM - 1))
    assert coarsen(few, few)[0].shares == {}


def test_waits_are_whole_weeks_of_twenty_or_more():
    (now, _) = coarse_pair(figures(median=8, p95=60), figures(median=8, p95=60))
    assert now.averages == Averages(500, 14, 63)
    few = figures(matched=WAITS_FROM - 1)
    assert coarse_pair(few, few)[0].averages == Averages(500, None, None)
    none = figures(matched=GROUP_FROM - 1)
    assert coarse_pair(none, none)[0].averages is None


def test_an_average_is_told_of_both_sides_or_of_neither():
    both = coarse_pair(figures(matched=10), figures(matched=9))
    assert [side.averages for side in both] == [None, None]
    both = coarse_pair(figures(matched=20), figures(matched=19))
    assert {side.averages for side in both} == {Averages(500, None, None)}


@pytest.mark.parametrize(
    "changes, differs",
    [
        ({"fit": 549}, False),
        ({"fit": 550}, True),
        ({"median": 16}, False),
        ({"median": 17}, True),
        ({"p95": 66}, False),
        ({"p95": 67}, True),
        ({"matched": 29}, False),
        ({"matched": 30}, True),
    ],
)
def test_what_is_tried_is_another_figure_only_by_a_whole_step(changes, differs):
    now, tried = coarse_pair(figures(), figures(**changes))
    assert (now != tried) == differs


COUNTS = st.integers(0, 60)


@st.composite
def comparisons(draw, most, lines=6):
    """Two replays of the same families, of which at most so many fare otherwise in each line."""
    keys = draw(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=lines, unique=True))
    now, tried = {}, {}
    for key in keys:
        families = draw(st.integers(5, 40))
        matched = draw(st.integers(0, families))
        other = min(families, max(0, matched + draw(st.integers(-most, most))))
        for side, count in ((now, matched), (tried, other)):
            fit, median, p95 = draw(
                st.tuples(st.integers(480, 520), st.integers(8, 13), st.integers(50, 55))
            )
            side[key] = figures(families, count, fit if count else None, median, p95)
    return summary(**now), summary(**tried)


@seeded
@given(comparisons(most=1, lines=4))
def test_one_family_that_fares_otherwise_changes_nothing_that_is_told(sides):
    """Whatever boundary its lines stand at: a change in several tables would be its profile."""
    now, tried = sides
    now = replace(now, total=replace(now.total, averages=None))
    tried = replace(tried, total=replace(tried.total, averages=None))
    one, other = coarsen(now, tried)
    assert one.groups == other.groups


@seeded
@given(comparisons(most=40))
def test_every_line_is_about_ten_and_every_number_a_step(sides):
    one, other = coarsen(*sides)
    assert [group.key for group in one.groups.get(LANGUAGE, ())] == [
        group.key for group in other.groups.get(LANGUAGE, ())
    ]
    for side in (one, other):
        lines = side.groups.get(LANGUAGE, ())
        assert REST not in {line.key for line in lines}
        for line in lines:
            own = line.figures
            assert own.families >= GROUP_FROM
            assert all(n % 5 == 0 for n in (own.families, own.matched, own.waiting, own.left))
            if own.averages:
                assert own.averages.mean_fit % 50 == 0
                days = (own.averages.median_days, own.averages.p95_days)
                assert all(day is None or day % 7 == 0 for day in days)


@seeded
@given(COUNTS, COUNTS, COUNTS)
def test_a_count_is_told_at_most_eight_beside_the_true_one(families, matched, other):
    matched, other = min(matched, families), min(other, families)
    now, tried = coarse_pair(figures(families, matched), figures(families, other))
    for count, own in ((matched, now.matched), (other, tried.matched)):
        assert abs(own - count) <= 8  # less than a step held back, and the lowest step
        assert own <= now.families
    assert now.families == tried.families
