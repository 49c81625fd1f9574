"""Rules and scores of many pairs at once, a bounded block of families after the other."""

from dataclasses import dataclass

from app.matching.codes import Array


@dataclass(frozen=True, eq=False)
class Block:
    """b families × G guides: which rules each pair breaks and how well it would fit.

    `points` and `score` are told for forbidden pairs too, as if they were allowed.
    """

    failing: Array  # uint32 (b, G), bit k is RULES[k]
    points: Array  # int16 (T, b, G), in the order of TermCode
    score: Array  # int16 (b, G), 0 to 1000
