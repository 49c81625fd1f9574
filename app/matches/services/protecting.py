"""A family's address has become protected: the system forgets the family, matches included."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.families.models import Family
from app.families.services.leaving import remove_protected_family
from app.matches import queries
from app.matches.services.proposing import FamilyHasOpenMatch
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def protect_family(session: Session, actor: Actor, family: Family, *, now: dt.datetime) -> None:
    """Forget a family whose address has become protected; what a past match tells of it, too.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyHasOpenMatch: a match is open.
        NotFound: somebody else was first.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    # A proposal that is being made meanwhile is seen, or waits and finds no family.
    lock(session, family)
    if queries.find_open_match(session, family.id):
        raise FamilyHasOpenMatch(str(family.id))
    remove_protected_family(session, actor, family, today=day_of(now))
