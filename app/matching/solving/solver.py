"""The best assignment: exact, in whole numbers, with SciPy's sparse Jonker–Volgenant.

Jonker & Volgenant (1987), for sparse problems in Crouse (2016) and SciPy's
`min_weight_full_bipartite_matching` (LAPJVsp). It wants a full matching of the rows, so each
family gets a column of its own that stands for "nobody", and a guide as many columns as places.
All costs are whole numbers far below 2**53, so its floating point is exact.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from app.matching.arrays import NONE, Int8s, Int32s, Int64s, starts_of, stretches
from app.matching.solving.components import pairs_of, split
from app.matching.solving.edges import Edges

# 2**53 is where floating point stops being exact; sums inside the solver stay below 8 × a weight.
WEIGHT_LIMIT = 2**50


class WeightTooLargeError(ValueError):
    """Weights past the limit would no longer be exact in floating point."""


def step_of(edges: Edges, capacity: Int32s) -> int:
    """Return M: more than the points of any whole round, so that one family outweighs them all.

    A round has at most as many pairs as families with a pair, and as places.
    """
    if not edges.edge_count:
        return 1
    pairs = min(int(np.count_nonzero(edges.degrees())), int(capacity.sum(dtype=np.int64)))
    return pairs * int(edges.score.max()) + 1


def weights(edges: Edges, priority: Int8s, step: int) -> Int64s:
    """Return what each pair is worth, int64 (E,): step · (1 + priority of the family) + score.

    One number holds the whole order – most families, then most of priority 2, then most of 1 or
    2, then most points – because the sets of families that can be served together are the
    independent sets of a transversal matroid (Edmonds & Fulkerson 1965): its heaviest bases are
    those that are best in every class at once, so urgency never costs a family.

    Raises:
        WeightTooLargeError: a weight would reach 2**50.
    """
    if not edges.edge_count:
        return np.zeros(0, np.int64)
    largest = step * (1 + int(priority.max())) + int(edges.score.max())
    if largest >= WEIGHT_LIMIT:
        raise WeightTooLargeError(f"a pair would weigh up to {largest}, the limit is 2**50")
    weight = np.repeat(step * (1 + priority.astype(np.int64)), edges.degrees())
    weight += edges.score
    return weight


def best_assignment(edges: Edges, priority: Int8s, capacity: Int32s) -> Int32s:
    """Return each family's guide, int32 (F,), or -1: most families, most urgent, most points.

    Args:
        edges: the pairs that may be formed.
        priority: int8 (F,), 0 to 2, 2 most urgent.
        capacity: int32 (G,), how many families each guide has room for.

    Raises:
        WeightTooLargeError: there are so many people and points that weights reach 2**50.
    """
    return heaviest_assignment(edges, weights(edges, priority, step_of(edges, capacity)), capacity)


def heaviest_assignment(edges: Edges, weight: Int64s, capacity: Int32s) -> Int32s:
    """Return each family's guide, int32 (F,), or -1, with the largest sum of `weight`.

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,), from 1, below 2**50.
        capacity: int32 (G,), how many families each guide has room for.

    Raises:
        WeightTooLargeError: a weight reaches 2**50.
    """
    if weight.max(initial=0) >= WEIGHT_LIMIT:
        raise WeightTooLargeError(f"a pair weighs {weight.max()}, the limit is 2**50")
    has_room = capacity > 0
    if not has_room.all():
        keep = has_room[edges.guide]
        edges, weight = edges.keeping(keep), weight[keep]
    if not edges.edge_count:
        return np.full(edges.family_count, NONE, np.int32)
    parts = split(edges)
    if parts is None:
        return _jonker_volgenant(edges.ptr, edges.guide, weight, capacity)
    assignment = np.full(edges.family_count, NONE, np.int32)
    local = np.zeros(edges.guide_count, np.int32)  # a guide's number within its part
    for part in parts:
        local[part.guides] = np.arange(len(part.guides), dtype=np.int32)
        ptr, at = pairs_of(edges, part.families)
        found = _jonker_volgenant(ptr, local[edges.guide[at]], weight[at], capacity[part.guides])
        served = found != NONE
        assignment[part.families[served]] = part.guides[found[served]]
    return assignment


def _jonker_volgenant(ptr: Int64s, guide: Int32s, weight: Int64s, capacity: Int32s) -> Int32s:
    """Solve one part with one call. Arguments as of `Edges` and above, at least one pair."""
    family_count = len(ptr) - 1
    places = np.minimum(capacity, np.bincount(guide, minlength=len(capacity)))
    columns = starts_of(places)  # guide g has the columns from columns[g] to columns[g + 1]
    costs = _cost_matrix(ptr, places[guide], columns[guide], weight, int(columns[-1]))
    rows, chosen = min_weight_full_bipartite_matching(costs)
    served = chosen < columns[-1]
    assignment = np.full(family_count, NONE, np.int32)
    owner = np.repeat(np.arange(len(places), dtype=np.int32), places)
    assignment[rows[served]] = owner[chosen[served]]
    return assignment


def _cost_matrix(
    ptr: Int64s, places: Int64s, column: Int64s, weight: Int64s, column_count: int
) -> csr_array:
    """Return costs to minimise: a column for each place and, last, "nobody" for each family.

    Costs are positive: SciPy takes an explicit zero for a missing pair. Pair e has `places[e]`
    columns from `column[e]`; the matrix is built row by row, without sorting.
    """
    family_count = len(ptr) - 1
    nobody = int(weight.max()) + 1
    ends = starts_of(places)[ptr]  # where each family's places end, before "nobody" goes in
    cost = np.repeat((nobody - weight).astype(np.float64), places)
    cost = np.insert(cost, ends[1:], float(nobody))
    index = stretches(column, places).astype(np.int32)
    index = np.insert(index, ends[1:], column_count + np.arange(family_count, dtype=np.int32))
    rows = (ends + np.arange(family_count + 1)).astype(np.int32)
    matrix = csr_array((cost, index, rows), shape=(family_count, column_count + family_count))
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix
