"""What the room forgets with a person: identifiers in rounds, and choices about them.

The rooms of families and guides lie below and know nothing of rounds; they call whoever has
put their name down.
"""

import uuid
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, undefer

from app.families.services import leaving as families
from app.guides.services import leaving as guides
from app.rounds.models import MatchingRound, RoundChoice, RoundProposal, RoundStatus

_AS_IT_IS = {"synchronize_session": False}


def forget_who_left(session: Session, person_id: uuid.UUID) -> None:
    """Take the identifier of a family or a guide who leaves out of choices and stored rounds.

    The numbers stay: a round can still be proved, and nobody can tell whose row it was.
    """
    _forget_choices(session, person_id)
    for found in _rounds_with(session, person_id):
        found.problem = _without(found.problem, str(person_id))
    session.flush()


def forget_protected(session: Session, family_id: uuid.UUID) -> None:
    """Delete every round that knew a family whose address has become protected, numbers and all."""
    _forget_choices(session, family_id)
    ids = [found.id for found in _rounds_with(session, family_id)]
    session.execute(
        delete(RoundProposal).where(RoundProposal.round_id.in_(ids)), execution_options=_AS_IT_IS
    )
    session.execute(
        delete(MatchingRound).where(MatchingRound.id.in_(ids)), execution_options=_AS_IT_IS
    )
    session.flush()


def _forget_choices(session: Session, person_id: uuid.UUID) -> None:
    about = or_(RoundChoice.family_id == person_id, RoundChoice.guide_id == person_id)
    session.execute(delete(RoundChoice).where(about), execution_options=_AS_IT_IS)


def _rounds_with(session: Session, person_id: uuid.UUID) -> list[MatchingRound]:
    """Return the rounds that name somebody. There are a score of them: all are looked through."""
    statement = (
        select(MatchingRound)
        .where(MatchingRound.status == RoundStatus.DONE)
        .options(undefer(MatchingRound.problem))
        .order_by(MatchingRound.id)
    )
    name = str(person_id)
    return [found for found in session.scalars(statement) if _names(found.problem, name)]


def _names(problem: dict[str, Any], name: str) -> bool:
    partners = problem["partners"]
    return (
        name in problem["families"]
        or name in problem["guides"]
        or name in partners
        or name in partners.values()
    )


def _without(problem: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the problem with nobody in somebody's place."""
    return problem | {
        "families": [None if key == name else key for key in problem["families"]],
        "guides": [None if key == name else key for key in problem["guides"]],
        "partners": {
            lead: other for lead, other in problem["partners"].items() if name not in (lead, other)
        },
    }


families.WHEN_ONE_LEAVES.append(forget_who_left)
families.WHEN_ONE_IS_REMOVED.append(forget_protected)
guides.WHEN_ONE_LEAVES.append(forget_who_left)
