"""What the room forgets with a person: identifiers in rounds, and choices about them.

The rooms of families and guides lie below and know nothing of rounds; they call whoever has
put their name down.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, undefer

from app.families.services import leaving as families
from app.guides.services import leaving as guides
from app.jobs.progress import WorkStatus
from app.municipalities.services import take_turn
from app.rounds.models import MatchingRound, RoundChoice
from app.rounds.record import EMPTIED, Record

_AS_IT_IS = {"synchronize_session": False}


def forget_guide(session: Session, guide_id: uuid.UUID) -> None:
    """Take the identifier of a guide who leaves out of choices and stored rounds.

    The numbers stay: the round can still be proved, and nobody can tell whose they were.
    """
    take_turn(session)
    _forget_choices(session, guide_id)
    for found in _done_rounds(session):
        if _names(found.problem, str(guide_id)):
            found.problem = _without_guide(found.problem, str(guide_id))
    session.flush()


def forget_family(session: Session, family_id: uuid.UUID) -> None:
    """Empty the row of a family that leaves in every stored round, and forget choices about it.

    With whom it could have been and for how many points would tell who it was. The others' pairs
    stay; that nothing beats them can be proved no longer.
    """
    take_turn(session)
    _forget_choices(session, family_id)
    for found in _done_rounds(session):
        if str(family_id) in found.problem["families"]:
            row = found.problem["families"].index(str(family_id))
            found.problem = _emptied_problem(found.problem, row)
            found.answer = _emptied_answer(found.answer, row)
    session.flush()


def _forget_choices(session: Session, person_id: uuid.UUID) -> None:
    about = or_(RoundChoice.family_id == person_id, RoundChoice.guide_id == person_id)
    session.execute(delete(RoundChoice).where(about), execution_options=_AS_IT_IS)


def _done_rounds(session: Session) -> Sequence[MatchingRound]:
    """Return the stored rounds, whole. There are a score of them: all are looked through."""
    statement = (
        select(MatchingRound)
        .where(MatchingRound.status == WorkStatus.DONE)
        .options(undefer(MatchingRound.problem), undefer(MatchingRound.answer))
        .order_by(MatchingRound.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def _names(problem: Record, name: str) -> bool:
    partners = problem["partners"]
    return name in problem["guides"] or name in partners or name in partners.values()


def _without_guide(problem: Record, name: str) -> Record:
    """Return the problem with nobody in a guide's place."""
    return problem | {
        "guides": [None if key == name else key for key in problem["guides"]],
        "partners": {
            lead: other for lead, other in problem["partners"].items() if name not in (lead, other)
        },
    }


def _emptied_problem(problem: Record, row: int) -> Record:
    """Return the problem with nothing in a family's row."""
    edges, changes = problem["edges"], problem["changes"]
    begin, end = edges["ptr"][row : row + 2]
    fewer = [at - (end - begin) if number > row else at for number, at in enumerate(edges["ptr"])]
    columns = {"families": None, "priority": 0, "pins": -1, "pin_score": 0, "previous": -1}
    return (
        problem
        | {name: _put(problem[name], row, nothing) for name, nothing in columns.items()}
        | {
            "edges": {
                "ptr": fewer,
                "guide": edges["guide"][:begin] + edges["guide"][end:],
                "score": edges["score"][:begin] + edges["score"][end:],
            },
            "vetoes": [pair for pair in problem["vetoes"] if pair[0] != row],
            "changes": [
                change | {"families": [other for other in change["families"] if other != row]}
                for change in changes
                if change["family"] != row
            ],
            EMPTIED: True,
        }
    )


def _emptied_answer(answer: Record, row: int) -> Record:
    """Return the answer with nothing in a family's row."""
    columns = {"guide": -1, "backup": -1, "pinned": False, "score": 0}
    prices = {
        name: answer[name] and answer[name] | {"family": _put(answer[name]["family"], row, 0)}
        for name in ("prices", "backup_prices")
    }
    return answer | {name: _put(answer[name], row, no) for name, no in columns.items()} | prices


def _put(column: list[Any], row: int, value: Any) -> list[Any]:
    return [*column[:row], value, *column[row + 1 :]]


families.WHEN_ONE_LEAVES.append(forget_family)
guides.WHEN_ONE_LEAVES.append(forget_guide)
