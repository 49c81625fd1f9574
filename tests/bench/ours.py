"""What the package does, measured and checked."""

import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import numpy as np

from app.matching.advice.recruiting import Standing, plan_recruits
from app.matching.reference.answers import unmatched_rows
from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.instance import Instance
from app.matching.reference.ranking import Ranking
from app.matching.reference.rules import broken_by_guide
from app.matching.solving.edges import Edges
from app.matching.solving.prices import certify, family_optimal
from app.matching.solving.problems import Problem, Reduced
from app.matching.solving.rounds import Totals, scores_of, totals_of
from app.matching.solving.solver import heaviest_assignment
from tests.bench.cases import load_instance, load_types, with_more
from tests.bench.measuring import REPEATS, best_of

RANKED, COUNT = 400, 10
RESOLVED, PLANNED = 20, 10


def round_of(folder: Path) -> dict:
    """Candidates, solve and prices; the certificate is checked outside the time."""
    instance = load_instance(folder)
    runs = []
    for _ in range(REPEATS):
        clock = [time.process_time()]
        edges = feasible_pairs(instance)
        clock.append(time.process_time())
        reduced = Reduced.of(edges, instance.families.priority, instance.guides.capacity)
        found = heaviest_assignment(edges, reduced.weight, reduced.capacity)
        clock.append(time.process_time())
        prices = family_optimal(edges, reduced.weight, reduced.capacity, found)
        clock.append(time.process_time())
        runs.append(np.diff(clock))
    candidates, solve, duals = np.min(runs, axis=0)
    return {
        "seconds": float(np.min(np.sum(runs, axis=1))),
        "candidates": float(candidates),
        "solve": float(solve),
        "duals": float(duals),
        "pairs": edges.edge_count,
        "places": int(instance.guides.capacity.sum()),
        "totals": _levels(instance, edges, found),
        "right": certify(edges, reduced.weight, reduced.capacity, found, prices),
    }


def ranking(folder: Path) -> dict:
    """The median time to rank one family, beside a bare numpy pass over its ready scores."""
    instance = load_instance(folder)
    ranked, edges = Ranking(instance), feasible_pairs(instance)
    families = np.random.default_rng(3).permutation(len(instance.families))[:RANKED].tolist()
    ours = median(best_of(lambda f=f: ranked.best(f, COUNT))[0] for f in families)
    bare = median(_bare_pass(edges, family) for family in families)
    wrong = sum(_ranks_wrongly(ranked, edges, family) for family in families)
    return {"seconds": ours, "bare": bare, "wrong": wrong, "right": not wrong}


def _bare_pass(edges: Edges, family: int) -> float:
    """Time argpartition alone on a family's scores with all guides, negated and laid out for it."""
    own = slice(edges.ptr[family], edges.ptr[family + 1])
    row = np.ones(edges.guide_count, np.int32)  # worse than any pair
    row[edges.guide[own]] = -edges.score[own]
    return best_of(lambda: np.argpartition(row, COUNT)[:COUNT])[0]


def reasons(folder: Path) -> dict:
    """The time to say why of every family left over, and whether each reason holds."""
    instance = load_instance(folder)
    edges = feasible_pairs(instance)
    found = _solve(instance, edges)
    seconds, rows = best_of(lambda: list(unmatched_rows(instance, edges, found)))
    wrong = sum(1 for holds in _check_reasons(instance, edges, rows) if not holds)
    return {"seconds": seconds, "families": len(rows), "wrong": wrong, "right": not wrong}


def newcomers(folder: Path) -> dict:
    """The gain of each hypothetical guide, beside one whole new round; some compared with one."""
    instance, types = load_instance(folder), load_types(folder)
    edges = feasible_pairs(instance)
    reduced = Reduced.of(edges, instance.families.priority, instance.guides.capacity)
    again, found = best_of(lambda: reduced.solve()[0])
    before = totals_of_round(instance, edges, found)

    def gains():
        standing = Standing.of(reduced, found)
        return standing.gains(feasible_pairs(instance.with_guides(types)))

    seconds, told = best_of(gains)
    wrong = 0
    for number in np.random.default_rng(5).integers(0, len(types), RESOLVED).tolist():
        larger = with_more(instance, types, [number])
        after = totals_of_round(larger, *_round(larger))
        wrong += told.totals(number) != after - before
    return {
        "seconds": seconds,
        "each": seconds / len(types),
        "resolve": again,
        "types": len(types),
        "wrong": wrong,
        "right": not wrong,
    }


def plan(folder: Path) -> dict:
    """A plan of ten recruits, beside a whole new round with all ten of them."""
    instance, types = load_instance(folder), load_types(folder)
    edges = feasible_pairs(instance)
    reduced = Reduced.of(edges, instance.families.priority, instance.guides.capacity)
    found = reduced.solve()[0]
    before = totals_of_round(instance, edges, found)

    def recruits():
        standing = Standing.of(reduced, found)
        candidates = feasible_pairs(instance.with_guides(types))
        return plan_recruits(standing, candidates, PLANNED)

    seconds, steps = best_of(recruits)
    larger = with_more(instance, types, [step.type for step in steps])
    after = totals_of_round(larger, *_round(larger)) - before
    promised = np.sum([_numbers(step.adds) for step in steps], axis=0).tolist()
    return {
        "seconds": seconds,
        "types": len(types),
        "promised": promised,
        "totals": _numbers(after),
        "right": promised == _numbers(after),
    }


def totals_of_round(instance: Instance, edges: Edges, found: np.ndarray) -> Totals:
    problem = Problem.without_choices(edges, instance.families.priority, instance.guides.capacity)
    return totals_of(problem, found, scores_of(problem, found))


def _levels(instance: Instance, edges: Edges, found: np.ndarray) -> list[int]:
    return _numbers(totals_of_round(instance, edges, found))


def _numbers(totals: Totals) -> list[int]:
    return [totals.families, totals.priority_2, totals.priority_1_or_2, totals.quality]


def _solve(instance: Instance, edges: Edges) -> np.ndarray:
    return Reduced.of(edges, instance.families.priority, instance.guides.capacity).solve()[0]


def _round(instance: Instance) -> tuple[Edges, np.ndarray]:
    edges = feasible_pairs(instance)
    return edges, _solve(instance, edges)


def _ranks_wrongly(ranked: Ranking, edges: Edges, family: int) -> bool:
    """Compare a ranking with the family's own pairs."""
    own = slice(edges.ptr[family], edges.ptr[family + 1])
    order = np.lexsort((edges.guide[own], -edges.score[own]))[:COUNT]
    best = ranked.best(family, COUNT)
    return not (
        np.array_equal(best.guides, edges.guide[own][order])
        and np.array_equal(best.scores, edges.score[own][order])
    )


def _check_reasons(instance: Instance, edges: Edges, rows: list) -> Iterable[bool]:
    """Say of each reason whether it holds: the rules give a guide, or the group has too few places."""
    place = {name: number for number, name in enumerate(instance.families.ids.tolist())}
    guide = {name: number for number, name in enumerate(instance.guides.ids.tolist())}
    for name, kind, codes, rivals, theirs in rows:
        family = place[name]
        own = edges.guide[edges.ptr[family] : edges.ptr[family + 1]]
        if kind == "no_feasible_guide":
            broken = np.bitwise_count(broken_by_guide(instance, family))
            yield not len(own) and len(codes.split("|")) == broken.min()
        elif not rivals:
            yield len(own) > 0  # the group is too large to be named
        else:
            group = np.array([guide[g] for g in theirs.split("|")])
            competing = [place[f] for f in rivals.split("|")]
            places = int(instance.guides.capacity[group].sum())
            within = (
                np.isin(edges.guide[edges.ptr[f] : edges.ptr[f + 1]], group) for f in competing
            )
            yield family in competing and places < len(competing) and all(map(np.all, within))


MEASURES = {
    "round": round_of,
    "ranking": ranking,
    "reasons": reasons,
    "newcomers": newcomers,
    "plan": plan,
}
