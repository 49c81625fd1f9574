"""Rank guides for a family, with reasons. Pure values in, pure values out.

No Flask, no ORM, no clock, no randomness, no files.
"""

from app.matching.config import MatchingConfig, ScoringWeights
from app.matching.pairs.ranking import explain_pair, rank_guides
from app.matching.pairs.record import VERSION, as_record

__all__ = [
    "VERSION",
    "MatchingConfig",
    "ScoringWeights",
    "as_record",
    "explain_pair",
    "rank_guides",
]
