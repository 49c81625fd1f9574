"""Two or three guides for a group of minors, put together by hand: no round ever does it."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.database import lock
from app.errors import NotFound
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchKind, Origin
from app.matches.queries.history import find_declined
from app.matches.services.allowed import ensure_match_may_meet, ensure_not_oneself
from app.matches.services.objections import ensure_nobody_objects
from app.matches.services.places import GuideAtCapacity, GuideNotReady
from app.matches.services.proposing import GuideCannotBeProposed, ensure_waiting, store_only_open
from app.permissions import Actor, Permission, ensure_may


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """Who is to meet a group: the one who gets the letters, and one or two beside."""

    lead: uuid.UUID
    others: frozenset[uuid.UUID]


def propose_group(
    session: Session, actor: Actor, family: Family, choice: GroupChoice, *, now: dt.datetime
) -> Match:
    """Store that these guides shall meet a group, if everything is there that must be.

    Nobody is asked yet and no place is taken: that is the confirmation.

    Raises:
        NotFound: it is no group, or one of the guides is not here.
        FamilyWithdrawn, FamilyNotWaiting, FamilyHasOpenMatch: the group wants none just now.
        GuideNotReady, GuideAtCapacity: one of them has no time.
        NotOneself: one of them is who proposes it.
        GuideCannotBeProposed: one of them has said no to the group, or it to them.
        MayNotMeet: something is missing; it says all of it.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    lock(session, family)
    if not family.is_group:
        raise NotFound(f"group {family.id}")
    ensure_waiting(family)
    match = Match(
        kind=MatchKind.GROUP, family=family, origin=Origin.BY_HAND, explanation={}, proposed_at=now
    )
    for guide_id in (choice.lead, *sorted(choice.others - {choice.lead})):
        kind = GuideKind.LEAD if guide_id == choice.lead else GuideKind.CO
        guide = get_ready_guide(session, guide_id)
        if not guide.free_places:
            raise GuideAtCapacity(f"guide {guide_id}")
        match.guides.append(MatchGuide(guide=guide, kind=kind))
    if find_declined(session, family.id) & {guide.id for guide in match.takers}:
        raise GuideCannotBeProposed(f"group {family.id}: one of them has said no")
    ensure_not_oneself(actor, match)
    ensure_match_may_meet(session, match)
    ensure_nobody_objects(session, match)
    store_only_open(session, match)
    return match


def get_ready_guide(session: Session, guide_id: uuid.UUID) -> Guide:
    """Return a guide who takes part now, or raise NotFound or GuideNotReady."""
    guide = session.get(Guide, guide_id)
    if guide is None:
        raise NotFound(f"guide {guide_id}")
    if guide.status is not GuideStatus.READY:
        raise GuideNotReady(f"guide {guide_id} is {guide.status}")
    return guide
