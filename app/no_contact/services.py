"""A coordinator answers for a family, notes whom it fears, and decides about possible hits."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import keyed
from app.duties.queries import list_colleagues
from app.errors import Conflict, NotFound
from app.families.models import Family
from app.no_contact import queries
from app.no_contact.models import (
    FamilyCoordinator,
    FearedMark,
    FearedPerson,
    HitDecision,
    Verdict,
)
from app.no_contact.spelling import spellings
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

MOST_PERSONS = 20  # on one list


class CoordinatedByAnother(Conflict):
    """A colleague answers for the family: they hand it over themselves."""


class NothingToRecognise(Conflict):
    """No whole name, no number and no address: nobody could be recognised by it."""


class ListFull(Conflict):
    """There are too many on one list for it to mean anything."""


class HitGone(Conflict):
    """There is no such possible hit any more: a name was corrected, or somebody has left."""


@dataclass(frozen=True, slots=True)
class Feared:
    """What a family knows of somebody, as it was typed. It is never stored."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Feared(…)"


def become_coordinator(
    session: Session, actor: Actor, family: Family, *, now: dt.datetime
) -> FamilyCoordinator:
    """Answer for a family that nobody answers for: whoever did works here no longer, say.

    Raises:
        CoordinatedByAnother: a colleague does.
    """
    ensure_may(actor, Permission.NO_CONTACT_KEEP)
    held = queries.find_coordinator(session, family.id)
    if held is None:
        return _store(session, actor, family.id, actor.user_id, now=now)
    if held.user_id == actor.user_id:
        return held
    if held.user_id in {member.user.id for member in list_colleagues(session, actor)}:
        raise CoordinatedByAnother(str(family.id))
    held.user_id, held.since, held.by_id = actor.user_id, now, actor.user_id
    session.flush()
    return held


def hand_over(
    session: Session,
    actor: Actor,
    family: Family,
    user_id: uuid.UUID,
    *,
    now: dt.datetime,
) -> FamilyCoordinator:
    """Let a colleague answer for a family from now on; who did sees nothing of the list any more.

    Raises:
        NotFound: the actor does not answer for it, or nobody here has that key.
    """
    held = _held_by(session, actor, family.id)
    colleagues = list_colleagues(session, actor, family.id)
    if user_id not in {member.user.id for member in colleagues}:
        raise NotFound(f"colleague {user_id}")
    held.user_id, held.since, held.by_id = user_id, now, actor.user_id
    session.flush()
    return held


def add_person(
    session: Session,
    actor: Actor,
    family: Family,
    feared: Feared,
    *,
    once_token: str,
    now: dt.datetime,
) -> FearedPerson:
    """Put somebody on a family's list. What was typed is gone when this returns.

    A form that is sent twice puts one there.

    Raises:
        NotFound: the list does not speak to the actor.
        NothingToRecognise: neither two parts of a name, nor a number, nor an address.
        ListFull: there are enough.
    """
    queries.get_heard_family(session, actor, family.id, today=day_of(now))
    if found := _by_token(session, once_token):
        return found
    words = spellings(feared.name, feared.phones, feared.emails)
    if not words:
        raise NothingToRecognise(str(family.id))
    if len(queries.list_persons(session, family.id)) >= MOST_PERSONS:
        raise ListFull(str(family.id))
    person = FearedPerson(
        family_id=family.id,
        once_token=once_token,
        key_name=keyed.key_names(session, queries.PURPOSE)[0],
        noted_at=now,
        noted_by_id=actor.user_id,
        marks=[FearedMark(mark=keyed.mark(session, queries.PURPOSE, one)) for one in sorted(words)],
    )
    session.add(person)
    session.flush()
    return person


def remove_person(
    session: Session, actor: Actor, family: Family, person_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """Take somebody off a family's list.

    Raises:
        NotFound: the list does not speak to the actor, or there is nobody with that key on it.
    """
    queries.get_heard_family(session, actor, family.id, today=day_of(now))
    person = session.scalar(
        select(FearedPerson).where(
            FearedPerson.id == person_id, FearedPerson.family_id == family.id
        )
    )
    if person is None:
        raise NotFound(f"feared person {person_id}")
    session.delete(person)
    session.flush()


def decide_hit(
    session: Session,
    actor: Actor,
    family: Family,
    guide_id: uuid.UUID,
    verdict: Verdict,
    *,
    now: dt.datetime,
) -> HitDecision:
    """Say of a possible hit that it is somebody else, and why, or that the two never meet.

    Raises:
        NotFound: the list does not speak to the actor.
        HitGone: the guide is nobody on the list, as both are now.
    """
    queries.get_heard_family(session, actor, family.id, today=day_of(now))
    hits = {hit.guide_id: hit for hit in queries.find_hits(session, [family.id])}
    if guide_id not in hits:
        raise HitGone(f"{family.id}, {guide_id}")
    session.execute(
        delete(HitDecision).where(
            HitDecision.family_id == family.id, HitDecision.guide_id == guide_id
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    decision = HitDecision(
        family_id=family.id,
        guide_id=guide_id,
        verdict=verdict,
        of_marks=hits[guide_id].of_marks,
        decided_at=now,
        by_id=actor.user_id,
    )
    session.add(decision)
    session.flush()
    return decision


def _held_by(session: Session, actor: Actor, family_id: uuid.UUID) -> FamilyCoordinator:
    ensure_may(actor, Permission.NO_CONTACT_KEEP)
    held = queries.find_coordinator(session, family_id)
    if held is None or held.user_id != actor.user_id:
        raise NotFound(f"coordinator of family {family_id}")
    return held


def _store(
    session: Session, actor: Actor, family_id: uuid.UUID, user_id: uuid.UUID, *, now: dt.datetime
) -> FamilyCoordinator:
    """Write who answers for a family; of two at once, the first does."""
    row = FamilyCoordinator(family_id=family_id, user_id=user_id, since=now, by_id=actor.user_id)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise CoordinatedByAnother(str(family_id)) from None
    return row


def _by_token(session: Session, once_token: str) -> FearedPerson | None:
    return session.scalar(select(FearedPerson).where(FearedPerson.once_token == once_token))
