"""What the records are called that somebody looked at, for those who may see that anyway."""

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from app.families.models import Family
from app.families.queries import shown_to
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide
from app.messages.models import OutgoingMessage
from app.permissions import Actor, Permission, may

Called = Select[uuid.UUID, str, int]
FAMILIES_FIRST, GUIDES_AFTER = literal(0), literal(1)


def names_of_records(
    session: Session, actor: Actor, record_ids: Iterable[uuid.UUID | None]
) -> dict[uuid.UUID, str]:
    """Return the names of guides, the references of families, and of a match both.

    A message is called after whom it was for. What was erased has no name any more, and who may
    not open such records is told none.
    """
    known = {key for key in record_ids if key}
    statements = [
        *(_of_guides(known) if _may_name(actor, Permission.GUIDES_VIEW) else ()),
        *(_of_families(actor, known) if _may_name(actor, Permission.FAMILIES_VIEW) else ()),
    ]
    if not known or not statements:
        return {}
    called: dict[uuid.UUID, list[str]] = {}
    rows = sorted(session.execute(union_all(*statements)), key=lambda row: (row[2], row[1]))
    for key, name, _rank in rows:
        called.setdefault(key, []).append(name)
    return {key: " – ".join(filter(None, names)) for key, names in called.items()}


def _may_name(actor: Actor, permission: Permission) -> bool:
    return may(actor, permission) or may(actor, Permission.PRIVACY_HANDLE)


def _of_guides(known: set[uuid.UUID]) -> list[Called]:
    message = OutgoingMessage
    return [
        select(Guide.id, Guide.name, GUIDES_AFTER).where(Guide.id.in_(known)),
        select(MatchGuide.match_id, Guide.name, GUIDES_AFTER)
        .join(Guide, Guide.id == MatchGuide.guide_id)
        .join(Match, Match.id == MatchGuide.match_id)
        .where(Match.id.in_(known), ~Match.family.has(Family.is_forgotten)),
        select(message.id, Guide.name, GUIDES_AFTER)
        .join(Guide, Guide.id == message.about_id)
        .where(message.id.in_(known)),
    ]


def _of_families(actor: Actor, known: set[uuid.UUID]) -> list[Called]:
    message, theirs = OutgoingMessage, shown_to(actor)
    return [
        select(Family.id, Family.reference, FAMILIES_FIRST).where(Family.id.in_(known), *theirs),
        select(Match.id, Family.reference, FAMILIES_FIRST)
        .join(Family, Family.id == Match.family_id)
        .where(Match.id.in_(known), *theirs),
        select(message.id, Family.reference, FAMILIES_FIRST)
        .join(Family, Family.id == message.about_id)
        .where(message.id.in_(known), *theirs),
    ]
