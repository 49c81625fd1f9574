"""A replay as it is told to those who may not see families: in steps, so that no household shows.

Counts go by fives, and so do shares; a line is about ten families or more of one kind, and the
others are in no line; a wait is told in whole weeks, of twenty or more. What is tried is told as what holds unless it differs by a whole step:
one family that goes from one guide to another moves nothing. Rounding limits what can be found
out by taking one page from another; it does not make it impossible.
"""

from collections.abc import Mapping

from app.matching.simulation.figures import (
    NAMED_FROM,
    WAITS_FROM,
    Averages,
    Dimension,
    Figures,
    Group,
    Summary,
)
from app.matching.types import TermCode

STEP = 5  # families, guides, and percentage points
FIT_STEP = 50  # points of 1000
GROUP_FROM = NAMED_FROM  # families in a line, and families with a guide behind an average
WEEK = 7
Shares = Mapping[TermCode, int]
Lines = tuple[Group, ...]


def coarse_count(count: int) -> int:
    """Return a count to the nearest five, and 0 for any that is below five.

    >>> [coarse_count(count) for count in (0, 4, 5, 7, 8, 12, 13)]
    [0, 0, 5, 5, 10, 10, 15]
    """
    return 0 if count < STEP else _nearest(count, STEP)


def coarsen(now: Summary, tried: Summary) -> tuple[Summary, Summary]:
    """Return both sides of a comparison as coarse as they are told."""
    total, total_tried = coarse_pair(now.total, tried.total)
    lines = {one: _lines(now.named[one], tried.named[one]) for one in now.named}
    shares, shares_tried = _shares(now, tried)
    return (
        Summary(total, _sides(lines, 0), shares),
        Summary(total_tried, _sides(lines, 1), shares_tried),
    )


def coarse_pair(before: Figures, after: Figures) -> tuple[Figures, Figures]:
    """Return the figures of the same families twice, the second as the first if hardly another."""
    counts = {
        name: (coarse_count(old), coarse_count(new if abs(new - old) >= STEP else old))
        for name, old, new in (
            ("families", before.families, before.families),
            ("matched", before.matched, after.matched),
            ("waiting", before.waiting, after.waiting),
            ("left", before.left, after.left),
        )
    }
    averages = _averages(before, after)
    first, second = (
        Figures(**{name: both[side] for name, both in counts.items()}, averages=averages[side])
        for side in (0, 1)
    )
    return first, second


def _nearest(value: int, step: int) -> int:
    return (value + step // 2) // step * step


def _weeks(days: int) -> int:
    """Return the days of the whole weeks that a wait takes: seven at least."""
    return WEEK * max(1, -(-days // WEEK))


def _averages(before: Figures, after: Figures) -> tuple[Averages, Averages] | tuple[None, None]:
    """Return averages for both sides or for neither, so that no threshold tells of one family."""
    old, new = before.averages, after.averages
    fewest = min(before.matched, after.matched)
    if old is None or new is None or fewest < GROUP_FROM:
        return None, None
    fit = (old.mean_fit, _steady(old.mean_fit, new.mean_fit, FIT_STEP))
    median: tuple[int | None, int | None] = (None, None)
    late: tuple[int | None, int | None] = (None, None)
    if fewest >= WAITS_FROM:
        median = _waits(old.median_days, new.median_days)
        late = _waits(old.p95_days, new.p95_days)
    first, second = (
        Averages(_nearest(fit[side], FIT_STEP), median[side], late[side]) for side in (0, 1)
    )
    return first, second


def _waits(old: int | None, new: int | None) -> tuple[int | None, int | None]:
    if old is None or new is None:
        return None, None
    return _weeks(old), _weeks(_steady(old, new, WEEK))


def _steady(old: int, new: int, step: int) -> int:
    """Return the new value if it differs by a whole step, else the old one."""
    return new if abs(new - old) >= step else old


def _shares(now: Summary, tried: Summary) -> tuple[Shares, Shares]:
    if min(now.total.matched, tried.total.matched) < GROUP_FROM:
        return {}, {}
    # The age is left out: whether it is shown would tell whether anybody wished for one.
    both = (now.shares.keys() & tried.shares.keys()) - {TermCode.AGE}
    return (
        {code: _nearest(now.shares[code], STEP) for code in now.shares if code in both},
        {
            code: _nearest(_steady(now.shares[code], share, STEP), STEP)
            for code, share in tried.shares.items()
            if code in both
        },
    )


def _lines(now: Lines, tried: Lines) -> list[tuple[Group, Group]]:
    """Return the lines of one dimension that may be told, largest first as told.

    Each by its own count alone. A line for the others, or one that goes into it, would come and
    go with a single family of another kind, and say of which.
    """
    after = {group.key: group.figures for group in tried}
    pairs = []
    for group in now:
        if group.figures.families >= GROUP_FROM:
            first, second = coarse_pair(group.figures, after[group.key])
            pairs.append((Group(group.key, first), Group(group.key, second)))
    pairs.sort(key=lambda pair: (-pair[0].figures.families, pair[0].key))
    return pairs


def _sides(
    lines: Mapping[Dimension, list[tuple[Group, Group]]], side: int
) -> dict[Dimension, Lines]:
    return {one: tuple(pair[side] for pair in pairs) for one, pairs in lines.items() if pairs}
