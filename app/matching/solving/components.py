"""Groups of families and guides that have nothing to do with each other, solved apart.

Two families compete only if a chain of shared guides joins them, so each connected component
of the pairs is a problem of its own: exact, and quicker than all at once. In a whole country
long chains join nearly everybody; a look at four pairs a family then saves the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from app.matching.arrays import Int32s, Int64s, starts_of, stretches
from app.matching.solving.edges import Edges

BATCH = 400  # families in one call of the solver: fewer would be mostly the call itself
DOMINANT = 0.85  # from this share of the families in one component, splitting gains nothing
SAMPLE = 4  # pairs of each family in the quick look


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some whole components. Both int64, ascending: families (f,), guides (g,)."""

    families: Int64s
    guides: Int64s


def split(edges: Edges) -> list[Part] | None:
    """Return the parts to solve one by one, None if it is as well to solve all at once.

    Families without a pair and guides without one are in no part.
    """
    if edges.family_count <= BATCH:
        return None
    if edges.edge_count > SAMPLE * edges.family_count and _dominates(edges, _sample(edges)):
        return None
    labels = component_labels(edges)
    if _dominates(edges, labels):
        return None
    return list(_batches(edges, labels))


def component_labels(edges: Edges) -> Int32s:
    """Return the number of everyone's component, int32 (F + G,): families, then guides."""
    people = edges.family_count + edges.guide_count
    ptr = np.full(people + 1, edges.edge_count, np.int32)
    ptr[: edges.family_count + 1] = edges.ptr
    graph = csr_array(
        (np.ones(edges.edge_count, np.int8), edges.guide + edges.family_count, ptr),
        shape=(people, people),
    )
    labels: Int32s = connected_components(graph, directed=False)[1]
    return labels


def _sample(edges: Edges) -> Int32s:
    """Label components as `SAMPLE` pairs of each family, evenly spread, join them.

    They may be torn into several here, never joined wrongly: one that dominates truly does.
    """
    lengths = edges.degrees()
    families = np.flatnonzero(lengths)
    spread = (np.arange(SAMPLE) * lengths[families][:, None]) // SAMPLE
    at = edges.ptr[families][:, None] + spread
    keep = np.zeros(edges.edge_count, np.bool_)
    keep[at.ravel()] = True
    return component_labels(edges.keeping(keep))


def _family_counts(edges: Edges, labels: Int32s) -> Int64s:
    """Return how many families with a pair each component has."""
    paired = labels[: edges.family_count][edges.degrees() > 0]
    return np.bincount(paired, minlength=int(labels.max()) + 1)


def _dominates(edges: Edges, labels: Int32s) -> bool:
    counts = _family_counts(edges, labels)
    return bool(counts.max() >= DOMINANT * counts.sum())


def _batches(edges: Edges, labels: Int32s) -> Iterator[Part]:
    """Bundle components, the largest first, into parts of about `BATCH` families."""
    counts = _family_counts(edges, labels)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    batch_of = np.full(len(counts), len(order))  # of those without a pair: one too high
    batch = filled = 0
    for component, count in zip(order.tolist(), counts[order].tolist(), strict=True):
        if filled and filled + count > BATCH:
            batch, filled = batch + 1, 0
        batch_of[component] = batch
        filled += count
    families = _grouped(batch_of[labels[: edges.family_count]], batch + 1)
    guides = _grouped(batch_of[labels[edges.family_count :]], batch + 1)
    return (Part(f, g) for f, g in zip(families, guides, strict=True))


def _grouped(group: Int64s, count: int) -> list[Int64s]:
    """Return the indices with group 0, 1, … count - 1, each ascending."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(count + 1))
    return [order[start:end] for start, end in pairwise(ends)]


def pairs_of(edges: Edges, families: Int64s) -> tuple[Int64s, Int64s]:
    """Return the pairs of some families: their `ptr`, (k + 1,), and where they stand in `edges`."""
    lengths = edges.ptr[families + 1] - edges.ptr[families]
    return starts_of(lengths), stretches(edges.ptr[families], lengths)
