"""Other ways to a round, on ready pairs and scores: only the solver's own call is timed."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from app.matching.solving.edges import Edges
from app.matching.solving.solver import step_of, weights
from tests.bench.cases import load_edges, load_instance
from tests.bench.measuring import best_of


def dense(folder: Path) -> dict:
    """SciPy's linear_sum_assignment on a dense matrix with a column for each place."""
    edges, priority, capacity = load_edges(folder)
    weight = weights(edges, priority, step_of(edges, capacity))
    first = np.cumsum(capacity) - capacity
    value = np.zeros((edges.family_count, int(capacity.sum())))
    for place in range(int(capacity.max())):
        has = capacity[edges.guide] > place
        value[edges.rows()[has], first[edges.guide[has]] + place] = weight[has]
    seconds, (rows, columns) = best_of(lambda: linear_sum_assignment(value, maximize=True))
    chosen = value[rows, columns] > 0
    owner = np.repeat(np.arange(edges.guide_count), capacity)
    return _result(seconds, edges, priority, rows[chosen], owner[columns[chosen]])


def sparse(folder: Path) -> dict:
    """One bare call of SciPy's min_weight_full_bipartite_matching on a ready matrix."""
    edges, priority, capacity = load_edges(folder)
    weight = weights(edges, priority, step_of(edges, capacity))
    places = capacity[edges.guide]
    pair = np.repeat(np.arange(edges.edge_count), places)
    first = (np.cumsum(capacity) - capacity)[edges.guide[pair]]
    column = first + np.arange(len(pair)) - np.repeat(np.cumsum(places) - places, places)
    families, count = edges.family_count, int(capacity.sum())
    nobody = int(weight.max()) + 1
    own = np.arange(families)
    costs = np.concatenate((nobody - weight[pair], np.full(families, nobody))).astype(np.float64)
    at = np.concatenate((edges.rows()[pair], own)), np.concatenate((column, count + own))
    matrix = csr_array((costs, at), shape=(families, count + families))
    del weight, places, pair, first, column, costs, at
    seconds, (rows, columns) = best_of(lambda: min_weight_full_bipartite_matching(matrix))
    owner = np.repeat(np.arange(edges.guide_count), capacity)
    served = columns < count
    return _result(seconds, edges, priority, rows[served], owner[columns[served]])


def flow(folder: Path) -> dict:
    """OR-Tools' SimpleMinCostFlow; only its solve() is timed."""
    min_cost_flow = importlib.import_module("ortools.graph.python.min_cost_flow")
    edges, priority, capacity = load_edges(folder)
    weight = weights(edges, priority, step_of(edges, capacity))
    families, guides, count = edges.family_count, edges.guide_count, edges.edge_count
    sink, own, theirs = families + guides, np.arange(families), families + np.arange(guides)
    nobody = int(weight.max()) + 1

    def network() -> Any:
        made = min_cost_flow.SimpleMinCostFlow()
        tails = np.concatenate((edges.rows(), own, theirs))
        heads = np.concatenate((families + edges.guide, np.full(families + guides, sink)))
        room = np.concatenate((np.ones(count + families, np.int64), capacity))
        costs = np.concatenate(
            (nobody - weight, np.full(families, nobody), np.zeros(guides, np.int64))
        )
        made.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
        made.set_nodes_supplies(np.append(own, sink), np.append(np.ones_like(own), -families))
        return made

    networks = iter([network() for _ in range(3)])
    solved = []
    seconds, status = best_of(lambda: solved.append(next(networks)) or solved[-1].solve())
    if status != solved[-1].OPTIMAL:
        raise RuntimeError(f"the flow ended with {status}")
    chosen = np.flatnonzero(solved[-1].flows(np.arange(count)))
    return _result(seconds, edges, priority, edges.rows()[chosen], edges.guide[chosen])


def longest_wait(folder: Path) -> dict:
    """What a list does: whoever has waited longest takes the best guide who is free."""
    instance = load_instance(folder)
    edges, priority, capacity = load_edges(folder)
    order = np.argsort(-instance.families.waiting_days, kind="stable").tolist()

    def serve() -> list[tuple[int, int]]:
        left, pairs = capacity.copy(), []
        for family in order:
            own = slice(edges.ptr[family], edges.ptr[family + 1])
            free = np.flatnonzero(left[edges.guide[own]] > 0)
            if len(free):
                guide = int(edges.guide[own][free[edges.score[own][free].argmax()]])
                left[guide] -= 1
                pairs.append((family, guide))
        return pairs

    seconds, pairs = best_of(serve)
    rows, guides = np.array(pairs).T
    return _result(seconds, edges, priority, rows, guides)


def _result(
    seconds: float, edges: Edges, priority: np.ndarray, rows: np.ndarray, guides: np.ndarray
) -> dict:
    """Count what was achieved, without the package's own counting."""
    keys = edges.rows().astype(np.int64) * edges.guide_count + edges.guide
    at = np.searchsorted(keys, rows.astype(np.int64) * edges.guide_count + guides)
    urgent = priority[rows]
    levels = len(rows), (urgent == 2).sum(), (urgent >= 1).sum(), edges.score[at].sum()
    return {"seconds": seconds, "totals": [int(level) for level in levels]}


MEASURES = {"dense": dense, "sparse": sparse, "flow": flow, "longest wait": longest_wait}
