"""The best guides for one family, out of tens of thousands, without a round."""

from typing import NamedTuple

import numpy as np

from app.matching.reference import rules
from app.matching.reference.instance import METRES, Instance
from app.matching.reference.people import Whole
from app.matching.reference.scoring import scores

MARGIN_M = 1.0
FIRST = ("language", "availability", "police", "gender")
THEN = ("municipality", "blocked")


class Ranked(NamedTuple):
    """A family's best guides: their indices and points, best first, equal points by index."""

    guides: Whole
    scores: Whole


class Ranking:
    """The guides of one instance from south to north; a family looks at one stretch of them."""

    def __init__(self, instance: Instance) -> None:
        self._instance, self._order = instance.by_latitude()

    def best(self, family: int, count: int) -> Ranked:
        """Return the feasible guides with most points, at most `count`, their places or not.

        Args:
            family: its index.
            count: how many at most.
        """
        instance, within = self._instance, self._within_latitude(family)
        kept = np.flatnonzero(rules.holds(instance, FIRST, family, within))
        guide = kept + within.start
        guide = guide[rules.holds(instance, THEN, family, guide)]
        metres = rules.metres(rules.chord(instance, family, guide), instance)
        limit = rules.limit_metres(instance, family, guide)
        near = np.flatnonzero(metres <= limit)
        guide, metres, limit = guide[near], metres[near], limit[near]
        points = scores(instance, family, guide, metres, limit)
        return self._top(self._order[guide], points, count)

    def _within_latitude(self, family: int) -> slice:
        """Return the guides who are not too far north or south already."""
        families, config = self._instance.families, self._instance.config
        reach_m = METRES * int(families.max_km[family]) + MARGIN_M
        reach = np.degrees(reach_m / config.earth_radius_m)
        latitude = families.latitude[family]
        south, north = np.searchsorted(
            self._instance.guides.latitude, (latitude - reach, latitude + reach)
        )
        return slice(int(south), int(north))

    @staticmethod
    def _top(guides: Whole, points: Whole, count: int) -> Ranked:
        """Return the first `count` by points, then by index."""
        if 0 < count < len(points):
            least = -np.partition(-points, count - 1)[count - 1]
            kept = np.flatnonzero(points >= least)
            guides, points = guides[kept], points[kept]
        order = np.lexsort((guides, -points))[:count]
        return Ranked(guides[order].astype(np.int32), points[order])
