"""What rooms above know that keeps a family and a guide apart: they put their names down here."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.matches.models import Match

OBJECTIONS: list[Callable[[Session, Match], None]] = []


class PairVetoed(Conflict):
    """A coordinator has said that these two are never to be put together."""


def ensure_nobody_objects(session: Session, match: Match) -> None:
    """Ask everybody who may object before two are put together; each raises a Conflict of its own."""
    for objection in OBJECTIONS:
        objection(session, match)
