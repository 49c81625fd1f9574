"""One instance: families, guides, blocked pairs and the numbers, with everything worked out once."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app.matching.reference.config import ReferenceConfig, Share
from app.matching.reference.people import Families, Flags, Guides, Mask, People, Small, Whole
from app.matching.reference.tables import Table

Keys = npt.NDArray[np.int64]

METRES = 1000  # in a kilometre
# One bit for each thing a family needs and a guide has; the lower two are people.GENDERS.
GENDER_BITS = 3
CERTIFICATE_BIT = 4


@dataclass(frozen=True, eq=False)
class Instance:
    """What candidates, ranking and reasons are computed from; arrays stay as they are.

    blocked: the blocked pairs as family * len(guides) + guide, ascending.
    needs (F,), offers (G,): bits; a guide has what a family needs when every bit of `needs` is
        among its `offers`. A rule that is not in force needs nothing.
    named: (bit mask, points) of each language with points of its own.
    slot_points, interest_points, age_points: points for that many shared slots, shared
        interests, years between. waiting_points (F,).
    distance: the weight, in 64 bits if somebody goes so far that 32 do not hold the product.
    """

    families: Families
    guides: Guides
    blocked: Keys
    config: ReferenceConfig
    needs: Small = field(init=False)
    offers: Small = field(init=False)
    named: tuple[tuple[np.unsignedinteger[Any], int], ...] = field(init=False)
    slot_points: Whole = field(init=False)
    interest_points: Whole = field(init=False)
    age_points: Whole = field(init=False)
    waiting_points: Whole = field(init=False)
    distance: np.int32 | np.int64 = field(init=False)

    def __post_init__(self) -> None:
        config = self.config
        derived = {
            "needs": self._needs(),
            "offers": self.guides.gender
            | (self.guides.has_certificate * np.uint8(CERTIFICATE_BIT)),
            "named": tuple((self._bit(code), points) for code, points in config.named_languages),
            "slot_points": _rising(config.availability, _bits(self.families.slots)),
            "interest_points": _rising(config.interest, _bits(self.families.interests)),
            "age_points": _falling(config.age, np.iinfo(np.uint8).max),
            "waiting_points": _points(config.waiting, self.families.waiting_days),
            "distance": self._distance(),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def is_blocked(self, family: Any, guide: Any) -> npt.NDArray[np.bool_]:
        """Say which of the pairs must not be formed; family and guide are indices that broadcast."""
        key: Keys = np.asarray(family, np.int64) * len(self.guides) + guide
        if not len(self.blocked):
            return np.zeros(key.shape, np.bool_)
        place = np.searchsorted(self.blocked, key)
        found: Flags = self.blocked[np.minimum(place, len(self.blocked) - 1)] == key
        return found

    def with_guides(self, guides: Guides) -> "Instance":
        """Return the same families with other guides, none of them blocked."""
        return replace(self, guides=guides, blocked=np.zeros(0, np.int64))

    def by_latitude(self) -> tuple["Instance", npt.NDArray[np.intp]]:
        """Return the instance with the guides from south to north, and each one's former place."""
        order = np.argsort(self.guides.latitude, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        family, guide = np.divmod(self.blocked, max(len(self.guides), 1))
        blocked = np.sort(family * len(self.guides) + place[guide])
        return replace(self, guides=self.guides.take(order), blocked=blocked), order

    def _needs(self) -> Small:
        needs = np.zeros(len(self.families), np.uint8)
        if "police" in self.config.rules:
            needs |= self.families.has_minors * np.uint8(CERTIFICATE_BIT)
        if "gender" in self.config.rules:
            needs |= self.families.gender_wish
        return needs

    def _distance(self) -> np.int32 | np.int64:
        farthest = METRES * min(
            self._farthest_km(people) for people in (self.families, self.guides)
        )
        fits = self.config.distance * farthest <= np.iinfo(np.int32).max
        return np.int32(self.config.distance) if fits else np.int64(self.config.distance)

    @staticmethod
    def _farthest_km(people: People) -> int:
        return int(people.max_km.max(initial=0))

    def _bit(self, code: str) -> np.unsignedinteger[Any]:
        return self.families.languages.dtype.type(1 << self.config.languages.index(code))


def read_blocked(table: Table, families: Families, guides: Guides) -> Keys:
    """Return the pairs of a table with family_id and guide_id as the instance wants them.

    Raises:
        BadInputError: a column is missing or an id belongs to nobody.
    """
    family, guide = read_pairs(table, families, guides)
    return np.unique(family.astype(np.int64) * len(guides) + guide)


def read_pairs(table: Table, families: Families, guides: Guides) -> tuple[Whole, Whole]:
    """Return the indices of the families and guides that a table's rows name."""
    return (
        _indices(table, "family_id", families.ids),
        _indices(table, "guide_id", guides.ids),
    )


def _indices(table: Table, column: str, ids: npt.NDArray[np.str_]) -> Whole:
    place = {name: index for index, name in enumerate(ids.tolist())}
    table.check(column, place, "nobody is")
    return table.choices(column, place)


def _bits(mask: Mask) -> int:
    return 8 * mask.dtype.itemsize


def _points(share: Share, value: Whole) -> Whole:
    return (share.points * np.minimum(value, share.full) // share.full).astype(np.int32)


def _rising(share: Share, most: int) -> Whole:
    return _points(share, np.arange(most + 1, dtype=np.int32))


def _falling(share: Share, most: int) -> Whole:
    return _points(share, np.maximum(0, share.full - np.arange(most + 1, dtype=np.int32)))
