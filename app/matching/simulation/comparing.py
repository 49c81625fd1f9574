"""Two replays side by side: what changes, for whom it gets worse, and whether waiting pays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.matching.simulation.figures import Averages, Dimension, Figures, Summary
from app.matching.simulation.pace import Pace

# Smaller changes than these are within what one family more or less would bring about.
NOTABLE_DAYS = 7
NOTABLE_POINTS = 20


class Harm(StrEnum):
    """In which way a change is worse for a group."""

    FEWER_MATCHED = "fewer_matched"  # families
    LONGER_WAIT = "longer_wait"  # days, in the middle of those who got a guide
    POORER_FIT = "poorer_fit"  # points of 1000, on average


@dataclass(frozen=True, slots=True)
class Worse:
    """A group for which what is tried is worse; no dimension means all families together."""

    dimension: Dimension | None
    key: str
    harm: Harm
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What holds now, what is tried, and every group that would be worse off."""

    now: Summary
    tried: Summary
    worse: tuple[Worse, ...]


@dataclass(frozen=True, slots=True)
class Waited:
    """What it would have cost to wait for rounds at this pace, against matching every day.

    fewer_families: how many fewer would have got a guide; negative if it would have been more.
    longer_days: how much longer the middle wait would have been; None if that cannot be told.
    """

    pace: Pace
    fewer_families: int
    longer_days: int | None


def compare(now: Summary, tried: Summary) -> Comparison:
    """Put two replays of the same history side by side.

    Groups are the same in both: they rest on who came, not on what came of it.

    Raises:
        ValueError: the two are about different families.
    """
    if now.total.families != tried.total.families or _keys(now) != _keys(tried):
        raise ValueError("two replays of different histories cannot be compared")
    worse = list(_harms(None, "", now.total, tried.total))
    for dimension, groups in now.groups.items():
        for before, after in zip(groups, tried.groups[dimension], strict=True):
            worse += _harms(dimension, before.key, before.figures, after.figures)
    return Comparison(now, tried, tuple(worse))


def _keys(summary: Summary) -> dict[Dimension, list[str]]:
    return {one: [group.key for group in groups] for one, groups in summary.groups.items()}


def _harms(
    dimension: Dimension | None, key: str, before: Figures, after: Figures
) -> Iterator[Worse]:
    if after.matched < before.matched:
        yield Worse(dimension, key, Harm.FEWER_MATCHED, before.matched, after.matched)
    if before.averages and after.averages:
        yield from _average_harms(dimension, key, before.averages, after.averages)


def _average_harms(
    dimension: Dimension | None, key: str, before: Averages, after: Averages
) -> Iterator[Worse]:
    old, new = before.median_days, after.median_days
    if old is not None and new is not None and new - old >= NOTABLE_DAYS:
        yield Worse(dimension, key, Harm.LONGER_WAIT, old, new)
    if before.mean_fit - after.mean_fit >= NOTABLE_POINTS:
        yield Worse(dimension, key, Harm.POORER_FIT, before.mean_fit, after.mean_fit)


def advise(by_pace: Mapping[Pace, Figures]) -> tuple[Waited, ...]:
    """Say what waiting for weekly and monthly rounds would have cost. Advice, never a rule.

    Args:
        by_pace: the figures of all families, by the pace of their replay; with `Pace.DAILY`.
    """
    daily = by_pace[Pace.DAILY]
    told = []
    for pace in (Pace.WEEKLY, Pace.MONTHLY):
        if pace not in by_pace:
            continue
        own = by_pace[pace]
        told.append(Waited(pace, daily.matched - own.matched, _longer(daily, own)))
    return tuple(told)


def _longer(daily: Figures, own: Figures) -> int | None:
    if own.averages is None or daily.averages is None:
        return None
    old, new = daily.averages.median_days, own.averages.median_days
    return None if old is None or new is None else new - old
