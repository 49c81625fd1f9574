"""How it goes with the pairs that meet: for staff, and never for a guide of that same pair."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
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
    FollowUpKind,
    FollowUpSettings,
    Light,
    PairSide,
    Reply,
)
from app.follow_ups.queries.settings import Rules
from app.matches.models import Match, MatchGuide, MatchStatus
from app.matches.queries import shown_to
from app.matches.queries.lacking import lacks_something, rests_since
from app.matches.services.allowed import leaves_minor_alone
from app.oslo import day_of, end_of
from app.permissions import Actor, Permission, ensure_may, may

ASKED_KINDS = frozenset({FollowUpKind.DID_YOU_MEET, FollowUpKind.MID_TERM})
ANSWER_DAYS = 7  # how long a question may stand unanswered before staff call


class Sign(StrEnum):
    """What says that a pair needs somebody, the gravest first."""

    ALONE = "alone"  # a group without a grown-up, or with one guide: a guide has a break or left
    LACKS = "lacks"  # what must be there is missing: an approval, a certificate, a yes
    CONCERN = "concern"
    TALK = "talk"
    NOT_MEETING = "not_meeting"
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
    talk = _open_reply(Reply.TALK)
    meets = and_(Match.status == MatchStatus.ACTIVE, Family.status != FamilyStatus.WITHDRAWN)
    return (
        select(
            Match,
            _of_pair(func.max(Activity.done_on), Activity.match_id == Match.id),
            _of_pair(func.max(FollowUpContact.talked_on), FollowUpContact.match_id == Match.id),
            _latest_light(),
            _of_pair(func.min(FollowUpAnswer.answered_at), talk),
            _of_pair(func.min(FollowUpAnswer.answered_at), _open_reply(Reply.NOT_MEETING)),
            _of_pair(func.min(Concern.raised_at), concern),
            _first_concerned(),
            _of_pair(func.min(FollowUp.due_on), _waits_for_staff(today)),
            _of_pair(func.min(FollowUp.asked_at), _unanswered(today)),
            # With the rest: the desk has few questions to the database left.
            select(FollowUpSettings.silent_days).scalar_subquery(),
            _of_pair(
                func.aggregate_strings(cast(MatchEnding.guide_id, String), ","), _is_goodbye(today)
            ),
            _of_pair(func.max(FollowUpAnswer.answered_at), FollowUpAnswer.match_id == Match.id),
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


def _first_concerned() -> ScalarSelect[Any]:
    """Select whose concern has waited longest."""
    return (
        select(Concern.side)
        .where(Concern.match_id == Match.id, Concern.handled_on.is_(None))
        .order_by(Concern.raised_at, Concern.id)
        .limit(1)
        .correlate(Match)
        .scalar_subquery()
    )


def _latest_light() -> ScalarSelect[Any]:
    return (
        select(FollowUpContact.light)
        .where(FollowUpContact.match_id == Match.id)
        .order_by(
            FollowUpContact.talked_on.desc(), FollowUpContact.noted_at.desc(), FollowUpContact.id
        )
        .limit(1)
        .correlate(Match)
        .scalar_subquery()
    )


def _of_pair(value: Any, *wanted: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(value).where(*wanted).correlate(Match).scalar_subquery()


def _open_reply(reply: Reply) -> ColumnElement[bool]:
    return and_(
        FollowUpAnswer.match_id == Match.id,
        FollowUpAnswer.reply == reply,
        FollowUpAnswer.handled_on.is_(None),
    )


def _is_goodbye(today: dt.date) -> ColumnElement[bool]:
    """One of several guides has met them for the last time; staff have yet to decide."""
    return and_(
        MatchEnding.match_id == Match.id,
        MatchEnding.last_meeting_on <= today,
        MatchEnding.is_known_to_guide,
    )


def _waits_for_staff(today: dt.date) -> ColumnElement[bool]:
    """A contact is due: at once, or a day late where the question should have gone by itself."""
    return and_(
        FollowUp.match_id == Match.id,
        FollowUp.done_on.is_(None),
        FollowUp.asked_at.is_(None),
        or_(
            and_(FollowUp.kind.in_(ASKED_KINDS), FollowUp.due_on < today),
            and_(FollowUp.kind.not_in(ASKED_KINDS), FollowUp.due_on <= today),
        ),
    )


def _unanswered(today: dt.date) -> ColumnElement[bool]:
    """The two were asked, and not both have said that all is well: staff call after a week.

    Counted from when the question went out, which may be later than the day it was due.
    """
    a_week_ago = today - dt.timedelta(days=ANSWER_DAYS)
    return and_(
        FollowUp.match_id == Match.id,
        FollowUp.done_on.is_(None),
        FollowUp.asked_at < end_of(a_week_ago),
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
