"""The best assignment: exact, in whole numbers, with SciPy's sparse Jonker–Volgenant."""

from app.matching.arrays import Int8s, Int32s, Int64s
from app.matching.edges import Edges


class WeightTooLargeError(ValueError):
    """Weights past 2**53 are no longer exact in floating point."""


def step_of(edges: Edges, capacity: Int32s) -> int:
    """Return M: more than the points of any whole round, so that one family outweighs them all."""
    raise NotImplementedError


def weights(edges: Edges, priority: Int8s, step: int) -> Int64s:
    """Return what each pair is worth, int64 (E,): step · (1 + priority of the family) + score.

    One number holds the whole order – most families, then most urgent ones, then most points –
    because the sets of families that can be served are the independent sets of a transversal
    matroid: a heaviest one is also a largest one (Edmonds & Fulkerson 1965), so urgency never
    costs a family its place in the count.

    Raises:
        WeightTooLargeError: a weight would reach 2**53.
    """
    raise NotImplementedError


def best_assignment(edges: Edges, priority: Int8s, capacity: Int32s) -> Int32s:
    """Return each family's guide, int32 (F,), or -1: most families, most urgent, most points.

    Args:
        edges: the pairs that may be formed.
        priority: int8 (F,), 0 to 2, 2 most urgent.
        capacity: int32 (G,), how many families each guide has room for.
    """
    raise NotImplementedError


def heaviest_assignment(edges: Edges, weight: Int64s, capacity: Int32s) -> Int32s:
    """Return each family's guide, int32 (F,), or -1, with the largest sum of `weight`.

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,), positive, below 2**53.
        capacity: int32 (G,).
    """
    raise NotImplementedError
