"""Guides who may be chosen by hand: for a group of minors, or beside somebody in a match."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.certificates.models import CertificateTask
from app.certificates.queries import guides_with_certificate
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.guides.queries.steps import missing_steps
from app.matches.models import Match
from app.matches.queries.candidates import never_allowed
from app.matches.queries.history import find_declined
from app.matching.types import RuleCode
from app.permissions import Actor, Permission, ensure_may

Rules = frozenset[RuleCode]


class KeptOut(NamedTuple):
    """A guide who cannot be chosen, and why; no rules: it is the very person who would choose."""

    guide: Guide
    rules: tuple[RuleCode, ...]


class Helpers(NamedTuple):
    """Guides to choose among, by name; and those who cannot be chosen, with the reasons."""

    guides: Sequence[Guide]
    kept_out: Sequence[KeptOut] = ()


def list_group_guides(session: Session, actor: Actor, group: Family) -> Helpers:
    """Return the ready guides with room and with all that is asked of those who meet minors.

    Who has said no to this group, or it to them, is not asked about it again.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    guides = _taking_part(session)
    seen = guides_with_certificate(session, CertificateTask.MINORS_GROUP)
    missing = missing_steps(session, [guide.id for guide in guides]) if guides else {}
    declined = find_declined(session, group.id)
    against: dict[uuid.UUID, Rules] = {}
    for guide in guides:
        holds = {
            RuleCode.DECLINED: guide.id in declined,
            RuleCode.PAUSED: guide.status is not GuideStatus.READY,
            RuleCode.CAPACITY: not guide.free_places,
            RuleCode.CERTIFICATE: guide.id not in seen,
            RuleCode.STEPS: guide.id in missing,
        }
        against[guide.id] = frozenset(rule for rule, fails in holds.items() if fails)
    return _sorted_out(guides, against, actor)


def list_helpers(session: Session, actor: Actor, match: Match, *, today: dt.date) -> Helpers:
    """Return the guides who may come into a match as it is, and why the others may not."""
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    there = {row.guide_id for row in match.guides}
    if match.family.is_group:
        found = list_group_guides(session, actor, match.family)
        return Helpers(
            [guide for guide in found.guides if guide.id not in there],
            [one for one in found.kept_out if one.guide.id not in there],
        )
    against = never_allowed(session, match.family, today=today)
    return _sorted_out(_taking_part(session, there), against, actor)


def _sorted_out(
    guides: Sequence[Guide], against: Mapping[uuid.UUID, Rules], actor: Actor
) -> Helpers:
    """Part those who can be chosen from those who cannot."""
    young = frozenset({RuleCode.UNDER_18})  # whom no ranking knows
    may: list[Guide] = []
    kept_out: list[KeptOut] = []
    for guide in guides:
        rules = against.get(guide.id, young)
        if guide.user_id == actor.user_id:
            kept_out.append(KeptOut(guide, ()))
        elif rules:
            kept_out.append(KeptOut(guide, tuple(sorted(rules))))
        else:
            may.append(guide)
    return Helpers(may, kept_out)


def _taking_part(session: Session, but: Collection[uuid.UUID] = ()) -> Sequence[Guide]:
    statement = (
        select(Guide)
        .where(Guide.status.in_((GuideStatus.READY, GuideStatus.PAUSED)), Guide.id.not_in(but))
        .options(selectinload(Guide.languages), joinedload(Guide.neighbourhood))
        .order_by(Guide.name, Guide.id)
    )
    return session.scalars(statement).all()
