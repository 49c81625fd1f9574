"""Rules and scores of many pairs at once, a bounded block of families after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.matching.arrays import Int16s, Int32s, Int64s
from app.matching.config import MatchingConfig
from app.matching.pairs.codes import Masks, Ways
from app.matching.pairs.grid import Grid
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.rules import broken_rules, count_rules
from app.matching.pairs.scoring import term_points
from app.matching.solving.edges import Edges

# Pairs looked at together: large enough to be fast, small enough to stay in the cache. About
# 200 bytes a pair while it is worked on.
_PAIRS_AT_ONCE = 1 << 16


@dataclass(frozen=True, eq=False)
class Block:
    """b families x G guides: which rules each pair breaks and how well it would fit.

    `points` and `score` are told for forbidden pairs too, as if they were allowed.
    """

    failing: Masks  # (b, G), bit k is RULES[k]
    points: Int16s  # (T, b, G), in the order of TermCode
    score: Int16s  # (b, G), 0 to 1000


@dataclass(frozen=True, eq=False)
class Feasible:
    """All pairs that may be formed, and for each family how many guides each rule removes."""

    edges: Edges
    removed: Int32s  # (F, R), in the order of RULES
    alone: Int32s  # (F, R): how many no other rule would remove


def compute_block(
    families: Families, guides: Guides, ways: Ways, config: MatchingConfig, rows: Int64s
) -> Block:
    """Return rules and scores of the families in some rows, in that order, with every guide.

    Args:
        families: F families.
        guides: G guides, numbered by the same `Codes`.
        ways: the trips between their places.
        config: weights, and how the terms fill them.
        rows: whole numbers (b,) below F.

    Raises:
        ValueError: families and guides are numbered by different codes.
    """
    grid = Grid.of(families, guides, ways, config, rows)
    points = term_points(grid)
    return Block(broken_rules(grid), points, points.sum(axis=0, dtype=np.int16))


def feasible_edges(
    families: Families, guides: Guides, ways: Ways, config: MatchingConfig
) -> Feasible:
    """Return every pair that breaks no rule with its score, and what each rule removes.

    Works block by block: the memory needed grows with the pairs that are allowed, not with all.
    """
    rows_of, columns_of, scores, removed, alone = [], [], [], [], []
    for rows in _blocks(len(families), len(guides)):
        block = compute_block(families, guides, ways, config, rows)
        allowed, columns = np.nonzero(block.failing == 0)
        rows_of.append(rows[allowed])
        columns_of.append(columns)
        scores.append(block.score[allowed, columns])
        counts = count_rules(block.failing)
        removed.append(counts[0])
        alone.append(counts[1])
    edges = Edges.from_pairs(
        np.concatenate(rows_of),
        np.concatenate(columns_of),
        np.concatenate(scores),
        family_count=len(families),
        guide_count=len(guides),
    )
    return Feasible(edges, np.concatenate(removed), np.concatenate(alone))


def _blocks(family_count: int, guide_count: int) -> Iterator[Int64s]:
    """Yield the rows of all families, block after block; one empty block for no families."""
    step = max(1, _PAIRS_AT_ONCE // max(1, guide_count))
    for start in range(0, max(1, family_count), step):
        yield np.arange(start, min(start + step, family_count))
