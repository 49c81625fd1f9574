"""Work on everybody at once, and the forgetting of one: never at the same time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.municipalities.models import Municipality
from app.tenancy import bound_municipality


def take_turn(session: Session) -> None:
    """Let those who store what was computed about everybody and those who forget somebody wait.

    Until our transaction ends the others stand still: what is stored after that has not seen
    whoever was forgotten, and what was stored before is there to be forgotten. Ordinary work in
    the municipality goes on. Take it after a family's lock, and before that of a stored result.
    """
    statement = select(Municipality.id).where(Municipality.id == bound_municipality(session))
    session.scalar(statement.with_for_update(key_share=True))
