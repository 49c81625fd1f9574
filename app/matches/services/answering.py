import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import revoke_links, use_link
from app.matches import queries
from app.matches.models import (
    BOTH_SAID_YES,
    AnswerWay,
    DeclineReason,
    Match,
    MatchGuide,
    MatchStatus,
    Side,
)
from app.matches.services.allowed import ensure_match_may_meet
from app.matches.services.declining import let_guide_rest, note_whose_no
from app.matches.services.guides_answers import (
    NewcomersAnswer,
    is_waited_for,
    row_that_answers,
    say_yes,
    take_answer,
    who_answers,
    who_said_no,
)
from app.matches.services.letters import (
    Addresses,
    renew_answer_link,
    worded_for,
    write_closed,
    write_family_page,
    write_to_backups,
    write_to_family,
    write_to_guide,
)
from app.matches.services.objections import ensure_nobody_is_feared
from app.matches.services.steps import (
    Heard,
    day_heard,
    ensure_in_time,
    ensure_status,
    ensure_takes_part,
    ensure_unchanged,
    family_asked_on,
    lock,
    release,
)
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

S = MatchStatus
_MAY_DECLINE: Mapping[Side, Permission] = {
    Side.GUIDE: Permission.MATCHES_ANSWER_FOR_GUIDE,
    Side.FAMILY: Permission.MATCHES_ANSWER_FOR_FAMILY,
    Side.COORDINATOR: Permission.MATCHES_CONFIRM,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who says no, why, how it reached us, and at which step it was said, where that matters."""

    side: Side
    reason: DeclineReason
    way: AnswerWay | None = None
    seen: str | None = None
    guide_id: uuid.UUID | None = None  # which guide, where there are several


def accept_as_guide(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    way: AnswerWay | Heard,
    now: dt.datetime,
    guide_id: uuid.UUID | None = None,
) -> Match:
    """Note one guide's yes, given on their page or to staff. With the last, the family is asked.

    `guide_id`: whose yes staff have heard; None: of the one who leads, or else of the next.

    Raises:
        WrongMatchStatus: this guide is not asked, or has answered.
        AnswerTooLate: the last day to answer has passed.
        DateOutOfPlace: the day lies ahead, or before the guide was asked.
    """
    ensure_may(actor, Permission.MATCHES_ANSWER_FOR_GUIDE, match)
    lock(session, match)
    row = row_that_answers(match, who_answers(match, actor, guide_id))
    _guide_says_yes(session, match, row, actor, way=way, now=now)
    session.flush()
    return match


def ask_family(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    addresses: Addresses,
    now: dt.datetime,
    seen: str | None = None,
) -> str:
    """Ask the family, by e-mail if it has an address; asked again, the earlier link closes.

    Pressed twice, the first time counts: the second saw a match that asks nobody yet.

    Returns:
        The address of the page where the family answers, for staff to pass on. It is shown
        once: only the hash of its token is stored.

    Raises:
        WrongMatchStatus: the guide has not said yes, the family has answered, or the match is not
            at the step that was seen.
        FamilyWithdrawn: the family has left in the meantime.
        MayNotMeet: something is missing by now; nobody is asked in vain.
        PairVetoed: a guide has turned out to be on the family's list, perhaps.
    """
    ensure_may(actor, Permission.MATCHES_ANSWER_FOR_FAMILY, match)
    lock(session, match)
    ensure_unchanged(match, seen)
    ensure_status(match, S.GUIDE_ACCEPTED, S.FAMILY_ASKED)
    ensure_takes_part(match)
    ensure_match_may_meet(session, match)
    ensure_nobody_is_feared(session, match)
    if match.status is S.GUIDE_ACCEPTED:
        match.move_to(S.FAMILY_ASKED, at=now, by=actor.user_id)
    match.expires_on = queries.last_day_to_answer(session, day_of(now))
    link = renew_answer_link(session, match, addresses=addresses, now=now)
    told = {"link": link, "days": str(queries.days_to_answer(session, day_of(now)))}
    write_to_family(session, "family_asked", match, told, now=now)
    session.flush()
    return link


def accept_for_family(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    way: AnswerWay | Heard,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note the family's yes as staff heard it: both have said yes, and both are told.

    Raises:
        WrongMatchStatus: the family is not asked, or has answered.
        AnswerTooLate: the last day to answer has passed; ask again first.
        FamilyWithdrawn: the family has left in the meantime.
        MayNotMeet: something is missing that must be there before they meet.
        PairVetoed: a guide has turned out to be on the family's list, perhaps.
        DateOutOfPlace: the day lies ahead, or before the family was asked.
    """
    ensure_may(actor, Permission.MATCHES_ANSWER_FOR_FAMILY, match)
    lock(session, match)
    _family_says_yes(session, match, actor, way=way, addresses=addresses, now=now)
    session.flush()
    return match


def decline_match(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    refusal: Refusal,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note a no before the match has started: the place is free again, the family waits.

    Raises:
        NotPermitted: the actor may not answer for this side.
        WrongMatchStatus: it has started or is over, or is not at the step that was seen.
    """
    ensure_may(actor, _MAY_DECLINE[refusal.side], match)
    lock(session, match)
    ensure_unchanged(match, refusal.seen)
    _say_no(session, match, actor, refusal, addresses=addresses, now=now)
    session.flush()
    return match


def answer_by_link(
    session: Session,
    token: str,
    *,
    refusal: DeclineReason | None,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note the answer of whoever holds the link: the guide, or then the family. It opens once.

    The secret token is the permission here: nobody is signed in.

    `refusal`: why not; None for a yes.

    Raises:
        NotFound: the link does not open any more, or nobody waits for this answer.
        WrongMatchStatus, AnswerTooLate: somebody else was faster.
        MayNotMeet, PairVetoed: something keeps them apart by now. The link stays open.
    """
    match, link = queries.get_asked_match(session, token, now=now, today=day_of(now))
    lock(session, match)
    use_link(session, link, now=now)
    way, is_family = AnswerWay.LINK, link.holder_id == match.family_id
    guide = None if is_family else row_that_answers(match, link.holder_id)
    if guide and match.status in BOTH_SAID_YES:
        said = NewcomersAnswer(guide.guide_id, refusal is None, reason=refusal)
        take_answer(session, match, None, said, addresses=addresses, now=now)
    elif refusal is not None:
        ensure_status(match, S.GUIDE_ASKED if guide else S.FAMILY_ASKED)
        side, guide_id = (Side.GUIDE, guide.guide_id) if guide else (Side.FAMILY, None)
        no = Refusal(side, refusal, way, guide_id=guide_id)
        _say_no(session, match, None, no, addresses=addresses, now=now)
    elif guide:
        _guide_says_yes(session, match, guide, None, way=way, now=now)
    else:
        _family_says_yes(session, match, None, way=way, addresses=addresses, now=now)
    session.flush()
    return match


def _guide_says_yes(
    session: Session,
    match: Match,
    row: MatchGuide,
    by: Actor | None,
    *,
    way: AnswerWay | Heard,
    now: dt.datetime,
) -> None:
    ensure_status(match, S.GUIDE_ASKED)
    heard = way if isinstance(way, Heard) else Heard(way)
    on = day_heard(match, heard.on, asked_on=match.asked_on, now=now)
    ensure_in_time(match, on)
    say_yes(row, on=on)
    if is_waited_for(match):
        return
    match.move_to(S.GUIDE_ACCEPTED, at=now, by=_id(by), side=Side.GUIDE, way=heard.way)
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)


def _family_says_yes(
    session: Session,
    match: Match,
    by: Actor | None,
    *,
    way: AnswerWay | Heard,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    ensure_status(match, S.FAMILY_ASKED)
    heard = way if isinstance(way, Heard) else Heard(way)
    on = day_heard(match, heard.on, asked_on=family_asked_on(match), now=now)
    ensure_in_time(match, on)
    ensure_takes_part(match)
    ensure_match_may_meet(session, match)
    ensure_nobody_is_feared(session, match)
    match.move_to(S.AGREED, at=now, by=_id(by), side=Side.FAMILY, way=heard.way)
    match.agreed_on = on
    match.family.mark_matched()
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)
    letter = worded_for("match_agreed", match)
    for guide in match.present:
        write_to_guide(session, letter, guide, {"link": addresses.my_page}, now=now)
    write_to_backups(session, "guide_backup", match, my_page=addresses.my_page, now=now)
    write_family_page(session, "family_agreed", match, addresses=addresses, now=now)


def _say_no(
    session: Session,
    match: Match,
    by: Actor | None,
    refusal: Refusal,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    was = match.status
    match.move_to(S.DECLINED, at=now, by=_id(by), side=refusal.side, way=refusal.way)
    match.declined_by, match.decline_reason = refusal.side, refusal.reason
    release(session, match, was, now=now)
    said_it = who_said_no(match, by, refusal.guide_id) if refusal.side is Side.GUIDE else None
    if said_it:
        note_whose_no(match, said_it)
    let_guide_rest(session, match, said_it or match.lead, today=day_of(now))
    write_closed(session, match, was, addresses=addresses, now=now, by=said_it or refusal.side)


def _id(actor: Actor | None) -> uuid.UUID | None:
    return actor.user_id if actor else None
