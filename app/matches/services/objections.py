"""What rooms above know that keeps a family and a guide apart: they put their names down here."""

import uuid
from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.families.models import Family
from app.matches.models import Match
from app.no_contact.queries import kept_apart

OBJECTIONS: list[Callable[[Session, Match], None]] = []


class PairVetoed(Conflict):
    """A coordinator has said that these two are never to be put together."""


def ensure_nobody_objects(session: Session, match: Match) -> None:
    """Ask everybody who may object before two are put together; each raises a Conflict of its own."""
    for objection in OBJECTIONS:
        objection(session, match)
    ensure_not_feared(session, match.family, {row.guide.id for row in match.guides})


def ensure_nobody_is_feared(session: Session, match: Match) -> None:
    """Raise PairVetoed if one of those who are to meet a family may be somebody whom it fears.

    A name comes onto the list at any time: it is asked anew at each step to a telephone number,
    a time or a place.
    """
    ensure_not_feared(session, match.family, {guide.id for guide in match.takers})


def ensure_not_feared(session: Session, family: Family, guide_ids: Collection[uuid.UUID]) -> None:
    """Raise PairVetoed if a guide may be somebody whom the family fears, and nobody has decided.

    To whoever is told it is a colleague's word like any other, and so it is: who puts a name on
    the list says with it ‘not these two, until I have looked’.
    """
    apart = kept_apart(session, [family.id])
    if feared := sorted(key for key in guide_ids if (family.id, key) in apart):
        raise PairVetoed(f"{family.id}, {feared[0]}")
