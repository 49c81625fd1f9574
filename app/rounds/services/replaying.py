"""A stored round is computed again from what was stored: the same answer, and the proof of it."""

from dataclasses import fields

import numpy as np

from app.matching.solving.prices import Prices
from app.matching.solving.rounds import Round, solve_round, verify_round
from app.rounds import record
from app.rounds.models import MatchingRound


def replay_round(found: MatchingRound) -> tuple[str, ...]:
    """Return what differs between a stored round and its computation anew; nothing if it holds.

    "certificate" stands for a stored answer that is not proved to be the best one.
    """
    problem, stored = record.read_problem(found.problem), record.read_answer(found.answer)
    again = solve_round(problem)
    different = [item.name for item in fields(Round) if not _same(stored, again, item.name)]
    if not verify_round(problem, stored):
        different.append("certificate")
    return tuple(different)


def _same(stored: Round, again: Round, name: str) -> bool:
    one, other = getattr(stored, name), getattr(again, name)
    if isinstance(one, Prices):
        return np.array_equal(one.family, other.family) and np.array_equal(one.guide, other.guide)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    return bool(one == other)
