"""A family's address has become protected: the system forgets the family, matches included."""

import datetime as dt
import uuid
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import revoke_links
from app.database import lock
from app.families.models import Family
from app.families.services.leaving import remove_protected_family
from app.matches import queries
from app.matches.models import Match
from app.matches.services.proposing import FamilyHasOpenMatch
from app.messages.models import OutgoingMessage
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

# What rooms above this one know of a match and must forget with the family: they add themselves.
FORGET_TOO: list[Callable[[Session, Match], None]] = []


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
    for match in session.scalars(select(Match).where(Match.family_id == family.id)):
        match.explanation = {}
        match.score = None
        match.asked_contact = ""
        match.choice_note = ""
        match.start_meeting = match.agreement = None
        for forget in FORGET_TOO:
            forget(session, match)
    _forget_letters(session, family.id)
    revoke_links(session, LinkKind.STATUS, family.id, now=now)
    session.flush()
    remove_protected_family(session, actor, family, today=day_of(now))


def _forget_letters(session: Session, family_id: uuid.UUID) -> None:
    """Delete what was written to the family, sent or not: it carries name and address."""
    written = select(OutgoingMessage).where(OutgoingMessage.about_id == family_id)
    for message in session.scalars(written):
        session.delete(message)
