"""Guides who may be chosen by hand: for a group of minors, or beside somebody in a match."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.certificates.models import CertificateTask
from app.certificates.queries import guides_with_certificate
from app.guides.models import ADULT_AGE_GROUPS, Guide, GuideStatus
from app.guides.queries.steps import missing_steps
from app.matches.models import Match
from app.permissions import Actor, Permission, ensure_may


class Helpers(NamedTuple):
    """Guides to choose among, by name; and how many ready ones have shown no certificate."""

    guides: Sequence[Guide]
    without_certificate: int = 0


def list_group_guides(session: Session, actor: Actor) -> Helpers:
    """Return the ready guides with room and with all that is asked of those who meet minors."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    ready = [guide for guide in _ready(session) if guide.free_places > 0]
    seen = guides_with_certificate(session, CertificateTask.MINORS_GROUP)
    may = [guide for guide in ready if guide.id in seen]
    return Helpers(_whole(session, may), len(ready) - len(may))


def list_helpers(session: Session, actor: Actor, match: Match) -> Helpers:
    """Return the guides who may come into a match as it is. Whether they may meet is asked later."""
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    there = {row.guide_id for row in match.guides}
    if match.family.is_group:
        found = list_group_guides(session, actor)
        return found._replace(guides=[guide for guide in found.guides if guide.id not in there])
    may = [
        guide
        for guide in _ready(session)
        if guide.id not in there and guide.age_group in ADULT_AGE_GROUPS
    ]
    return Helpers(_whole(session, may))


def _ready(session: Session) -> Sequence[Guide]:
    statement = (
        select(Guide)
        .where(Guide.status == GuideStatus.READY)
        .options(selectinload(Guide.languages), joinedload(Guide.neighbourhood))
        .order_by(Guide.name, Guide.id)
    )
    return session.scalars(statement).all()


def _whole(session: Session, guides: Sequence[Guide]) -> list[Guide]:
    """Leave out those who lack a step on the way to ready."""
    missing = missing_steps(session, [guide.id for guide in guides]) if guides else {}
    return [guide for guide in guides if guide.id not in missing]
