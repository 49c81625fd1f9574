"""What a proposal keeps, so that it can be told, printed and computed anew later."""

from typing import Any

from app.matches.queries import FamilyRanking
from app.matching import as_record
from app.matching.types import Candidate, PairExplanation

ALTERNATIVES_KEPT = 5


def proposal_record(told: PairExplanation, ranking: FamilyRanking) -> dict[str, Any]:
    """Return the answer with its inputs, the rules against it, and who else was considered.

    Of the others no more than an id, a score and its parts: nobody's wishes, nobody's name.
    """
    chosen = told.candidate.guide_id
    best = ranking.candidates[: ALTERNATIVES_KEPT + 1]
    others = [other for other in best if other.guide_id != chosen]
    return as_record(told.candidate) | {
        "rank": ranking.rank_of(chosen),
        "candidate_count": len(ranking.candidates),
        "failing": [code.value for code in told.failing],
        "considered": len(ranking.candidates) + len(ranking.ranking.excluded),
        "rule_counts": {
            code.value: {"removed": count.removed, "alone": count.alone}
            for code, count in ranking.ranking.rule_counts.items()
            if count.removed
        },
        "alternatives": [_alternative(other) for other in others[:ALTERNATIVES_KEPT]],
    }


def _alternative(other: Candidate) -> dict[str, Any]:
    return {
        "guide_id": str(other.guide_id),
        "score": other.score,
        "points": {term.code.value: term.points for term in other.terms},
    }
