"""What a replay came to, by group, and never so exact that it tells of one family.

Groups of fewer than five families are put together; if that still makes fewer than five, the
smallest group that could stand alone joins them. So every line that is shown is about at least
five families, and so is every difference between the whole and some of the lines. The same
holds for averages over those who got a guide.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from app.matching.arrays import Int32s
from app.matching.config import PERCENT
from app.matching.languages import one_norwegian
from app.matching.simulation.simulating import History, Replay
from app.matching.types import FamilyProfile, LanguageSkill, TermCode

FEWEST = 5
NAMED_FROM = 10  # families in a line that stands alone, whatever becomes of the others
WAITS_FROM = 20  # with a guide; the 95th of a hundred among fewer is the longest wait of all
REST = "rest"  # the group of the groups that are too small to be shown
UNKNOWN = "unknown"
P95 = 95


class Dimension(StrEnum):
    """What families are told apart by."""

    LANGUAGE = "language"
    CONTACT_GENDER = "contact_gender"
    GENDER_WISH = "gender_wish"
    NEIGHBOURHOOD = "neighbourhood"


@dataclass(frozen=True, slots=True)
class Averages:
    """How well and how soon, over those who got a guide: at least five of them.

    mean_fit: whole points of 1000, waiting and burden left out: they say nothing of a pair.
    median_days: None where it is told of more families only.
    p95_days: None for fewer than twenty: it would be the longest wait, and that is somebody's.
    """

    mean_fit: int
    median_days: int | None
    p95_days: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How many families there were, how many got a guide, still wait or gave up.

    `averages` is None where they would rest on fewer than five families, or give such away.
    """

    families: int
    matched: int
    waiting: int
    left: int
    averages: Averages | None

    @property
    def coverage(self) -> int:
        """How many of a hundred families got a guide, rounded down."""
        return PERCENT * self.matched // self.families if self.families else 0


@dataclass(frozen=True, slots=True)
class Group:
    """One line: a language code, a gender, a wish or a neighbourhood's id; or the rest."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """A replay told as far as it may be told.

    groups: for each dimension its lines, largest first, the rest last; none if all families
        together are too few.
    shares: how much of each term the pairs have on average, in percent of the most there is;
        empty where fewer than five families got a guide.
    named: for each dimension the lines of ten families or more, each by its own count alone: no
        other family makes such a line come or go, as those of a group put together may.
    """

    total: Figures
    groups: Mapping[Dimension, tuple[Group, ...]]
    shares: Mapping[TermCode, int]
    named: Mapping[Dimension, tuple[Group, ...]] = field(default_factory=dict)

    @property
    def may_be_told(self) -> bool:
        """Whether there were families enough to tell anything of them."""
        return self.total.families >= FEWEST


def summarise(
    history: History, done: Replay, fit: Int32s, shares: Mapping[TermCode, int]
) -> Summary:
    """Return what may be told of a replay.

    Args:
        history: who came.
        done: what each would have got.
        fit: int32 (F,), the points of each family's pair by one and the same measure for all
            replays that are compared; any number for a family without.
        shares: of the terms, in percent.
    """
    lines = _Lines(history, done, fit)
    everybody = np.arange(len(history.families))
    total = lines.figures(everybody)
    if total.families < FEWEST:
        return Summary(Figures(total.families, 0, 0, 0, None), {}, {})
    groups = {one: lines.groups(one) for one in Dimension}
    named = {one: lines.named(one) for one in Dimension}
    return Summary(total, groups, dict(shares) if total.averages else {}, named)


def grouped(keys: Sequence[str]) -> dict[str, str]:
    """Return the group under which each key is shown: its own, or the rest.

    Every group, the rest too, then has at least `FEWEST` of the keys, if all have together.
    """
    counts = Counter(keys)
    small = {key for key, count in counts.items() if count < FEWEST}
    shown = sorted(counts.keys() - small, key=lambda key: (counts[key], key))
    for key in shown:
        if not small or sum(counts[one] for one in small) >= FEWEST:
            break
        small.add(key)
    return {key: REST if key in small else key for key in counts}


def key_of(family: FamilyProfile, dimension: Dimension) -> str:
    """Return what a family is in one dimension."""
    if dimension is Dimension.LANGUAGE:
        return mother_tongue(family)
    if dimension is Dimension.NEIGHBOURHOOD:
        return str(family.neighbourhood_id or UNKNOWN)
    if dimension is Dimension.GENDER_WISH:
        return family.gender_wish.value
    return family.contact_gender.value if family.contact_gender else UNKNOWN


def mother_tongue(family: FamilyProfile) -> str:
    """Return the language a family knows best, the first told of equals."""
    return known_best(family.languages)


def known_best(skills: Sequence[LanguageSkill]) -> str:
    """Return the code of the language that is known best, the first told of equals."""
    known = [(min(s.understands, s.speaks), s.understands, s.speaks) for s in skills]
    return one_norwegian(skills[known.index(max(known))].code) if known else UNKNOWN


class _Lines:
    def __init__(self, history: History, done: Replay, fit: Int32s) -> None:
        self.families = [row.profile for row in history.families]
        self.done, self.fit = done, fit

    def figures(self, rows: np.ndarray, *, averages: bool = True) -> Figures:
        """Return the figures of some families; averages only where enough got a guide."""
        matched = rows[self.done.guide[rows] >= 0]
        left = int(self.done.left[rows].sum())
        tell = averages and matched.size >= FEWEST
        return Figures(
            families=len(rows),
            matched=len(matched),
            waiting=len(rows) - len(matched) - left,
            left=left,
            averages=self._averages(matched) if tell else None,
        )

    def _averages(self, rows: np.ndarray) -> Averages:
        waited = sorted(self.done.waited[rows].tolist())
        return Averages(
            mean_fit=int(self.fit[rows].sum()) // len(rows),
            median_days=quantile(waited, PERCENT // 2),
            p95_days=quantile(waited, P95) if len(waited) >= WAITS_FROM else None,
        )

    def groups(self, dimension: Dimension) -> tuple[Group, ...]:
        """Return the lines of one dimension, largest first, the rest last."""
        keys = [key_of(family, dimension) for family in self.families]
        shown = grouped(keys)
        lines: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            lines.setdefault(shown[key], []).append(row)
        matched = {
            key: int((self.done.guide[np.array(rows)] >= 0).sum()) for key, rows in lines.items()
        }
        told = with_averages(matched)
        order = sorted(lines, key=lambda key: (key == REST, -len(lines[key]), key))
        return tuple(
            Group(key, self.figures(np.array(lines[key]), averages=key in told)) for key in order
        )

    def named(self, dimension: Dimension) -> tuple[Group, ...]:
        """Return the lines that may stand alone, by key; nobody is put together with others."""
        lines: dict[str, list[int]] = {}
        for row, family in enumerate(self.families):
            lines.setdefault(key_of(family, dimension), []).append(row)
        return tuple(
            Group(key, self.figures(np.array(lines[key])))
            for key in sorted(lines)
            if len(lines[key]) >= NAMED_FROM
        )


def with_averages(matched: Mapping[str, int]) -> frozenset[str]:
    """Return the groups whose averages may be shown, given how many got a guide in each.

    Those left out hold nobody who got a guide, or at least `FEWEST` together: else the whole
    and the others would tell the average of the one that is left out.
    """
    told = sorted((key for key in matched if matched[key] >= FEWEST), key=lambda k: (matched[k], k))
    hidden = sum(count for count in matched.values() if count < FEWEST)
    while told and 0 < hidden < FEWEST:
        hidden += matched[told.pop(0)]
    return frozenset(told)


def quantile(ascending: Sequence[int], percent: int) -> int:
    """Return the value that so many percent of the values do not pass (nearest rank).

    >>> quantile([1, 2, 3, 40], 50), quantile([1, 2, 3, 40], 95)
    (2, 40)
    """
    rank = -(-percent * len(ascending) // PERCENT)
    return ascending[max(rank, 1) - 1]
