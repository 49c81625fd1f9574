"""Whom staff call when a family is forgotten at once: no letter tells its guides."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import BOTH_SAID_YES, Match, MatchGuide
from app.permissions import Actor, Permission, ensure_may
from app.personal import Facts
from app.who_sees import Relation, sees

# Rooms above put down who asks for which guides of a family wait to be called: pairs of a match and
# a guide; no guide is the one who leads.
Waiting = Collection[tuple[uuid.UUID, uuid.UUID | None]]
WHO_WAITS: list[Callable[[Session, uuid.UUID], Waiting]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A guide to call, in plain values: they are read when the family is gone."""

    match_id: uuid.UUID
    name: str
    phone: str  # "": not for whoever reads this to see
    is_open: bool
    knows_contact: bool
    waits: bool  # has asked to be called, and was not


def list_calls(session: Session, actor: Actor, family: Family) -> list[Call]:
    """Return who meets the family, is to meet it, was asked, or waits for a call about it.

    Those who know its name and telephone first. Whoever was never asked knows of nothing.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    statement = (
        select(Match)
        .where(Match.family_id == family.id)
        .options(selectinload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.proposed_at.desc(), Match.id)
        .execution_options(populate_existing=True)
    )
    waiting = {pair for ask in WHO_WAITS for pair in ask(session, family.id)}
    calls: dict[uuid.UUID, Call] = {}
    for match in session.scalars(statement):
        is_served = match.status in BOTH_SAID_YES and family.takes_part
        standing = Relation.SERVED if is_served else Relation.HERE
        shows_phone = sees(actor.roles, Facts.GUIDE_CONTACT, standing)
        for guide, call in _of_match(match, waiting, shows_phone=shows_phone):
            calls.setdefault(guide.id, call)
    return sorted(calls.values(), key=lambda call: (not call.knows_contact, call.name))


def _of_match(match: Match, waiting: Waiting, *, shows_phone: bool) -> list[tuple[Guide, Call]]:
    is_told = match.is_open and match.is_known_to_guide
    found = []
    for guide in [row.guide for row in match.guides]:
        waits = (match.id, guide.id) in waiting
        waits = waits or (guide is match.lead and (match.id, None) in waiting)
        if waits or (is_told and guide in match.takers):
            call = Call(
                match_id=match.id,
                name=guide.name,
                phone=guide.phone if shows_phone else "",
                is_open=match.is_open,
                knows_contact=match.agreed_on is not None and guide in match.present,
                waits=waits,
            )
            found.append((guide, call))
    return found
