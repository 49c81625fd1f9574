"""A resident applies: a draft over several steps, then one application. Nobody is signed in."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Link, LinkKind
from app.accounts.services import hash_token, issue_link
from app.errors import Conflict
from app.guides import queries
from app.guides.models import ADULT_AGE_GROUPS, Guide, SignUpDraft
from app.guides.services.offers import Person, Skills, Terms, write_offer, write_person
from app.guides.services.placing import still_there
from app.messages.services import To, send_message
from app.municipalities.models import Municipality
from app.oslo import day_of
from app.tenancy import bound_municipality

CONSENT_VERSION = "2026-11"
SENT = "sent"  # the one answer left in a draft that has become an application: the age group
BEGUN = "begun:"  # before the name of a step whose answers are not complete yet
MAIL_PAUSE = dt.timedelta(minutes=1)


class SignUpClosed(Conflict):
    """The municipality takes no new guides at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything a resident has told us, and the text they agreed to."""

    person: Person
    skills: Skills
    terms: Terms
    consent_version: str
    locale: str


def keep_answers(
    session: Session,
    token: str | None,
    step: str,
    answers: Mapping[str, Any],
    *,
    now: dt.datetime,
) -> tuple[str, SignUpDraft]:
    """Keep one step's answers in the draft of a cookie, or in a new one; return its token too."""
    draft = queries.find_draft(session, token, now=now) if token else None
    if token is None or draft is None or SENT in draft.answers:
        token = secrets.token_urlsafe(32)
        draft = SignUpDraft(token_hash=hash_token(token), answers={}, created_at=now)
        session.add(draft)
    kept = {name: kept for name, kept in draft.answers.items() if name != BEGUN + step}
    draft.answers = {**kept, step: dict(answers)}
    session.flush()
    return token, draft


def apply_as_guide(
    session: Session,
    draft: SignUpDraft,
    application: Application,
    *,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> Guide:
    """Turn a draft into an application, and send its receipt with the link to its status.

    Where the address is known, its owner gets a letter with the link to the first application,
    and there is no second one. The letter says what to do if two people share the address. The
    page is the same in both cases, so nobody can find out who is a guide here. Of the second
    application one thing is kept: that somebody who was under 18 is an adult now, for staff to ask.

    Args:
        link_url: makes a whole address of the status link's token.

    Raises:
        SignUpClosed: the municipality takes no new guides.
    """
    municipality = _lock_municipality(session)
    if not municipality.takes_guides:
        raise SignUpClosed(municipality.slug)
    guide = queries.find_guide_by_email(session, application.person.email)
    if guide is None:
        guide = _add_guide(session, application, now)
        template, values = _receipt(guide, municipality)
        send_status_link(session, guide, template, values, now=now, link_url=link_url)
    else:
        grown_up = _note_grown_up(guide, application, now)
        letter = "known_address_grown_up" if grown_up else "known_address"
        if not _had_mail_lately(session, guide, now):
            send_status_link(session, guide, letter, {}, now=now, link_url=link_url)
    draft.answers = {SENT: application.person.age_group.value}
    session.flush()
    return guide


def delete_old_drafts(session: Session, *, now: dt.datetime) -> int:
    """Remove drafts that are older than a day; return how many."""
    old = SignUpDraft.created_at <= now - queries.DRAFT_LIFETIME
    drafts = session.scalars(select(SignUpDraft).where(old)).all()
    for draft in drafts:
        session.delete(draft)
    session.flush()
    return len(drafts)


def _lock_municipality(session: Session) -> Municipality:
    """Return the municipality, locked: a second click waits, and then sees the first one's guide."""
    return session.get_one(
        Municipality, bound_municipality(session), with_for_update=True, populate_existing=True
    )


def _add_guide(session: Session, application: Application, now: dt.datetime) -> Guide:
    guide = Guide(
        locale=application.locale, consent_version=application.consent_version, applied_at=now
    )
    person = application.person
    write_person(guide, replace(person, home=still_there(session, person.home)))
    write_offer(guide, application.skills, application.terms)
    session.add(guide)
    session.flush()
    return guide


def _note_grown_up(guide: Guide, application: Application, now: dt.datetime) -> bool:
    """Note it where somebody under 18 says to be an adult now; return whether they do.

    Their age stays as it is: whoever knows the address may have said so.
    """
    is_adult = application.person.age_group in ADULT_AGE_GROUPS
    if guide.is_adult or not is_adult:
        return False
    guide.grown_up_said_on = guide.grown_up_said_on or day_of(now)
    return True


def _receipt(guide: Guide, municipality: Municipality) -> tuple[str, dict[str, str]]:
    """Return the letter and its values: to those under 18 we promise no family and no date."""
    values = {"municipality": municipality.name}
    if not guide.is_adult:
        return "sign_up_receipt_young", values
    return "sign_up_receipt", values | {"days": str(municipality.first_contact_days)}


def send_status_link(
    session: Session,
    guide: Guide,
    template: str,
    values: Mapping[str, str],
    *,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> None:
    """Send the guide a link to their own page."""
    token = issue_link(
        session, LinkKind.STATUS, guide.id, municipality_id=guide.municipality_id, now=now
    )
    send_message(session, template, To.guide(guide), {"link": link_url(token), **values}, now=now)


def _had_mail_lately(session: Session, guide: Guide, now: dt.datetime) -> bool:
    """Return whether a status link was sent a moment ago: a form must not flood a mailbox."""
    statement = select(Link.id).where(
        Link.kind == LinkKind.STATUS,
        Link.subject_id == guide.id,
        Link.created_at > now - MAIL_PAUSE,
    )
    return session.scalar(statement.limit(1)) is not None
