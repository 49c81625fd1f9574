"""What must hold for every round, whoever made the problem."""

import numpy as np

from app.matching.solving.rounds import (
    Problem,
    Round,
    Totals,
    reduce_problem,
    solve_round,
    verify_round,
)
from tests.matching.rounds.oracle import (
    Levels,
    backup_oracle,
    backup_pairs,
    first_oracle,
    first_pairs,
    levels_of,
    pairs_in,
)


def check_problem(problem: Problem) -> Round:
    """Solve the problem and hold the answer against the oracle, the choices and its own proof.

    For any problem, so also for pairs that come from the product's rules.
    """
    answer = solve_round(problem)
    check_choices(problem, answer)
    assert counted(problem, answer.guide) == first_oracle(problem).levels()
    backups = backup_pairs(problem, answer.guide)
    reached = levels_of(backups, problem.priority, answer.backup)
    assert reached == backup_oracle(problem, answer.guide).levels()
    assert verify_round(problem, answer)
    return answer


def counted(problem: Problem, guide: np.ndarray) -> Levels:
    """What an assignment reaches in the round's own count, the stability bonus included."""
    return levels_of(first_pairs(problem), problem.priority, guide)


def check_choices(problem: Problem, answer: Round) -> None:
    """Pins, vetoes and places are kept; scores and totals are those of the pairs."""
    pairs = pairs_in(problem)
    used = np.zeros(len(problem.capacity), int)
    quality = 0
    for family, (guide, backup, pin) in enumerate(
        zip(answer.guide, answer.backup, problem.pins, strict=True)
    ):
        assert pin in (-1, guide)
        assert answer.pinned[family] == (pin >= 0)
        assert backup < 0 <= guide or backup != guide or guide < 0 > backup
        points = 0
        if guide >= 0:
            points = pairs.get((family, guide)) if pin < 0 else problem.pin_score[family]
        assert answer.score[family] == points
        quality += int(points)
        for someone in {int(guide), int(backup)} - {-1}:
            used[someone] += 1
            assert [family, someone] not in problem.vetoes.tolist()
    assert (used <= problem.capacity).all()
    served = problem.priority[answer.guide >= 0].tolist()
    assert answer.totals == Totals(
        len(served), served.count(2), served.count(1) + served.count(2), quality
    )


def best_weight(problem: Problem, step: int) -> int:
    """The largest weight of a round by the oracle, in units of `step`, pins left out."""
    reduced = reduce_problem(problem)
    free = Problem.without_choices(reduced.edges, reduced.priority, reduced.capacity)
    families, urgent, rather_urgent, points = first_oracle(free).levels()
    return step * (families + urgent + rather_urgent) + points
