"""The questions that go to both sides by themselves, with a link to answer by one tap."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import LinkKind
from app.accounts.services import issue_link, revoke_links
from app.database import lock
from app.families.models import Family, FamilyStatus
from app.follow_ups import queries
from app.follow_ups.models import FollowUp, FollowUpAnswer, PairSide
from app.follow_ups.services.answering import ask_again
from app.guides.models import GuideStatus
from app.matches.models import Match, MatchGuide, MatchStatus, WrongMatchStatus
from app.matches.services.allowed import rests_on
from app.matches.services.letters import write_to_family, write_to_guide
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality

AnswerPage = Callable[[str], str]  # a token's address; services know no URLs


def ask_due(session: Session, *, answer_page: AnswerPage, now: dt.datetime) -> int:
    """Send the questions whose day has come to both sides, once; return how many pairs were asked.

    If several are due for one pair, because nothing ran for a while, only the latest is asked.
    """
    due: dict[object, list[FollowUp]] = {}
    for follow_up in _list_unasked(session, day_of(now)):
        due.setdefault(follow_up.match_id, []).append(follow_up)
    for *missed, latest in due.values():
        for follow_up in missed:
            follow_up.done_on = day_of(now)
        _ask_both(session, latest, answer_page, now)
    session.flush()
    return len(due)


def has_unasked(session: Session, today: dt.date) -> bool:
    """Return whether somebody has to be asked."""
    return bool(_list_unasked(session, today))


def make_family_link(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    answer_page: AnswerPage,
    now: dt.datetime,
) -> str:
    """Ask a family that has no e-mail: return a link for staff to pass on. It is shown once.

    The latest question to the family is asked again with it, on a row of its own if it has been
    answered: what she said stays as she said it. A link given earlier closes.

    Raises:
        WrongMatchStatus: the two do not meet.
        NotFound: nothing has been asked yet.
    """
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    lock(session, match)
    if match.status is not MatchStatus.ACTIVE or not match.family.takes_part:
        raise WrongMatchStatus(f"{match.id} is {match.status}")
    question = queries.get_last_question(session, match.id, PairSide.FAMILY)
    lock(session, question.follow_up)
    session.refresh(question)
    if question.reply is not None:
        ask_again(session, question, asked_at=now)
    first = queries.list_asked_of_same(session, question)[0]
    link = _renew_link(session, first, match, answer_page, now)
    session.flush()
    return link


def _ask_both(
    session: Session, follow_up: FollowUp, answer_page: AnswerPage, now: dt.datetime
) -> None:
    """Ask the family, and each guide who takes part for themselves."""
    match = follow_up.match
    lock(session, match.family)  # nobody corrects the number meanwhile
    for guide in match.present:
        question = _question(session, follow_up, PairSide.GUIDE, now)
        question.guide_id = None if guide is match.lead else guide.id
        values = {"link": _renew_link(session, question, match, answer_page, now)}
        write_to_guide(session, "guide_how_is_it", guide, values, now=now)
    question = _question(session, follow_up, PairSide.FAMILY, now)
    values = {"link": _renew_link(session, question, match, answer_page, now)}
    reached = write_to_family(session, "family_how_is_it", match, values, now=now)
    # A family without an address is asked by staff: the day stays on their desk.
    follow_up.asked_at = now if reached else None


def _question(
    session: Session, follow_up: FollowUp, side: PairSide, now: dt.datetime
) -> FollowUpAnswer:
    question = FollowUpAnswer(
        id=uuid.uuid4(),
        follow_up_id=follow_up.id,
        match_id=follow_up.match_id,
        side=side,
        asked_at=now,
    )
    session.add(question)
    return question


def _renew_link(
    session: Session,
    question: FollowUpAnswer,
    match: Match,
    answer_page: AnswerPage,
    now: dt.datetime,
) -> str:
    revoke_links(session, LinkKind.FOLLOW_UP, question.id, now=now)
    token = issue_link(
        session,
        LinkKind.FOLLOW_UP,
        question.id,
        municipality_id=bound_municipality(session),
        now=now,
        holder_id=queries.asked_of(question, match),
    )
    return answer_page(token)


def _list_unasked(session: Session, today: dt.date) -> Sequence[FollowUp]:
    """Return the questions whose day has come and that nobody was asked, earliest first."""
    statement = (
        select(FollowUp)
        .join(FollowUp.match)
        .join(Match.family)
        .where(
            FollowUp.kind.in_(queries.ASKED_KINDS),
            FollowUp.due_on <= today,
            FollowUp.done_on.is_(None),
            FollowUp.asked_at.is_(None),
            ~select(FollowUpAnswer.id)
            .where(FollowUpAnswer.follow_up_id == FollowUp.id)
            .correlate(FollowUp)
            .exists(),
            Match.status == MatchStatus.ACTIVE,
            Family.status != FamilyStatus.WITHDRAWN,
        )
        .options(
            joinedload(FollowUp.match).joinedload(Match.family),
            joinedload(FollowUp.match).selectinload(Match.guides).joinedload(MatchGuide.guide),
        )
        .order_by(FollowUp.match_id, FollowUp.due_on, FollowUp.id)
    )
    found = session.scalars(statement).all()
    return [one for one in found if not _rests(session, one.match, today)]


def _rests(session: Session, match: Match, today: dt.date) -> bool:
    """Return whether they do not meet just now: nobody asks them if they do.

    The question goes out when the meetings begin again; until then staff have it on their desk.
    """
    on_break = all(guide.status is GuideStatus.PAUSED for guide in match.present)
    return on_break or rests_on(session, match, today)
