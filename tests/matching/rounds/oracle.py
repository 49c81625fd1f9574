"""An oracle for rounds: SciPy's general integer programming, one aim after the other.

It knows the aims from their description and shares no code with the package but the dataclass
`Problem`. No weights: each aim is fixed at its best before the next is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from app.matching.solving.rounds import Problem

Pairs = dict[tuple[int, int], int]
Levels = tuple[int, int, int, int]


def pairs_in(problem: Problem) -> Pairs:
    """All pairs of `problem.edges` with their points, one by one."""
    edges = problem.edges
    return {
        (family, int(edges.guide[at])): int(edges.score[at])
        for family in range(len(edges.ptr) - 1)
        for at in range(int(edges.ptr[family]), int(edges.ptr[family + 1]))
    }


def first_pairs(problem: Problem) -> Pairs:
    """What the first round may form, with the points that it counts."""
    vetoed = {(int(f), int(g)) for f, g in problem.vetoes}
    pairs = {
        (f, g): points + (problem.stability if problem.previous[f] == g else 0)
        for (f, g), points in pairs_in(problem).items()
        if (f, g) not in vetoed and problem.pins[f] < 0
    }
    for family, guide in pins_in(problem):
        pairs[family, guide] = int(problem.pin_score[family])
    return pairs


def pins_in(problem: Problem) -> Iterator[tuple[int, int]]:
    return ((f, int(g)) for f, g in enumerate(problem.pins) if g >= 0)


def backup_pairs(problem: Problem, guide: Sequence[int]) -> Pairs:
    """What the second round may form after the first one gave `guide`."""
    vetoed = {(int(f), int(g)) for f, g in problem.vetoes}
    return {
        (f, g): points
        for (f, g), points in pairs_in(problem).items()
        if (f, g) not in vetoed and guide[f] >= 0 and guide[f] != g
    }


def places_left(problem: Problem, guide: Sequence[int]) -> list[int]:
    left = [int(places) for places in problem.capacity]
    for taken in guide:
        if taken >= 0:
            left[taken] -= 1
    return left


@dataclass(frozen=True)
class Oracle:
    """The best that can be had from some pairs with so many places."""

    pairs: Pairs
    priority: Sequence[int]
    capacity: Sequence[int]
    forced: frozenset[tuple[int, int]] = frozenset()

    def levels(self, *more: Pairs) -> tuple[int, ...]:
        """Families, of priority 2, of 1 or 2, points; then the best of each further aim."""
        if not self.pairs:
            return (0,) * (4 + len(more))
        keys = list(self.pairs)
        urgent = np.array([self.priority[family] for family, _ in keys])
        aims = [np.ones(len(keys)), urgent == 2, urgent >= 1]
        aims += [np.array([aim.get(key, 0) for key in keys]) for aim in (self.pairs, *more)]
        rows, room = self._rules(keys)
        reached: list[int] = []
        for aim in aims:
            best = self._best(np.asarray(aim, float), rows, room)
            reached.append(best)
            rows = vstack([rows, csr_array(-np.asarray(aim, float)[None, :])])
            room = np.append(room, -best)
        return tuple(reached)

    def _rules(self, keys: list[tuple[int, int]]) -> tuple[csr_array, np.ndarray]:
        at = np.arange(len(keys))
        families, guides = np.array(keys).T
        shape = (len(self.priority) + len(self.capacity), len(keys))
        index = (np.concatenate((families, guides + len(self.priority))), np.tile(at, 2))
        rows = csr_array((np.ones(2 * len(keys)), index), shape=shape)
        return rows, np.concatenate((np.ones(len(self.priority)), self.capacity)).astype(float)

    def _best(self, aim: np.ndarray, rows: csr_array, room: np.ndarray) -> int:
        lowest = np.array([float(key in self.forced) for key in self.pairs])
        found = milp(
            -aim,
            integrality=np.ones(len(aim)),
            bounds=Bounds(lowest, 1),
            constraints=LinearConstraint(rows, ub=room + 1e-6),
            options={"mip_rel_gap": 0, "presolve": True},
        )
        assert found.success, found.message
        return round(float(aim @ np.round(found.x)))


def first_oracle(problem: Problem) -> Oracle:
    return Oracle(
        first_pairs(problem),
        problem.priority.tolist(),
        problem.capacity.tolist(),
        frozenset(pins_in(problem)),
    )


def backup_oracle(problem: Problem, guide: Sequence[int]) -> Oracle:
    return Oracle(
        backup_pairs(problem, guide), problem.priority.tolist(), places_left(problem, guide)
    )


def levels_of(pairs: Pairs, priority: Sequence[int], guide: Sequence[int]) -> Levels:
    """What an assignment reaches by these pairs; a pair that is not among them is an error."""
    chosen = [(f, int(g)) for f, g in enumerate(guide) if g >= 0]
    urgent = [int(priority[family]) for family, _ in chosen]
    return (
        len(chosen),
        sum(level == 2 for level in urgent),
        sum(level >= 1 for level in urgent),
        sum(pairs[pair] for pair in chosen),
    )
