"""Reads of guides. Nothing here is narrowed to an actor: only staff hold `guides:view`."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.accounts.services import hash_token
from app.accounts.services.links import LANGUAGES_OF_HOLDERS
from app.contact import phone_part
from app.errors import NotFound
from app.guides.models import ADULT_AGE_GROUPS, CoupleGuide, Guide, GuideStatus, SignUpDraft
from app.oslo import OSLO
from app.paging import Listed, page_of
from app.permissions import Actor, Permission, ensure_may

PAGE_SIZE = 25
DRAFT_LIFETIME = dt.timedelta(hours=24)
_STATUS_ORDER = {status.value: place for place, status in enumerate(GuideStatus)}


class Applicant(NamedTuple):
    """Somebody who waits for the first contact, and until when we promised it."""

    guide: Guide
    due_on: dt.date
    is_overdue: bool


class Overdue(NamedTuple):
    """Who has waited too long today: applied before an instant, and not to be called again later."""

    applied_before: dt.datetime
    today: dt.date


class Partner(NamedTuple):
    """The other half of a couple, and whether letters to the two go there."""

    id: uuid.UUID
    name: str
    is_lead: bool


def get_guide(session: Session, actor: Actor, guide_id: uuid.UUID) -> Guide:
    """Return a guide with languages and neighbourhood, or raise NotFound."""
    ensure_may(actor, Permission.GUIDES_VIEW)
    options = joinedload(Guide.languages), joinedload(Guide.neighbourhood)
    statement = select(Guide).where(Guide.id == guide_id).options(*options)
    guide = session.scalars(statement).unique().one_or_none()
    if guide is None:
        raise NotFound(f"guide {guide_id}")
    return guide


def find_partner(session: Session, actor: Actor, guide: Guide) -> Partner | None:
    """Return whom a guide takes families together with."""
    ensure_may(actor, Permission.GUIDES_VIEW)
    own = aliased(CoupleGuide)
    statement = (
        select(Guide.id, Guide.name, CoupleGuide.position == 1)
        .join(CoupleGuide, CoupleGuide.guide_id == Guide.id)
        .join(own, own.couple_id == CoupleGuide.couple_id)
        .where(own.guide_id == guide.id, Guide.id != guide.id)
    )
    row = session.execute(statement).one_or_none()
    return Partner(*row) if row else None


def list_possible_partners(session: Session, actor: Actor, guide: Guide) -> Sequence[Partner]:
    """Return the guides whom one could take families together with, by name."""
    ensure_may(actor, Permission.GUIDES_VIEW)
    statement = (
        select(Guide.id, Guide.name, literal(False))
        .where(
            Guide.id != guide.id,
            Guide.status != GuideStatus.ENDED,
            Guide.age_group.in_(ADULT_AGE_GROUPS),
            Guide.id.not_in(select(CoupleGuide.guide_id)),
        )
        .order_by(Guide.name, Guide.id)
    )
    return [Partner(*row) for row in session.execute(statement)]


def list_guides(
    session: Session,
    actor: Actor,
    *,
    status: GuideStatus | None = None,
    words: str = "",
    overdue: Overdue,
    number: int = 1,
) -> Listed[Guide]:
    """Return one page of guides: overdue applicants first, then by status, then who came first.

    Args:
        status: only guides with it; None for all.
        words: only guides with this text in name, e-mail or phone number; empty for all.
        overdue: who has waited too long.
        number: the page, from 1. A page after the last one is the last one.
    """
    ensure_may(actor, Permission.GUIDES_VIEW)
    found = select(Guide).where(*_conditions(status, words))
    total = session.scalar(
        select(func.count()).select_from(Guide).where(*_conditions(status, words))
    )
    page = page_of(total or 0, PAGE_SIZE, number)
    late = (
        (Guide.status == GuideStatus.APPLIED)
        & (Guide.applied_at < overdue.applied_before)
        & or_(Guide.call_again_on.is_(None), Guide.call_again_on < overdue.today)
    )
    ordered = (
        found.options(selectinload(Guide.languages), joinedload(Guide.neighbourhood))
        .order_by(case((late, 0), else_=1), _by_status(), Guide.applied_at, Guide.id)
        .slice(page.rows.start, page.rows.stop)
    )
    return Listed(session.scalars(ordered).all(), page)


def count_by_status(session: Session) -> dict[GuideStatus, int]:
    """Return how many guides there are with each status, zeros included."""
    counted = select(Guide.status, func.count(Guide.id)).group_by(Guide.status)
    found = dict(session.execute(counted).all())
    return {status: found.get(status, 0) for status in GuideStatus}


def list_guides_for_matching(session: Session) -> Sequence[Guide]:
    """Return all guides that are ready, with their languages, by id."""
    statement = (
        select(Guide)
        .where(Guide.status == GuideStatus.READY)
        .options(selectinload(Guide.languages), joinedload(Guide.neighbourhood))
        .order_by(Guide.id)
    )
    return session.scalars(statement).all()


def list_applicants_awaiting_contact(
    session: Session, today: dt.date, *, first_contact_days: int = 7
) -> list[Applicant]:
    """Return those who have applied and heard nothing yet, who has waited longest first."""
    statement = (
        select(Guide)
        .where(Guide.status == GuideStatus.APPLIED)
        .options(joinedload(Guide.neighbourhood))
        .order_by(Guide.applied_at, Guide.id)
    )
    return [
        Applicant(
            guide,
            guide.contact_due_on(first_contact_days),
            guide.is_overdue(first_contact_days, today),
        )
        for guide in session.scalars(statement)
    ]


def find_guide_for_user(session: Session, user_id: uuid.UUID) -> Guide | None:
    """Return the guide that a user is in this municipality: the present role before past ones."""
    present = case((Guide.status == GuideStatus.ENDED, 1), else_=0)
    statement = (
        select(Guide)
        .where(Guide.user_id == user_id)
        .options(joinedload(Guide.neighbourhood))
        .order_by(present, Guide.applied_at.desc(), Guide.id)
        .limit(1)
    )
    return session.scalar(statement)


def find_guide_by_email(session: Session, email: str) -> Guide | None:
    """Return the guide or applicant with an e-mail address, unless they have ended."""
    statement = (
        select(Guide)
        .where(Guide.email == email, Guide.status != GuideStatus.ENDED)
        .order_by(Guide.applied_at, Guide.id)
        .limit(1)
    )
    return session.scalar(statement)


def find_draft(session: Session, token: str, *, now: dt.datetime) -> SignUpDraft | None:
    """Return the draft of a cookie, if it is younger than a day."""
    statement = select(SignUpDraft).where(
        SignUpDraft.token_hash == hash_token(token), SignUpDraft.created_at > now - DRAFT_LIFETIME
    )
    return session.scalar(statement)


def language_of(session: Session, guide_id: uuid.UUID) -> str:
    """Return in which language a guide is written to, or "" for nobody."""
    return session.scalar(select(Guide.locale).where(Guide.id == guide_id)) or ""


LANGUAGES_OF_HOLDERS.append(language_of)


def overdue_on(today: dt.date, first_contact_days: int) -> Overdue:
    """Return who is overdue on a day: applications from before a midnight in Oslo."""
    day = today - dt.timedelta(days=first_contact_days)
    return Overdue(dt.datetime.combine(day, dt.time.min, tzinfo=OSLO), today)


def _conditions(status: GuideStatus | None, words: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if status:
        conditions.append(Guide.status == status)
    if words:
        named = [column.icontains(words, autoescape=True) for column in (Guide.name, Guide.email)]
        number = [Guide.phone.contains(part)] if (part := phone_part(words)) else []
        conditions.append(or_(*named, *number))
    return conditions


def _by_status() -> ColumnElement[int]:
    return case(_STATUS_ORDER, value=Guide.status, else_=len(_STATUS_ORDER))
