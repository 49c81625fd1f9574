"""Families and guides side by side, with what rules and terms look at: computed once, used by all.

The array counterpart of `Pair`. Every array here fits to (b, G): a property of the family alone
is (b, 1), one of the guide alone (1, G).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from app.matching.arrays import Bools, Int8s, Int32s, Int64s
from app.matching.config import MatchingConfig
from app.matching.languages import NORWEGIAN
from app.matching.pairs.codes import Masks, Ways
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.talk import Talk, talk_between


def count_bits(masks: Masks) -> Int64s:
    """Return how many bits are set, wide enough to reckon on with."""
    return np.bitwise_count(masks).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Grid:
    """b families x G guides; families as a column, guides as a row."""

    families: Families
    guides: Guides
    ways: Ways
    config: MatchingConfig

    @classmethod
    def of(
        cls, families: Families, guides: Guides, ways: Ways, config: MatchingConfig, rows: Int64s
    ) -> Self:
        """Put the families of some rows and all guides side by side.

        Raises:
            ValueError: the two sides are numbered by different `Codes`.
        """
        if families.codes is not guides.codes:
            raise ValueError("families and guides have to be numbered by the same codes")
        return cls(families.as_column(rows), guides.as_row(), ways, config)

    @cached_property
    def band(self) -> Int8s:
        """The trip's band, its place in BANDS."""
        return self.ways.band[self.families.place, self.guides.place]

    @cached_property
    def minutes(self) -> Int32s:
        """The trip's minutes, UNKNOWN where it has none."""
        return self.ways.minutes[self.families.place, self.guides.place]

    @cached_property
    def talk(self) -> Talk:
        """The best way to talk."""
        return talk_between(self.families, self.guides, self.config.closeness)

    @cached_property
    def practice(self) -> Int64s:
        """How well the guide speaks Norwegian, 0 to 4, where the family wants to practise."""
        norwegian = self.families.codes.languages[NORWEGIAN]
        wanted = self.families.wants_practice & ~self.families.refuses[..., norwegian]
        return np.where(wanted, self.guides.speaks[..., norwegian].astype(np.int64), 0)

    @cached_property
    def shared_slots(self) -> Int64s:
        """How many times of the week both have."""
        return count_bits(self.families.availability & self.guides.availability)

    @cached_property
    def has_children(self) -> Bools:
        """Whether the family has children."""
        return self.families.children > 0

    @cached_property
    def declined(self) -> Bools:
        """Whether the family is done with the guide, or one half of the couple."""
        declined = np.zeros((len(self.families), len(self.guides)), dtype=np.bool_)
        for row, guides in enumerate(self.families.declined):
            declined[row, list(guides)] = True
        return declined
