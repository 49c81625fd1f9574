"""A family's address has become protected: the system forgets the family, matches included."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.errors import NotFound
from app.families.models import Family
from app.families.services.leaving import NOTE_ERASED, forget_family
from app.matches import queries
from app.matches.services.proposing import FamilyHasOpenMatch
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def protect_family(session: Session, actor: Actor, family: Family, *, now: dt.datetime) -> None:
    """Forget a family whose address has become protected; what a past match tells of it, too.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyHasOpenMatch: a match is open.
        NotFound: it is forgotten already.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    # A proposal that is being made meanwhile is seen, or waits and finds no family.
    lock(session, family)
    if family.is_forgotten:
        raise NotFound(f"family {family.id}")
    if queries.find_open_match(session, family.id):
        raise FamilyHasOpenMatch(str(family.id))
    counts = forget_family(session, family, now=now)
    for note in NOTE_ERASED:
        note(session, actor.user_id, family.id, counts, day_of(now))
