"""How it goes with the pairs that meet: for staff, and never for a guide of that same pair."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from app.activities.models import Activity
from app.endings.models import MatchEnding
from app.families.models import Family, FamilyStatus
from app.follow_ups.models import (
    Concern,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    FollowUpSettings,
    Light,
    PairSide,
    Reply,
)
from app.follow_ups.queries.conditions import (
    ANSWER_DAYS,
    first_concerned,
    is_goodbye,
    latest_light,
    of_pair,
    open_reply,
    runs_out,
    unanswered,
    waits_for_staff,
)
from app.follow_ups.queries.settings import Rules
from app.matches.models import Match, MatchGuide, MatchStatus
from app.matches.queries import shown_to
from app.matches.queries.lacking import lacks_something, rests_since
from app.matches.services.allowed import leaves_minor_alone
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may, may


class Sign(StrEnum):
    """What says that a pair needs somebody, the gravest first."""

    ALONE = "alone"  # a group without a grown-up, or with one guide: a guide has a break or left
    LACKS = "lacks"  # what must be there is missing: an approval, a certificate, a yes
    CONCERN = "concern"
    TALK = "talk"
    NOT_MEETING = "not_meeting"
    RUNS_OUT = "runs_out"  # the agreed time is nearly over, and nobody has said what comes then
    CONTACT = "contact"
    SILENT = "silent"


GRAVE = frozenset({Sign.ALONE, Sign.LACKS, Sign.CONCERN, Sign.TALK})


@dataclass(frozen=True, slots=True)
class Standing:
    """How it goes with one pair: its light, and what speaks for it, since when."""

    match: Match
    light: Light
    signs: dict[Sign, dt.date]
    due_on: dt.date | None  # the contact that is due, where one is
    last_met_on: dt.date | None
    last_contact_on: dt.date | None
    silent_days: int  # how long a pair may be silent here
    concerned: PairSide | None = None  # who is worried, and has waited longest
    has_answered: bool = False  # one of them has answered a question

    @property
    def is_unheard(self) -> bool:
        """Whether nobody has heard yet how it goes: that it is time to ask tells nothing."""
        heard = self.has_answered or self.last_met_on or self.last_contact_on
        return self.light is Light.GOOD and not heard

    @property
    def is_running(self) -> bool:
        """Whether they meet; if not, the match has ended and somebody still wants to talk."""
        return self.match.status is MatchStatus.ACTIVE and self.match.family.takes_part


class _Read(NamedTuple):
    """One pair as the database tells it."""

    match: Match
    met_on: dt.date | None
    contact_on: dt.date | None
    contact_light: Light | None
    talk_at: dt.datetime | None
    not_meeting_at: dt.datetime | None
    concern_at: dt.datetime | None
    concerned: PairSide | None
    due_on: dt.date | None
    unanswered_since: dt.datetime | None
    silent_days: int | None
    left_by: str | None  # the guides who have said goodbye, separated by commas
    answered_at: dt.datetime | None
    runs_out_since: dt.date | None
    lacks: bool

    @property
    def gone(self) -> set[uuid.UUID]:
        return {uuid.UUID(key) for key in (self.left_by or "").split(",") if key}


def list_standings(session: Session, actor: Actor, today: dt.date) -> list[Standing]:
    """Return how it goes with every pair that meets or still wants to talk, longest active first.

    Pairs in which the actor is a guide are left out: what a family says stays from its guide,
    also from one who works for the municipality.
    """
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    rows = session.execute(_pairs(actor, today)).unique()
    return [_standing(row, today) for row in rows]


def find_standing(
    session: Session, actor: Actor, match_id: uuid.UUID, today: dt.date
) -> Standing | None:
    """Return how it goes with one pair; None if it does not meet, or is none of the actor's."""
    if not may(actor, Permission.FOLLOW_UPS_HANDLE):
        return None
    statement = _pairs(actor, today).where(Match.id == match_id)
    row = session.execute(statement).unique().one_or_none()
    return _standing(row, today) if row else None


def _pairs(actor: Actor, today: dt.date) -> Select[Any]:
    """Select the pairs that meet with all that their light depends on, in one statement."""
    concern = and_(Concern.match_id == Match.id, Concern.handled_on.is_(None))
    talk = open_reply(Reply.TALK)
    meets = and_(Match.status == MatchStatus.ACTIVE, Family.status != FamilyStatus.WITHDRAWN)
    return (
        select(
            Match,
            of_pair(func.max(Activity.done_on), Activity.match_id == Match.id),
            of_pair(func.max(FollowUpContact.talked_on), FollowUpContact.match_id == Match.id),
            latest_light(),
            of_pair(func.min(FollowUpAnswer.answered_at), talk),
            of_pair(func.min(FollowUpAnswer.answered_at), open_reply(Reply.NOT_MEETING)),
            of_pair(func.min(Concern.raised_at), concern),
            first_concerned(),
            of_pair(func.min(FollowUp.due_on), waits_for_staff(today)),
            of_pair(func.min(FollowUp.asked_at), unanswered(today)),
            # With the rest: the desk has few questions to the database left.
            select(FollowUpSettings.silent_days).scalar_subquery(),
            of_pair(
                func.aggregate_strings(cast(MatchEnding.guide_id, String), ","), is_goodbye(today)
            ),
            of_pair(func.max(FollowUpAnswer.answered_at), FollowUpAnswer.match_id == Match.id),
            of_pair(func.max(FollowUp.due_on), runs_out(today)),
            lacks_something(),
        )
        .join(Match.family)
        .where(
            shown_to(actor),
            # Who wants to talk is not forgotten because the match has ended meanwhile.
            or_(
                meets,
                select(FollowUpAnswer.id).where(talk).correlate(Match).exists(),
                select(Concern.id).where(concern).correlate(Match).exists(),
            ),
        )
        .options(joinedload(Match.family), joinedload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.started_on, Match.id)
    )


def _standing(row: Row[Any], today: dt.date) -> Standing:
    read = _Read._make(row)
    silent_days = read.silent_days or Rules().silent_days
    contact_on = read.contact_on or read.match.checked_on
    signs = {Sign.CONCERN: _day(read.concern_at), Sign.TALK: _day(read.talk_at)}
    if read.match.status is MatchStatus.ACTIVE and read.match.family.takes_part:
        resting = rests_since(read.match, today)
        signs |= {
            Sign.ALONE: resting if leaves_minor_alone(read.match, read.gone) else None,
            Sign.LACKS: resting if read.lacks else None,
            Sign.NOT_MEETING: _day(read.not_meeting_at),
            Sign.RUNS_OUT: read.runs_out_since,
            Sign.CONTACT: _contact_due_on(read),
            Sign.SILENT: _silent_since(read, contact_on, today, silent_days),
        }
    told = {sign: since for sign, since in signs.items() if since}
    return Standing(
        match=read.match,
        light=_light(told, read.contact_light),
        signs=told,
        due_on=told.get(Sign.CONTACT),
        last_met_on=read.met_on,
        last_contact_on=contact_on,
        silent_days=silent_days,
        concerned=read.concerned,
        has_answered=read.answered_at is not None,
    )


def _light(signs: dict[Sign, dt.date], told_by_staff: Light | None) -> Light:
    if told_by_staff is Light.BAD or GRAVE & set(signs):
        return Light.BAD
    if told_by_staff is Light.WARNING or {Sign.NOT_MEETING, Sign.SILENT} & set(signs):
        return Light.WARNING
    return Light.GOOD


def _contact_due_on(read: _Read) -> dt.date | None:
    days = [read.due_on] if read.due_on else []
    if asked_on := _day(read.unanswered_since):
        days.append(asked_on + dt.timedelta(days=ANSWER_DAYS))
    return min(days, default=None)


def _silent_since(
    read: _Read, contact_on: dt.date | None, today: dt.date, silent_days: int
) -> dt.date | None:
    """Return the last sign of life of a pair that has been silent for too long."""
    heard = (read.met_on, contact_on, read.match.started_on)
    last = max((day for day in heard if day), default=today)
    return last if last + dt.timedelta(days=silent_days) <= today else None


def _day(instant: dt.datetime | None) -> dt.date | None:
    return day_of(instant) if instant else None
