import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import revoke_links, use_link
from app.matches import queries
from app.matches.models import (
    WAITS_FOR_ANSWER,
    AnswerWay,
    DeclineReason,
    Match,
    MatchStatus,
    Side,
)
from app.matches.services.allowed import ensure_match_may_meet
from app.matches.services.declining import let_guide_rest
from app.matches.services.letters import (
    Addresses,
    answer_days,
    renew_answer_link,
    write_family_page,
    write_to_family,
    write_to_guide,
)
from app.matches.services.steps import (
    FAMILY_KNOWS,
    GUIDE_KNOWS,
    ensure_in_time,
    ensure_status,
    ensure_takes_part,
    ensure_unchanged,
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


def accept_as_guide(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    way: AnswerWay,
    now: dt.datetime,
) -> Match:
    """Note the guide's yes, given on their page or to staff. The family is asked next.

    Raises:
        WrongMatchStatus: the guide is not asked, or has answered.
        AnswerTooLate: the last day to answer has passed.
    """
    ensure_may(actor, Permission.MATCHES_ANSWER_FOR_GUIDE, match)
    lock(session, match)
    _guide_says_yes(session, match, actor, way=way, now=now)
    session.flush()
    return match


def ask_family(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> str:
    """Ask the family, by e-mail if it has an address; asked again, the earlier link closes.

    Returns:
        The address of the page where the family answers, for staff to pass on. It is shown
        once: only the hash of its token is stored.

    Raises:
        WrongMatchStatus: the guide has not said yes, or the family has answered.
        FamilyWithdrawn: the family has left in the meantime.
    """
    ensure_may(actor, Permission.MATCHES_ANSWER_FOR_FAMILY, match)
    lock(session, match)
    ensure_status(match, S.GUIDE_ACCEPTED, S.FAMILY_ASKED)
    ensure_takes_part(match)
    if match.status is S.GUIDE_ACCEPTED:
        match.move_to(S.FAMILY_ASKED, at=now, by=actor.user_id)
    days = answer_days(session)
    match.expires_on = day_of(now) + dt.timedelta(days=days)
    link = renew_answer_link(session, match, addresses=addresses, now=now)
    write_to_family(session, "family_asked", match, {"link": link, "days": str(days)}, now=now)
    session.flush()
    return link


def accept_for_family(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    way: AnswerWay,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Note the family's yes as staff heard it: both have said yes, and both are told.

    Raises:
        WrongMatchStatus: the family is not asked, or has answered.
        AnswerTooLate: the last day to answer has passed; ask again first.
        FamilyWithdrawn: the family has left in the meantime.
        MayNotMeet: something is missing that must be there before they meet.
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

    Args:
        session: bound to the municipality.
        token: from the link.
        refusal: why not; None for a yes.
        addresses: where the letters lead.
        now: this instant, in UTC.

    Raises:
        NotFound: the link does not open any more, or nobody waits for this answer.
        WrongMatchStatus, AnswerTooLate: somebody else was faster.
    """
    match, link = queries.get_asked_match(session, token, now=now, today=day_of(now))
    lock(session, match)
    use_link(session, link, now=now)
    side = Side.GUIDE if match.status is S.GUIDE_ASKED else Side.FAMILY
    way = AnswerWay.LINK
    if refusal is not None:
        ensure_status(match, *WAITS_FOR_ANSWER)
        no = Refusal(side, refusal, way)
        _say_no(session, match, None, no, addresses=addresses, now=now)
    elif side is Side.GUIDE:
        _guide_says_yes(session, match, None, way=way, now=now)
    else:
        _family_says_yes(session, match, None, way=way, addresses=addresses, now=now)
    session.flush()
    return match


def _guide_says_yes(
    session: Session, match: Match, by: Actor | None, *, way: AnswerWay, now: dt.datetime
) -> None:
    ensure_status(match, S.GUIDE_ASKED)
    ensure_in_time(match, now)
    match.move_to(S.GUIDE_ACCEPTED, at=now, by=_id(by), side=Side.GUIDE, way=way)
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)


def _family_says_yes(
    session: Session,
    match: Match,
    by: Actor | None,
    *,
    way: AnswerWay,
    addresses: Addresses,
    now: dt.datetime,
) -> None:
    ensure_status(match, S.FAMILY_ASKED)
    ensure_in_time(match, now)
    ensure_takes_part(match)
    ensure_match_may_meet(session, match)
    match.move_to(S.AGREED, at=now, by=_id(by), side=Side.FAMILY, way=way)
    match.agreed_on = day_of(now)
    match.family.mark_matched()
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)
    write_to_guide(session, "match_agreed", match.lead, {"link": addresses.my_page}, now=now)
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
    let_guide_rest(session, match, today=day_of(now))
    if refusal.side is not Side.GUIDE and was in GUIDE_KNOWS:
        write_to_guide(session, "match_closed", match.lead, {"link": addresses.my_page}, now=now)
    if refusal.side is not Side.FAMILY and was in FAMILY_KNOWS:
        write_family_page(session, "family_closed", match, addresses=addresses, now=now)


def _id(actor: Actor | None) -> uuid.UUID | None:
    return actor.user_id if actor else None
