"""Random rounds, seeded, and an oracle that solves them without the package's solver."""

import os
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.matching.solving.edges import Edges
from app.matching.solving.rounds import Reduced, Totals
from app.matching.solving.solver import step_of, weights

FULL = bool(os.environ.get("FULL"))
SEEDS = range(100 if FULL else 15)


@dataclass(frozen=True)
class Instance:
    """A round to decide and hypothetical guides beside it, as dense tables. -1: no pair."""

    score: np.ndarray  # (F, G)
    types: np.ndarray  # (F, T)
    priority: np.ndarray
    capacity: np.ndarray

    @classmethod
    def random(cls, seed: int, *, families: int = 24, guides: int = 18, types: int = 20) -> Self:
        """Few pairs, few different scores and few places, so that ties and chains abound."""
        rng = np.random.default_rng(seed)
        f, g, t = (int(rng.integers(1, most + 1)) for most in (families, guides, types))
        density, top = rng.choice([0.05, 0.15, 0.35]), int(rng.choice([1, 5, 1000]))
        return cls(
            score=_pairs(rng, (f, g), density, top),
            types=_pairs(rng, (f, t), density, top),
            priority=rng.choice(np.arange(3, dtype=np.int8), f, p=[0.6, 0.2, 0.2]),
            capacity=rng.choice(np.arange(4, dtype=np.int32), g, p=[0.1, 0.6, 0.2, 0.1]),
        )

    @property
    def edges(self) -> Edges:
        return as_edges(self.score)

    @property
    def candidates(self) -> Edges:
        return as_edges(self.types)

    def reduced(self) -> Reduced:
        step = step_of(self.edges, self.capacity)
        weight = weights(self.edges, self.priority, step)
        return Reduced(self.edges, self.priority, self.capacity, step, weight)

    def with_newcomers(self, *numbers: int, places: int = 1) -> Self:
        """Return the round in which guides of these types have joined."""
        return type(self)(
            score=np.hstack([self.score, self.types[:, list(numbers)]]),
            types=self.types,
            priority=self.priority,
            capacity=np.append(self.capacity, np.full(len(numbers), places, np.int32)),
        )

    def without_family(self, family: int) -> Self:
        """Return the round in which a family may have nobody."""
        score = self.score.copy()
        score[family] = -1
        return type(self)(score, self.types, self.priority, self.capacity)


def _pairs(rng: np.random.Generator, shape: tuple[int, int], density: float, top: int):
    return np.where(rng.random(shape) < density, rng.integers(0, top + 1, shape), -1)


def as_edges(score: np.ndarray) -> Edges:
    rows, columns = np.nonzero(score >= 0)
    return Edges.from_pairs(
        rows,
        columns,
        score[rows, columns],
        family_count=score.shape[0],
        guide_count=score.shape[1],
    )


def best_assignment(instance: Instance) -> np.ndarray:
    """Solve the round densely: a column a place and one a family for "nobody"."""
    family_count = len(instance.priority)
    owner = np.repeat(np.arange(len(instance.capacity)), instance.capacity)
    score = instance.score[:, owner].astype(float)
    urgent = 1.0 + instance.priority[:, None]
    worth = np.where(score >= 0, 10.0**6 * urgent + score, -1.0)
    worth = np.hstack([worth, np.zeros((family_count, family_count))])
    _, column = linear_sum_assignment(worth, maximize=True)
    guide = np.append(owner, np.full(family_count, -1))[column]
    return guide.astype(np.int32)


def totals(instance: Instance, guide: np.ndarray) -> Totals:
    served = np.flatnonzero(guide >= 0)
    priority = instance.priority[served]
    return Totals(
        families=len(served),
        priority_2=int((priority == 2).sum()),
        priority_1_or_2=int((priority >= 1).sum()),
        quality=int(instance.score[served, guide[served]].sum()),
    )


def best_totals(instance: Instance) -> Totals:
    return totals(instance, best_assignment(instance))


def minus(after: Totals, before: Totals) -> Totals:
    return Totals(
        after.families - before.families,
        after.priority_2 - before.priority_2,
        after.priority_1_or_2 - before.priority_1_or_2,
        after.quality - before.quality,
    )


def in_order(gain: Totals) -> tuple[int, int, int, int]:
    """Return a total as the round compares it."""
    return (gain.families, gain.priority_2, gain.priority_1_or_2, gain.quality)
