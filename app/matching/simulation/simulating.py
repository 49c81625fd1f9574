"""Replay a year's arrivals under other weights or another pace, before anybody switches.

A replay is arithmetic over what is known of those who came: it says what the rules and weights
would have proposed, taking it that everybody says yes on the day of the round. It does not
predict next year.

Days are whole numbers: 0 is the first day of the year that is replayed, negative days lie
before it.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import Bools, Int32s
from app.matching.config import PERCENT, MatchingConfig
from app.matching.simulation.pace import Pace
from app.matching.simulation.year_tables import PairTable, pair_table
from app.matching.solving.edges import Edges
from app.matching.solving.solver import best_assignment
from app.matching.types import FamilyProfile, GuideProfile, Travel

NOBODY = -1
YEAR_DAYS = 365

Told = Callable[[int], object]  # hears how far a replay has come, 0 to 100


@dataclass(frozen=True, slots=True)
class FamilyArrival:
    """A family, the day from which it waited, and the day it gave up waiting, if it did."""

    profile: FamilyProfile
    day: int
    leaves_on: int | None = None


@dataclass(frozen=True, slots=True)
class GuideArrival:
    """A guide, the day from which they were ready, and how many families they take at a time.

    `busy_until` holds one day for each place that was taken when the year began: from that day
    it is free again.
    """

    profile: GuideProfile
    day: int
    capacity: int
    leaves_on: int | None = None
    busy_until: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.capacity < 0:
            raise ValueError(f"a guide takes no fewer than 0 families, not {self.capacity}")


@dataclass(frozen=True, slots=True)
class History:
    """Who came, in a fixed order that also settles ties, and the ways between them."""

    families: tuple[FamilyArrival, ...]
    guides: tuple[GuideArrival, ...]
    travel: Travel = field(default_factory=Travel)
    days: int = YEAR_DAYS

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"a replay takes at least one day, not {self.days}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is tried: the weights and rules, the pace, and how long a guide is then busy.

    `patience` lets those leave who left without a match; without it everybody stays.
    """

    config: MatchingConfig
    pace: Pace = Pace.WEEKLY
    match_days: int = 9 * 30
    patience: bool = True

    def __post_init__(self) -> None:
        if self.match_days < 1:
            raise ValueError(f"a match lasts at least one day, not {self.match_days}")


@dataclass(frozen=True, eq=False)
class Replay:
    """What each family of the history would have got.

    guide: int32 (F,), the guide's place in the history, or -1.
    matched_on: int32 (F,), the day, or -1.
    waited: int32 (F,), days until the match, or until the family left or the year ended.
    left: bool (F,), whether the family gave up waiting before the year ended.
    """

    guide: Int32s
    matched_on: Int32s
    waited: Int32s
    left: Bools


def replay(history: History, settings: Settings, *, told: Told | None = None) -> Replay:
    """Return what the history would have come to under these settings. Exact and repeatable.

    Args:
        history: who came and when.
        settings: what is tried.
        told: called with the percentage that is done, after each round.
    """
    return replay_on(history, settings, pair_table(history, settings.config), told=told)


def replay_on(
    history: History, settings: Settings, table: PairTable, *, told: Told | None = None
) -> Replay:
    """Return the replay on a table of pairs that was computed with the settings' own weights."""
    year = _Year(history, settings, table)
    for day in _round_days(history.days, settings.pace):
        year.hold_round(day)
        if told is not None:
            told(PERCENT * (day + 1) // history.days)
    return year.close()


def _round_days(days: int, pace: Pace) -> Iterator[int]:
    """Yield the days of the rounds: each at the end of its week or month."""
    return iter(range(pace.days - 1, days, pace.days))


class _Year:
    """What is true on the day that the replay has come to."""

    def __init__(self, history: History, settings: Settings, table: PairTable) -> None:
        self.history, self.settings, self.table = history, settings, table
        families, guides = history.families, history.guides
        never = history.days + 1
        stays = not settings.patience
        self.came = _days(row.day for row in families)
        self.leaves = _days(never if stays else _or(row.leaves_on, never) for row in families)
        self.priority = np.array([row.profile.priority for row in families], dtype=np.int8)
        self.guide_came = _days(row.day for row in guides)
        self.guide_leaves = _days(never if stays else _or(row.leaves_on, never) for row in guides)
        self.capacity = np.array([row.capacity for row in guides], dtype=np.int32)
        self.active = np.array([len(row.busy_until) for row in guides], dtype=np.int32)
        self.ends = [(day, place) for place, row in enumerate(guides) for day in row.busy_until]
        heapq.heapify(self.ends)
        self.guide = np.full(len(families), NOBODY, dtype=np.int32)
        self.matched_on = np.full(len(families), NOBODY, dtype=np.int32)

    def hold_round(self, day: int) -> None:
        """Put together those who wait and those who have a place on this day."""
        self._free_places(day)
        waiting = (self.guide == NOBODY) & (self.came <= day) & (day < self.leaves)
        here = (self.guide_came <= day) & (day < self.guide_leaves)
        places = np.where(here, np.maximum(self.capacity - self.active, 0), 0).astype(np.int32)
        rows, columns = np.flatnonzero(waiting), np.flatnonzero(places)
        edges = self._edges(rows, columns, day)
        if edges.edge_count == 0:
            return
        if self.settings.pace is Pace.ON_ARRIVAL:
            chosen = _first_come(edges, places[columns], np.argsort(self.came[rows], kind="stable"))
        else:
            chosen = best_assignment(edges, self.priority[rows], places[columns])
        matched = np.flatnonzero(chosen != NOBODY)
        for family, guide in zip(rows[matched], columns[chosen[matched]], strict=True):
            self.guide[family], self.matched_on[family] = guide, day
            self.active[guide] += 1
            heapq.heappush(self.ends, (day + self.settings.match_days, int(guide)))

    def close(self) -> Replay:
        """Return what has come of each family at the end of the year."""
        without = self.guide == NOBODY
        until = np.where(without, np.minimum(self.leaves, self.history.days), self.matched_on)
        return Replay(
            guide=self.guide,
            matched_on=self.matched_on,
            waited=np.maximum(until - self.came, 0).astype(np.int32),
            left=without & (self.leaves < self.history.days),
        )

    def _free_places(self, day: int) -> None:
        while self.ends and self.ends[0][0] <= day:
            _, guide = heapq.heappop(self.ends)
            self.active[guide] -= 1

    def _edges(self, rows: NDArray[np.intp], columns: NDArray[np.intp], day: int) -> Edges:
        """Return the pairs of those who wait and those with a place, at this day's scores."""
        open_pairs = self.table.feasible[np.ix_(rows, columns)]
        family, guide = np.nonzero(open_pairs)
        score = (
            self.table.fit[rows[family], columns[guide]]
            + self.table.waiting_points(day - self.came[rows])[family]
            + self.table.burden_points(self.active[columns])[guide]
        )
        return Edges.from_pairs(
            family, guide, score, family_count=len(rows), guide_count=len(columns)
        )


def _days(values: Iterator[int]) -> Int32s:
    return np.array(list(values), dtype=np.int32)


def _or(value: int | None, other: int) -> int:
    return other if value is None else value


def _first_come(edges: Edges, places: Int32s, order: NDArray[np.intp]) -> Int32s:
    """Let each family take the best guide that is left, in the given order; ties by place."""
    left = places.copy()
    chosen = np.full(edges.family_count, NOBODY, dtype=np.int32)
    for family in order:
        own = slice(edges.ptr[family], edges.ptr[family + 1])
        guides, scores = edges.guide[own], edges.score[own]
        free = np.flatnonzero(left[guides] > 0)
        if free.size:
            guide = guides[free[np.argmax(scores[free])]]
            chosen[family] = guide
            left[guide] -= 1
    return chosen
