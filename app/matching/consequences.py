"""What a choice costs: the whole round before and after, exactly."""

from dataclasses import dataclass

from app.matching.rounds import Problem, Round, Totals


@dataclass(frozen=True, slots=True)
class Move:
    """A family that goes from one guide to another; -1 is no guide."""

    family: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Override:
    """The round as it is, and as it would be with `family` forced to `guide`.

    Among all best rounds with the forced pair, the one that changes the fewest pairs is told.

    Attributes:
        family: the family that the coordinator places.
        guide: with whom.
        before: totals as it is.
        after: totals with the forced pair.
        own_before: the family's points today, None without a guide.
        own_after: the family's points with the forced pair.
        loses: families that would have no guide any longer, ascending.
        gains: other families that would get one, by family.
        moves: other families that would change from one guide to another, by family.
    """

    family: int
    guide: int
    before: Totals
    after: Totals
    own_before: int | None
    own_after: int
    loses: tuple[int, ...]
    gains: tuple[Move, ...]
    moves: tuple[Move, ...]


def price_override(
    problem: Problem, answer: Round, family: int, guide: int, *, score: int | None = None
) -> Override:
    """Return the exact change of the whole round if `family` is given `guide`.

    Args:
        problem: what the round decided.
        answer: the round that decided it.
        family: whom the coordinator places.
        guide: with whom; need not be a pair that may be formed, if `score` is given.
        score: points of the pair; read from the pairs when it is left out.

    Raises:
        PinsExceedCapacity: all places of the guide are pinned to others.
        ValueError: the pair is vetoed, or no score is known for it.
    """
    raise NotImplementedError


def departure_loss(problem: Problem, answer: Round, guide: int) -> Totals:
    """Return what is lost, before minus after, if the guide leaves with all places and pins."""
    raise NotImplementedError


def least_harm(problem: Problem, answer: Round, family: int) -> Override | None:
    """Return the least harmful way to serve a family that was left over, None if nobody may.

    Raises:
        ValueError: the family has a guide.
    """
    raise NotImplementedError
