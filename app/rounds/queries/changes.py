import uuid
from collections.abc import Sequence

from app.matching.planning import Change, ChangeCode
from app.matching.types import RuleCode
from app.rounds.models import MatchingRound
from app.rounds.record import GONE

NOBODY = uuid.UUID(int=0)  # somebody who is not here any more


def stored_changes(found: MatchingRound) -> tuple[Change, ...]:
    """Return what was other than in the round before when a stored one was computed, by family.

    A guide who is not here any more has the identifier NOBODY.
    """
    families, guides = (_ids(found, side) for side in ("families", "guides"))
    return tuple(
        Change(
            family_id=family,
            before=_somebody(guides, row["before"]),
            after=_somebody(guides, row["after"]),
            code=ChangeCode(row["code"]),
            rules=tuple(RuleCode(rule) for rule in row["rules"]),
            families=tuple(key for number in row["families"] if (key := families[number])),
        )
        for row in found.problem["changes"]
        if (family := families[row["family"]])
    )


def _somebody(guides: Sequence[uuid.UUID | None], number: int | None) -> uuid.UUID | None:
    if number is None:
        return None
    return NOBODY if number == GONE else guides[number] or NOBODY


def _ids(found: MatchingRound, side: str) -> list[uuid.UUID | None]:
    return [uuid.UUID(key) if key else None for key in found.problem[side]]
