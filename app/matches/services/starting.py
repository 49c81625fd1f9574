"""The start meeting and the agreement: planned, talked through, signed by both, and then active."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.matches import queries
from app.matches.models import (
    AGREEMENT_VERSION,
    Agreement,
    Match,
    MatchStatus,
    StartCheck,
    StartGap,
    StartMeeting,
)
from app.matches.queries.starting import Terms
from app.matches.services.allowed import ensure_match_may_meet
from app.matches.services.letters import Addresses, write_family_page, write_to_guide
from app.matches.services.objections import ensure_nobody_is_feared
from app.matches.services.steps import (
    DateOutOfPlace,
    ensure_said_between,
    ensure_status,
    ensure_takes_part,
    lock,
)
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

LONGEST_WAIT = dt.timedelta(days=183)  # a meeting beyond this is a wrong year


class MeetingTooFar(Conflict):
    """More than half a year ahead: a wrong year."""


class MeetingPlaceGone(Conflict):
    """The place is no longer on the municipality's list, or never was."""


class MeetingBehind(DateOutOfPlace):
    """A start meeting would be planned for a time that has passed."""


class MeetingAhead(Conflict):
    """They would have signed before the day on which the start meeting is planned."""

    def __init__(self, on: dt.date) -> None:
        super().__init__(str(on))
        self.on = on


class ChecksOpen(Conflict):
    """Not everything is ticked that is talked about at a start meeting."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where the two meet, and the language of the interpreter, if one is needed."""

    at: dt.datetime
    place_id: uuid.UUID
    interpreter_language: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The days on which each side signed; None is not yet.

    `gap`: why the match begins, where that does not agree with what was planned.
    """

    guide_on: dt.date | None
    family_on: dt.date | None
    gap: StartGap | None = None


def plan_start_meeting(
    session: Session,
    actor: Actor,
    match: Match,
    plan: Plan,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> StartMeeting:
    """Set the time and place of a start meeting, or change them; both sides are told.

    The letters hold no time and no place: each side reads them on its own page.

    Raises:
        WrongMatchStatus: both sides have not said yes, or it has started already.
        FamilyWithdrawn: the family has left in the meantime.
        DateOutOfPlace, MeetingTooFar, MeetingBehind: before both said yes, more than half a year
            ahead, or on a day that has passed and was not planned already.
        MeetingPlaceGone, PairVetoed: the place is off the list; a guide may be on the family's.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    ensure_status(match, MatchStatus.AGREED)
    ensure_takes_part(match)
    if day_of(plan.at) < day_of(now) and not _is_planned(match, plan.at):
        raise MeetingBehind(f"{match.id}: start meeting at {plan.at}")
    _ensure_possible(session, match, plan, now=now)
    meeting, letter = _write_down(match, plan, actor, now)
    session.flush()
    session.expire(meeting, ["place"])
    if letter:
        _tell_both(session, match, letter, addresses=addresses, now=now)
    return meeting


def _write_down(
    match: Match, plan: Plan, actor: Actor, now: dt.datetime
) -> tuple[StartMeeting, str]:
    """Store a plan; return it, and the letter that tells of it: "" where there is nothing to tell."""
    meeting = match.start_meeting
    letter = "start_meeting_moved" if meeting and meeting.was_told else "start_meeting"
    if meeting is None:
        meeting = match.start_meeting = StartMeeting(sequence=-1)
    meeting.interpreter_language = plan.interpreter_language
    if (meeting.at, meeting.place_id) == (plan.at, plan.place_id):
        return meeting, ""
    meeting.at, meeting.place_id = plan.at, plan.place_id
    meeting.planned_at, meeting.planned_by_id = now, actor.user_id
    meeting.sequence += 1
    return meeting, letter if meeting.was_told else ""


def _is_planned(match: Match, at: dt.datetime) -> bool:
    return match.start_meeting is not None and match.start_meeting.at == at


def _ensure_possible(session: Session, match: Match, plan: Plan, *, now: dt.datetime) -> None:
    ensure_nobody_is_feared(session, match)
    if plan.at > now + LONGEST_WAIT:
        raise MeetingTooFar(f"{match.id}: start meeting at {plan.at}")
    if _before_agreed(match, day_of(plan.at)):
        raise DateOutOfPlace(f"{match.id}: start meeting at {plan.at}")
    place = queries.find_meeting_place(session, plan.place_id)
    stays = match.start_meeting is not None and match.start_meeting.place_id == plan.place_id
    if place is None or not (place.active or stays):
        raise MeetingPlaceGone(str(plan.place_id))


def tick_checks(
    session: Session, actor: Actor, match: Match, checks: frozenset[StartCheck]
) -> StartMeeting | None:
    """Note what was talked about at the start meeting; None if no meeting was planned.

    Raises:
        WrongMatchStatus: both sides have not said yes, or the match is over.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    ensure_status(match, MatchStatus.AGREED, MatchStatus.ACTIVE)
    if match.start_meeting is not None:
        match.start_meeting.checks = checks
        session.flush()
    return match.start_meeting


def agree_on(session: Session, actor: Actor, match: Match, terms: Terms) -> Agreement:
    """Set how long and how often for one match. What was signed before must be signed anew.

    Raises:
        WrongMatchStatus: both sides have not said yes, or it has started already.
        FamilyWithdrawn: the family has left in the meantime.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    ensure_status(match, MatchStatus.AGREED)
    ensure_takes_part(match)
    agreement = _agreement(session, match)
    if queries.terms_in(agreement) != terms:
        agreement.months, agreement.rhythm, agreement.family_locale = terms
        agreement.version = AGREEMENT_VERSION
        agreement.guide_signed_on = agreement.family_signed_on = None
    session.flush()
    return agreement


def note_signatures(
    session: Session, actor: Actor, match: Match, signatures: Signatures, *, now: dt.datetime
) -> Match:
    """Note who has signed the agreement, and when. With both, and only then, the match is active.

    Raises:
        WrongMatchStatus: both sides have not said yes, or it has started already.
        FamilyWithdrawn: the family has left in the meantime.
        SaidOutOfPlace: a day lies ahead, or before both had said yes.
        MeetingAhead, ChecksOpen: it does not agree with the plan, and nobody said why.
        MayNotMeet: something is missing that must be there before they meet.
        PairVetoed: a guide has turned out to be on the family's list, perhaps.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    ensure_status(match, MatchStatus.AGREED)
    ensure_takes_part(match)
    ensure_said_between(
        signatures.guide_on, signatures.family_on, first=match.agreed_on, today=day_of(now)
    )
    gap = _gap(match, signatures) if signatures.guide_on and signatures.family_on else None
    agreement = _agreement(session, match)
    agreement.gap = gap
    agreement.guide_signed_on, agreement.family_signed_on = (
        signatures.guide_on,
        signatures.family_on,
    )
    has_some = signatures.guide_on or signatures.family_on
    agreement.noted_at, agreement.noted_by_id = (now, actor.user_id) if has_some else (None, None)
    if agreement.signed_on is not None:
        _start(session, match, actor, agreement.signed_on, now=now)
    session.flush()
    return match


def _gap(match: Match, signatures: Signatures) -> StartGap | None:
    """Return why it begins though the meeting lies ahead, or was not talked through; else None."""
    meeting = match.start_meeting
    if meeting is None:
        return None
    held_on, days = day_of(meeting.at), (signatures.guide_on, signatures.family_on)
    lies_ahead = any(day < held_on for day in days if day)
    if not lies_ahead and not frozenset(StartCheck) - meeting.checks:
        return None
    if signatures.gap is None:
        raise MeetingAhead(held_on) if lies_ahead else ChecksOpen(str(match.id))
    return signatures.gap


def _start(session: Session, match: Match, actor: Actor, on: dt.date, *, now: dt.datetime) -> None:
    ensure_match_may_meet(session, match)
    ensure_nobody_is_feared(session, match)
    match.move_to(MatchStatus.ACTIVE, at=now, by=actor.user_id)
    match.started_on = on
    match.family.mark_matched()


def _agreement(session: Session, match: Match) -> Agreement:
    """Return a match's agreement, made with what the municipality has decided if there is none."""
    if match.agreement is None:
        months, rhythm, family_locale = queries.terms_for(session, match)
        match.agreement = Agreement(months=months, rhythm=rhythm, family_locale=family_locale)
    return match.agreement


def _before_agreed(match: Match, day: dt.date) -> bool:
    return match.agreed_on is not None and day < match.agreed_on


def _tell_both(
    session: Session, match: Match, letter: str, *, addresses: Addresses, now: dt.datetime
) -> None:
    """Write that there is a time, or a new one: to each guide who takes part, and to the family."""
    for guide in match.present:
        write_to_guide(session, letter, guide, {"link": addresses.my_page}, now=now)
    write_family_page(session, f"family_{letter}", match, addresses=addresses, now=now)
