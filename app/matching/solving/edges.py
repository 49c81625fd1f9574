"""The pairs that may be formed, family by family, in compressed rows.

Families are the numbers 0 … F-1, guides 0 … G-1, in an order that the caller fixes (by id): on
it rests that equal input gives equal output.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from app.matching.arrays import (
    NONE,
    Bools,
    Int32s,
    Int64s,
    expect,
    expect_range,
    starts_of,
)

_LARGEST = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Every pair that may be formed, with its score, as a compressed sparse row matrix.

    Attributes:
        ptr: int64 (F + 1,): family f has the pairs `ptr[f]` up to, not including, `ptr[f + 1]`.
        guide: int32 (E,): the guides of the pairs, ascending within each family.
        score: int32 (E,): whole points, not negative.
        guide_count: G.

    Raises:
        ValueError: a shape, a kind, an index or the order is wrong, or a score is negative.
    """

    ptr: Int64s
    guide: Int32s
    score: Int32s
    guide_count: int

    def __post_init__(self) -> None:
        expect("ptr", self.ptr, np.int64, (len(self.ptr),))
        expect("guide", self.guide, np.int32, (len(self.guide),))
        expect("score", self.score, np.int32, (len(self.guide),))
        if not len(self.ptr) or self.ptr[0] or self.ptr[-1] != len(self.guide):
            raise ValueError("ptr goes from 0 to the number of pairs")
        if (self.ptr[1:] < self.ptr[:-1]).any():
            raise ValueError("ptr never falls")
        expect_range("guide", self.guide, 0, self.guide_count - 1)
        expect_range("score", self.score, 0, _LARGEST)
        falls = np.flatnonzero(self.guide[1:] <= self.guide[:-1]) + 1
        if not np.isin(falls, self.ptr).all():
            raise ValueError("the guides of a family ascend, each once")

    @classmethod
    def from_pairs(
        cls,
        family: npt.ArrayLike,
        guide: npt.ArrayLike,
        score: npt.ArrayLike,
        *,
        family_count: int,
        guide_count: int,
    ) -> Self:
        """Build the rows from pairs in any order, each an (E,) array of whole numbers.

        Raises:
            ValueError: a pair is given twice, an index is out of range or a score negative.
        """
        rows, columns, points = (
            np.asarray(numbers, np.int64) for numbers in (family, guide, score)
        )
        expect_range("family", rows, 0, family_count - 1)
        expect_range("guide", columns, 0, guide_count - 1)
        expect_range("score", points, 0, _LARGEST)
        order = np.argsort(rows * guide_count + columns, kind="stable")
        return cls(
            ptr=starts_of(np.bincount(rows, minlength=family_count)),
            guide=columns[order].astype(np.int32),
            score=points[order].astype(np.int32),
            guide_count=guide_count,
        )

    @property
    def family_count(self) -> int:
        """F."""
        return len(self.ptr) - 1

    @property
    def edge_count(self) -> int:
        """E."""
        return len(self.guide)

    def degrees(self) -> Int64s:
        """Return how many guides each family may have, int64 (F,)."""
        return np.diff(self.ptr)

    def rows(self) -> Int32s:
        """Return the family of every pair, int32 (E,)."""
        return np.repeat(np.arange(self.family_count, dtype=np.int32), self.degrees())

    def keeping(self, keep: Bools) -> Self:
        """Return the pairs for which `keep`, bool (E,), holds; nobody changes their number."""
        if keep.all():
            return self
        return type(self)(
            ptr=starts_of(keep.view(np.int8))[self.ptr],
            guide=self.guide[keep],
            score=self.score[keep],
            guide_count=self.guide_count,
        )

    def without(self, families: npt.ArrayLike, guides: npt.ArrayLike) -> Self:
        """Return these pairs without (families[i], guides[i]); what is no pair does nothing."""
        at = self.positions(families, guides)
        keep = np.ones(self.edge_count, np.bool_)
        keep[at[at != NONE]] = False
        return self.keeping(keep)

    def positions(self, families: npt.ArrayLike, guides: npt.ArrayLike) -> Int64s:
        """Return where the pairs (families[i], guides[i]) stand, int64 (k,), -1 for no pair."""
        rows, columns = np.asarray(families, np.int64), np.asarray(guides, np.int64)
        if not self.edge_count or not len(rows):
            return np.full(len(rows), NONE, np.int64)
        keys = self.rows() * np.int64(self.guide_count) + self.guide
        wanted = rows * self.guide_count + columns
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        is_pair = (keys[at] == wanted) & (columns >= 0) & (columns < self.guide_count)
        return np.where(is_pair, at, NONE)

    def score_of(self, family: int, guide: int) -> int | None:
        """Return the points of one pair, None if it may not be formed."""
        start, end = int(self.ptr[family]), int(self.ptr[family + 1])
        at = start + int(np.searchsorted(self.guide[start:end], guide))
        return int(self.score[at]) if at < end and self.guide[at] == guide else None
