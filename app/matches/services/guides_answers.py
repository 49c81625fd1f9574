"""Each guide of a match is asked by a link of their own, and says yes for nobody else."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.guides.models import Guide
from app.matches.models import (
    BOTH_SAID_YES,
    DeclineReason,
    GuideChange,
    Match,
    MatchGuide,
    MatchStatus,
    Side,
    WrongMatchStatus,
)
from app.matches.queries import days_to_answer
from app.matches.queries.joining import Joining, joining_until
from app.matches.services.allowed import ensure_match_may_meet
from app.matches.services.declining import let_rest
from app.matches.services.letters import (
    Addresses,
    add_answer_link,
    worded_for,
    write_family_page,
    write_to_guide,
)
from app.matches.services.objections import ensure_not_feared
from app.matches.services.places import give_back_place
from app.matches.services.steps import day_heard, ensure_status, ensure_takes_part, lock
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

S = MatchStatus


@dataclass(frozen=True, slots=True)
class NewcomersAnswer:
    """What a guide who is asked to come into a running match has said.

    `on`: the day it was said; None is today. `reason`: why not, where the answer is no.
    """

    guide_id: uuid.UUID
    says_yes: bool
    on: dt.date | None = None
    reason: DeclineReason | None = None


def ask_guides(
    session: Session,
    match: Match,
    guide_ids: Collection[uuid.UUID],
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    """Write to these guides in a match, each with a link of their own to answer by."""
    days = str(days_to_answer(session, day_of(now)))
    letter = worded_for("guide_asked", match)
    for row in match.guides:
        if row.guide_id in guide_ids:
            link = add_answer_link(session, match, row.guide_id, addresses=addresses, now=now)
            values = {"link": link, "days": days}
            write_to_guide(session, letter, row.guide, values, now=now)


def row_that_answers(match: Match, guide_id: uuid.UUID | None) -> MatchGuide:
    """Return the part of a guide who is asked; None: of the one who leads, or else of the next.

    Raises:
        WrongMatchStatus: nobody asks this guide, or they have answered.
    """
    waiting = [row for row in match.guides if row.awaits_yes]
    if not waiting and match.status is S.GUIDE_ASKED:  # asked when the one who leads spoke for all
        waiting = [row for row in match.guides if row.guide is match.lead]
    if guide_id is not None:
        waiting = [row for row in waiting if row.guide_id == guide_id]
    if not waiting:
        raise WrongMatchStatus(f"{match.id}: guide {guide_id} is not asked")
    return next((row for row in waiting if row.guide is match.lead), waiting[0])


def who_answers(match: Match, by: Actor, guide_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return whose answer somebody gives: a guide's own, whatever they name or are besides.

    Only who is none of the match's guides says as staff whose it is.
    """
    own = (row.guide_id for row in match.guides if row.guide.user_id == by.user_id)
    return next(own, guide_id)


def who_said_no(match: Match, by: Actor | None, guide_id: uuid.UUID | None) -> Guide:
    """Return the guide whose no it is: of several, the one that was named, or who leads."""
    said_by = who_answers(match, by, guide_id) if by else guide_id
    return next((guide for guide in match.takers if guide.id == said_by), match.lead)


def say_yes(row: MatchGuide, *, on: dt.date) -> None:
    """Note one guide's yes."""
    row.awaits_yes, row.said_yes_on = False, on


def is_waited_for(match: Match) -> bool:
    """Return whether a guide has yet to say yes."""
    return any(row.awaits_yes for row in match.guides)


def _join(
    session: Session,
    match: Match,
    answer: NewcomersAnswer,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    """Let a guide who was asked to come in later take part: from now on they know each other.

    Raises:
        WrongMatchStatus: the match is over.
        FamilyWithdrawn: the family has left in the meantime.
        MayNotMeet: something is missing that must be there before they meet.
        PairVetoed: the guide has turned out to be on the family's list, perhaps.
    """
    if match.status not in BOTH_SAID_YES:
        raise WrongMatchStatus(f"{match.id} is {match.status}")
    ensure_takes_part(match)
    ensure_match_may_meet(session, match)
    row = row_that_answers(match, answer.guide_id)
    ensure_not_feared(session, match.family, {row.guide_id})
    on = day_heard(match, answer.on, asked_on=row.joined_on, now=now)
    say_yes(row, on=on)
    letter = "newcomer_agreed" if match.started_on else worded_for("match_agreed", match)
    write_to_guide(session, letter, row.guide, {"link": addresses.my_page}, now=now)
    write_family_page(session, "family_new_guide", match, addresses=addresses, now=now)


def _stay_out(
    session: Session, match: Match, row: MatchGuide, by: Actor | None, *, now: dt.datetime
) -> None:
    """Let a guide who was asked to come in later, and said no, be gone; the others go on."""
    session.add(
        GuideChange(
            match_id=match.id,
            guide_id=row.guide_id,
            at=now,
            before=row.kind,
            never_said_yes=True,
            by_id=by.user_id if by else None,
        )
    )
    match.guides.remove(row)
    give_back_place(session, row.guide)
    session.flush()


def expire_newcomers(session: Session, *, now: dt.datetime, today: dt.date) -> int:
    """Let those be gone who were asked to come into a running match and did not answer in time.

    For the daily task: the others go on as before, and the place is free again.
    """
    statement = (
        select(Match)
        .where(
            Match.status.in_(BOTH_SAID_YES),
            Match.guides.any(MatchGuide.awaits_yes),
        )
        .options(selectinload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.id)
        .with_for_update(of=Match, skip_locked=True)
    )
    gone = 0
    for match in session.scalars(statement).all():
        for row in [row for row in match.guides if row.awaits_yes]:
            answer_by = joining_until(session, row)
            if answer_by and answer_by < today:
                _stay_out(session, match, row, None, now=now)
                gone += 1
    return gone


def answer_as_newcomer(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    answer: NewcomersAnswer,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note the answer of a guide who is asked to come into a running match, as staff heard it.

    Raises:
        WrongMatchStatus: this guide is not asked, or has answered; or the match is over.
        FamilyWithdrawn, MayNotMeet, PairVetoed: they may not meet any more.
        DateOutOfPlace: the day lies ahead, or before the guide was asked.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    take_answer(session, match, actor, answer, addresses=addresses, now=now)
    session.flush()
    return match


def answer_oneself(
    session: Session,
    actor: Actor,
    joining: Joining,
    *,
    refusal: DeclineReason | None,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note one's own answer to being asked into a running match, given on one's page.

    `refusal`: why not; None for a yes.

    Raises:
        NotPermitted: somebody else is asked.
        WrongMatchStatus: it has been answered; or the match is over.
        FamilyWithdrawn, MayNotMeet, PairVetoed: they may not meet any more.
    """
    match = joining.match
    lock(session, match)
    row = row_that_answers(match, joining.guide_id)
    ensure_may(actor, Permission.MY_PAGE_VIEW, row.guide)
    said = NewcomersAnswer(row.guide_id, refusal is None, reason=refusal)
    take_answer(session, match, actor, said, addresses=addresses, now=now)
    session.flush()
    return match


def take_answer(
    session: Session,
    match: Match,
    by: Actor | None,
    answer: NewcomersAnswer,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    """Let a guide who was asked to come into a running match take part, or stay out of it."""
    row = row_that_answers(match, answer.guide_id)
    if answer.says_yes:
        _join(session, match, answer, addresses=addresses, now=now)
    else:
        ensure_status(match, *BOTH_SAID_YES)
        _stay_out(session, match, row, by, now=now)
        let_rest(session, row.guide, Side.GUIDE, answer.reason, today=day_of(now))
