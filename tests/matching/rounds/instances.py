"""Problems to try a round on: seeded random ones, and some made to trip it up."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np

from app.matching.solving.edges import Edges
from app.matching.solving.rounds import Problem

Pair = tuple[int, int]


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (dice, no secret)


def problem_of(
    pairs: dict[Pair, int], priority: list[int], capacity: list[int], **choices: object
) -> Problem:
    """A problem from pairs with points; `choices` as lists, as `Problem` names them."""
    edges = Edges.from_pairs(
        [f for f, _ in pairs],
        [g for _, g in pairs],
        list(pairs.values()),
        family_count=len(priority),
        guide_count=len(capacity),
    )
    plain = Problem.without_choices(
        edges, np.array(priority, np.int8), np.array(capacity, np.int32)
    )
    arrays = {
        name: value
        if name == "stability"
        else np.array(value, np.int32).reshape(-1, 2)
        if name == "vetoes"
        else np.array(value, np.int32)
        for name, value in choices.items()
    }
    return replace(plain, **arrays)


def random_problem(seed: int, *, families: int = 60, guides: int = 50) -> Problem:
    """Up to so many people, sparse or dense, with pins, vetoes and a round before."""
    draw = dice(seed)
    f_count, g_count = draw.randint(1, families), draw.randint(1, guides)
    density = draw.choice([0.02, 0.05, 0.1, 0.3, 0.8])
    points = draw.choice([range(1001), range(0, 1001, 250), range(500, 501), range(3)])
    pairs = {
        (f, g): draw.choice(points)
        for f in range(f_count)
        for g in range(g_count)
        if draw.random() < density
    }
    priority = draw.choices([0, 1, 2], weights=[6, 3, 1], k=f_count)
    capacity = draw.choices([0, 1, 2, 3], weights=[1, 6, 2, 1], k=g_count)
    pins, pin_score = _some_pins(draw, pairs, f_count, capacity)
    vetoed = draw.sample(sorted(pairs), len(pairs) // draw.choice([4, 10, 1000]))
    return problem_of(
        pairs,
        priority,
        capacity,
        pins=pins,
        pin_score=pin_score,
        vetoes=[(f, g) for f, g in vetoed if pins[f] != g],
        previous=[draw.randint(-1, g_count - 1) for _ in range(f_count)],
        stability=draw.choice([0, 1, 30, 400, 3000]),
    )


def _some_pins(
    draw: Random, pairs: dict[Pair, int], f_count: int, capacity: list[int]
) -> tuple[list[int], list[int]]:
    """Pin some families, now and then to somebody whom they may not have."""
    left = list(capacity)
    pins, scores = [-1] * f_count, [0] * f_count
    for family in draw.sample(range(f_count), f_count // draw.choice([5, 20, 1000])):
        guide = draw.randrange(len(capacity))
        if left[guide]:
            left[guide] -= 1
            pins[family] = guide
            scores[family] = pairs.get((family, guide), draw.randint(0, 1000))
    return pins, scores


def towns(seed: int, *, count: int, size: int) -> Problem:
    """Towns along a coast; families may also have guides of the next one, now and then."""
    draw = np.random.default_rng(seed)
    family, guide = (draw.integers(0, size, (2, count, 12 * size))).astype(np.int64)
    family += size * np.arange(count)[:, None]
    guide += size * np.arange(count)[:, None]
    guide[:, :2] = (guide[:, :2] + size) % (count * size)
    pairs = np.unique(np.stack([family.ravel(), guide.ravel()], axis=1), axis=0)
    people = count * size
    edges = Edges.from_pairs(
        *pairs.T,
        draw.integers(0, 1001, len(pairs)),
        family_count=people,
        guide_count=people,
    )
    priority = draw.choice(3, people, p=[0.7, 0.2, 0.1]).astype(np.int8)
    capacity = draw.choice(4, people, p=[0.4, 0.4, 0.15, 0.05]).astype(np.int32)
    return Problem.without_choices(edges, priority, capacity)


def hostile_problems() -> Iterator[tuple[str, Problem]]:
    """Problems that a careless solver gets wrong, by name."""
    everybody = {(f, g): 500 for f in range(12) for g in range(9)}
    yield "all pairs alike", problem_of(everybody, [0, 1, 2] * 4, [1] * 9)
    yield "no points at all", problem_of(dict.fromkeys(everybody, 0), [0, 1, 2] * 4, [1] * 9)
    yield "one guide for all", problem_of({(f, 0): 100 + f for f in range(30)}, [0] * 30, [1])
    yield (
        "one guide with room for all",
        problem_of({(f, 0): f for f in range(30)}, [0, 2] * 15, [10**9]),
    )
    yield "a guide without places", problem_of({(0, 0): 9, (1, 0): 9}, [0, 2], [0])
    yield "a chain that pays for one family less", _chain(40, straight=0, aside=1000)
    yield "a chain of equals", _chain(40, straight=7, aside=7)
    yield "a chain with the urgent one at the end", _chain(40, straight=1, aside=900, urgent=39)
    yield "points against urgency", _points_against_urgency()
    yield "all are pinned", problem_of({}, [0, 2], [1, 1], pins=[1, 0], pin_score=[4, 5])
    yield "all pairs are vetoed", problem_of({(0, 0): 9}, [0], [1], vetoes=[(0, 0)])
    yield "what stood is vetoed", _vetoed_before()
    yield "a bonus past all points", _bonus_past_all_points()
    yield "nobody", problem_of({}, [], [])
    yield "no guides", problem_of({}, [0, 1], [])
    yield "no families", problem_of({}, [], [1, 2])
    yield "no pairs", problem_of({}, [0, 1], [1])


def _chain(length: int, *, straight: int, aside: int, urgent: int = 0) -> Problem:
    """Family i may have guide i, or guide i - 1 for other points: all move or none."""
    pairs = {(i, i): straight for i in range(length)}
    pairs |= {(i, i - 1): aside for i in range(1, length)}
    return problem_of(pairs, [2 * (i == urgent) for i in range(length)], [1] * length)


def _points_against_urgency() -> Problem:
    """One place: two families with a thousand points each, and an urgent one with none."""
    pairs = {(0, 0): 1000, (1, 0): 1000, (2, 0): 0, (3, 1): 1000, (4, 1): 0, (5, 1): 1}
    return problem_of(pairs, [0, 1, 2, 0, 1, 1], [1, 1])


def _vetoed_before() -> Problem:
    pairs = {(0, 0): 1000, (0, 1): 1, (1, 1): 1}
    return problem_of(pairs, [0, 0], [1, 1], vetoes=[(0, 0)], previous=[0, 1], stability=1000)


def _bonus_past_all_points() -> Problem:
    """A bonus so large that the points alone would make too small a step."""
    chain = _chain(30, straight=0, aside=1000)
    return replace(chain, previous=np.arange(-1, 29, dtype=np.int32), stability=50_000)
