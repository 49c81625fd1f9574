"""The pairs that may be formed, family by family, in compressed rows.

Families are the numbers 0 … F-1, guides 0 … G-1, in an order that the caller fixes (by id): on
it rests that equal input gives equal output.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Int32s, Int64s


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Every pair that may be formed, with its score, as a compressed sparse row matrix.

    Attributes:
        ptr: int64 (F + 1,): family f has the pairs `ptr[f]` up to, not including, `ptr[f + 1]`.
        guide: int32 (E,): the guides of the pairs, ascending within each family.
        score: int32 (E,): whole points, not negative.
        guide_count: G.
    """

    ptr: Int64s
    guide: Int32s
    score: Int32s
    guide_count: int

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
        raise NotImplementedError

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

    def keeping(self, keep: npt.NDArray[np.bool_]) -> Self:
        """Return the pairs for which `keep`, bool (E,), holds; families and guides keep their numbers."""
        raise NotImplementedError

    def without(self, families: npt.ArrayLike, guides: npt.ArrayLike) -> Self:
        """Return these pairs without the pairs (families[i], guides[i]); unknown ones do nothing."""
        raise NotImplementedError

    def positions(self, families: npt.ArrayLike, guides: npt.ArrayLike) -> Int64s:
        """Return where the pairs (families[i], guides[i]) stand, int64 (k,), -1 for no such pair."""
        raise NotImplementedError

    def score_of(self, family: int, guide: int) -> int | None:
        """Return the points of one pair, None if it may not be formed."""
        raise NotImplementedError
