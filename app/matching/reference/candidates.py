"""Every feasible pair with its points, without looking at every pair.

Only near pairs are looked at. A pair's limit is the smaller of two that come from a short list,
so one tree of places per limit yields the near pairs exactly, a stretch of families at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from app.matching.reference import rules
from app.matching.reference.instance import METRES, Instance
from app.matching.reference.people import People, Real, Whole
from app.matching.reference.scoring import scores
from app.matching.solving.edges import Edges

# The cheap rules first, each pass over fewer pairs; the distance is known from the search.
PASSES: tuple[tuple[str, ...], ...] = (
    ("language", "availability"),
    ("police", "gender", "municipality"),
)
MARGIN_M = 1.0  # the search looks a little too far; the rule decides in whole metres
MOST_CLASSES = 12  # of equal limits, for each side
STRETCH = 1_024  # families at a time: what is worked on stays small


@dataclass(frozen=True, eq=False, slots=True)
class _Class:
    """People with about the same limit, from south to north."""

    rows: npt.NDArray[np.intp]
    farthest_km: int


def feasible_pairs(instance: Instance) -> Edges:
    """Return all pairs for which every rule in force holds, with their points."""
    pieces = [_feasible(instance, *near) for near in _near_pairs(instance)]
    shape = (len(instance.families), len(instance.guides))
    if not pieces:
        nobody = np.zeros(0, np.int32)
        return Edges(np.zeros(shape[0] + 1, np.int64), nobody, nobody, shape[1])
    family, guide, score = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return _without_blocked(instance, _in_order(family, guide, score, shape))


def _in_order(family: Whole, guide: Whole, score: Whole, shape: tuple[int, int]) -> Edges:
    """Sort pairs by family and guide: counting by guide, then by family, in compiled code."""
    pairs = coo_array((score, (family, guide)), shape=shape)
    pairs.has_canonical_format = True  # no pair is there twice: they need not be added up
    matrix = pairs.tocsc().tocsr()
    ptr, guides = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    return Edges(ptr, guides, matrix.data.astype(np.int32), shape[1])


def _without_blocked(instance: Instance, edges: Edges) -> Edges:
    """Take out the few blocked pairs in the end, instead of asking about every near pair."""
    if "blocked" not in instance.config.rules or not len(instance.blocked):
        return edges
    return edges.without(*np.divmod(instance.blocked, edges.guide_count))


def _feasible(
    instance: Instance, family: Whole, guide: Whole, chord: Real
) -> tuple[Whole, Whole, Whole]:
    """Return those near pairs that the rules allow: families, guides and points."""
    for codes in PASSES:
        kept = np.flatnonzero(rules.holds(instance, codes, family, guide))
        family, guide, chord = family[kept], guide[kept], chord[kept]
    metres = rules.metres(chord, instance)
    limit = rules.limit_metres(instance, family, guide)
    if (metres > limit).any():
        kept = np.flatnonzero(metres <= limit)
        family, guide, metres, limit = family[kept], guide[kept], metres[kept], limit[kept]
    return family, guide, scores(instance, family, guide, metres, limit)


def _near_pairs(instance: Instance) -> Iterator[tuple[Whole, Whole, Real]]:
    """Yield pairs within reach of both (and a few beyond): families, guides, straight lines."""
    radius = instance.config.earth_radius_m
    guides = [(group, _tree(instance.guides, group.rows)) for group in _classes(instance.guides)]
    for families in _classes(instance.families):
        for start in range(0, len(families.rows), STRETCH):
            stretch = families.rows[start : start + STRETCH]
            tree = _tree(instance.families, stretch)
            for group, others in guides:
                reach_m = METRES * min(families.farthest_km, group.farthest_km) + MARGIN_M
                reach = 2 * np.sin(min(reach_m / radius, np.pi) / 2)
                near = tree.sparse_distance_matrix(others, reach, output_type="ndarray")
                if len(near):
                    family = stretch[near["i"]].astype(np.int32)
                    yield family, group.rows[near["j"]].astype(np.int32), near["v"]


def _classes(people: People) -> list[_Class]:
    """Group people by limit, from south to north; many different limits share few classes."""
    order = np.argsort(people.latitude, kind="stable")
    limits: Sequence[npt.NDArray[Any]] = [
        part for part in np.array_split(np.unique(people.max_km), MOST_CLASSES) if len(part)
    ]
    return [_Class(order[np.isin(people.max_km[order], limit)], int(limit[-1])) for limit in limits]


def _tree(people: People, rows: npt.NDArray[np.intp]) -> Any:
    """Return a tree that is asked few times: quickly made rather than balanced."""
    points = np.column_stack((people.x[rows], people.y[rows], people.z[rows]))
    return cKDTree(points, leafsize=32, balanced_tree=False)
