import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import Link, LinkKind
from app.accounts.services import get_open_link
from app.errors import NotFound
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import (
    KNOWN_TO_GUIDE,
    OPEN,
    WAITS_FOR_ANSWER,
    GuideChange,
    GuideKind,
    Match,
    MatchGuide,
    MatchStatus,
    StartMeeting,
)
from app.matches.queries.own import shown_to
from app.oslo import day_of
from app.paging import Listed, page_of
from app.permissions import Actor, Permission, ensure_may, limited_to_own
from app.tenancy import bound_municipality

S = MatchStatus
PAGE_SIZE = 25
# The tabs of the list, in the order of a match's life.
STATUS_GROUPS: Mapping[str, frozenset[MatchStatus]] = {
    "proposed": frozenset({S.PROPOSED}),
    "asked": frozenset({S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED}),
    "agreed": frozenset({S.AGREED}),
    "active": frozenset({S.ACTIVE}),
    "closed": frozenset(S) - OPEN,
}


def _with_both_sides() -> Select[Match]:
    """Select matches with who takes part and when they meet first."""
    return select(Match).options(
        joinedload(Match.family),
        selectinload(Match.guides).joinedload(MatchGuide.guide),
        joinedload(Match.start_meeting).joinedload(StartMeeting.place),
    )


def _find_whole(session: Session, match_id: uuid.UUID) -> Match | None:
    """Return a match with all about both sides, in two queries. What has happened is asked for apart."""
    family = joinedload(Match.family)
    guide = selectinload(Match.guides).joinedload(MatchGuide.guide)
    statement = select(Match).options(
        family.joinedload(Family.neighbourhood),
        family.joinedload(Family.languages),
        family.joinedload(Family.children),
        guide.joinedload(Guide.neighbourhood),
        guide.joinedload(Guide.languages),
        joinedload(Match.start_meeting).joinedload(StartMeeting.place),
        joinedload(Match.agreement),
        joinedload(Match.prolongations),
        joinedload(Match.changes).options(
            joinedload(GuideChange.guide), joinedload(GuideChange.by)
        ),
    )
    return session.scalars(statement.where(Match.id == match_id)).unique().one_or_none()


def get_match(session: Session, actor: Actor, match_id: uuid.UUID) -> Match:
    """Return a match with both its sides, loaded.

    Raises:
        NotFound: there is none here.
        NotPermitted: it is not the actor's own.
    """
    match = _find_whole(session, match_id)
    if match is None:
        raise NotFound(f"match {match_id}")
    ensure_may(actor, Permission.MATCHES_VIEW, match)
    if match.family.is_forgotten and not limited_to_own(actor, Permission.MATCHES_VIEW, match):
        raise NotFound(f"the family of match {match_id} is forgotten")
    return match


def get_asked_match(
    session: Session, token: str, *, now: dt.datetime, today: dt.date
) -> tuple[Match, Link]:
    """Return the match that an answer link asks about, and the link.

    Raises:
        NotFound: the link does not open, belongs to another municipality, or nobody waits for
            its answer any more. All look the same to whoever holds it.
    """
    link = get_open_link(session, LinkKind.ANSWER, token, now=now)
    if link.municipality_id != bound_municipality(session):
        raise NotFound("answer link of another municipality")
    match = _find_whole(session, link.subject_id)
    if match is None or match.is_overdue(today):
        raise NotFound("answer link of a match that waits for none")
    whose = match.family_id if match.status is S.FAMILY_ASKED else guide_asked_by(match, link)
    if whose is None or link.holder_id != whose:
        raise NotFound("answer link that was sent to somebody else, or is answered")
    return match, link


def guide_asked_by(match: Match, link: Link) -> uuid.UUID | None:
    """Return the guide in the match whom an answer link asks, and who has yet to answer."""
    asked = [row.guide_id for row in match.guides if row.awaits_yes]
    if not asked and match.status is S.GUIDE_ASKED:  # before each had a link of their own
        return match.lead.id
    return link.holder_id if link.holder_id in asked else None


def find_open_match(session: Session, family_id: uuid.UUID) -> Match | None:
    """Return the family's open match, of which there is one at most."""
    return session.scalar(
        select(Match).where(Match.family_id == family_id, Match.status.in_(OPEN)).limit(1)
    )


def list_open_matches(
    session: Session,
    actor: Actor,
    *,
    guide_id: uuid.UUID | None = None,
    family_id: uuid.UUID | None = None,
) -> Sequence[Match]:
    """Return a guide's or a family's open matches, oldest first: none that the actor guides."""
    wanted: list[ColumnElement[bool]] = [Match.status.in_(OPEN), shown_to(actor)]
    if guide_id:
        wanted.append(Match.guides.any(MatchGuide.guide_id == guide_id))
    if family_id:
        wanted.append(Match.family_id == family_id)
    statement = (
        select(Match)
        .where(*wanted)
        .options(joinedload(Match.family), joinedload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.proposed_at, Match.id)
    )
    return session.scalars(statement).unique().all()


def list_matches(
    session: Session,
    actor: Actor,
    *,
    statuses: frozenset[MatchStatus] = frozenset(S),
    search: str = "",
    number: int = 1,
) -> Listed[Match]:
    """Return one page of the matches the actor may view, newest first.

    Args:
        session: bound to the municipality.
        actor: a guide sees their own only, staff all others.
        statuses: only these.
        search: part of a family's reference or of a guide's name.
        number: the page, from 1. A page after the last one is the last one.
    """
    ensure_may(actor, Permission.MATCHES_VIEW)
    wanted = [Match.status.in_(statuses), *_limits(actor)]
    if search:
        named = Guide.name.icontains(search, autoescape=True)
        wanted.append(
            or_(
                Match.family.has(Family.reference.icontains(search, autoescape=True)),
                Match.guides.any(MatchGuide.guide.has(named)),
            )
        )
    total = session.scalar(select(func.count()).select_from(Match).where(*wanted)) or 0
    page = page_of(total, PAGE_SIZE, number)
    statement = (
        select(Match)
        .where(*wanted)
        .options(
            joinedload(Match.family),
            selectinload(Match.guides).joinedload(MatchGuide.guide),
        )
        .order_by(Match.proposed_at.desc(), Match.id)
        .slice(page.rows.start, page.rows.stop)
    )
    return Listed(session.scalars(statement).all(), page)


def count_by_status(session: Session, actor: Actor) -> Mapping[MatchStatus, int]:
    """Return how many matches the actor may view in each status that occurs."""
    ensure_may(actor, Permission.MATCHES_VIEW)
    statement = (
        select(Match.status, func.count())
        .where(*_limits(actor))
        .group_by(Match.status)
        .order_by(Match.status)
    )
    return dict(session.execute(statement).all())


def list_matches_of_guide(session: Session, actor: Actor) -> Sequence[Match]:
    """Return the matches in which the actor is the guide, with both sides, newest first."""
    statement = _with_both_sides().where(_is_guided_by(actor.user_id), _known_to_guide())
    return session.scalars(statement.order_by(Match.proposed_at.desc(), Match.id)).all()


def list_overdue_matches(session: Session, today: dt.date) -> Sequence[Match]:
    """Lock and return matches whose last day to answer has passed, by id.

    One that somebody answers in this moment is left out: it is not overdue any more.
    """
    statement = (
        select(Match)
        .where(Match.status.in_(WAITS_FOR_ANSWER), Match.expires_on < today)
        .order_by(Match.id)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()


def list_unanswered_matches(
    session: Session, *, asked_by: dt.date, today: dt.date
) -> Sequence[Match]:
    """Lock and return matches that were last asked about on that day or before, and may answer.

    Left out: who is answering in this moment, who has left, and who was asked where they no
    longer are, so that the link is closed.
    """
    last_asked = select(func.max(Link.created_at)).where(
        Link.kind == LinkKind.ANSWER, Link.subject_id == Match.id, Link.revoked_at.is_(None)
    )
    statement = (
        select(Match, last_asked.correlate(Match).scalar_subquery())
        .where(Match.status.in_(WAITS_FOR_ANSWER), Match.expires_on >= today)
        .options(selectinload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.id)
        .with_for_update(of=Match, skip_locked=True)
    )
    return [
        match
        for match, asked_at in session.execute(statement)
        if asked_at is not None and day_of(asked_at) <= asked_by and match.family.takes_part
    ]


def _limits(actor: Actor) -> list[ColumnElement[bool]]:
    if limited_to_own(actor, Permission.MATCHES_VIEW):
        return [_is_guided_by(actor.user_id), _known_to_guide()]
    return [shown_to(actor)]  # who is a guide as well has their own on their own page


def _known_to_guide() -> ColumnElement[bool]:
    """Say what `Match.is_known_to_guide` says, to the database."""
    return or_(Match.asked_on.is_not(None), Match.status.in_(KNOWN_TO_GUIDE))


def _is_guided_by(user_id: uuid.UUID) -> ColumnElement[bool]:
    """Say what `Match.guide_user_ids` says, to the database."""
    is_theirs = MatchGuide.guide.has(Guide.user_id == user_id)
    is_asked = or_(MatchGuide.awaits_yes.is_(False), Match.agreed_on.is_(None))
    return Match.guides.any(and_(is_theirs, is_asked, MatchGuide.kind != GuideKind.BACKUP))
