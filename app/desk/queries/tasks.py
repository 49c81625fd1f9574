"""One thing to do, whatever room it comes from."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from enum import StrEnum

from app.follow_ups.models import PairSide
from app.guides.models import StepCode


class TaskKind(StrEnum):
    """What there is to do."""

    CONTACT_APPLICANT = "contact_applicant"
    INTERVIEW = "interview"
    STEPS_MISSING = "steps_missing"
    APPROVE = "approve"
    CONFIRM = "confirm"
    GUIDE_TAKEN = "guide_taken"
    MAY_NOT_BEGIN = "may_not_begin"
    ASK_FAMILY = "ask_family"
    REMIND_GUIDE = "remind_guide"
    REMIND_FAMILY = "remind_family"
    PLAN_START = "plan_start"
    START_MEETING = "start_meeting"
    FAMILY_LEFT = "family_left"
    GROUP_ALONE = "group_alone"
    MAY_NOT_MEET = "may_not_meet"
    CONCERN = "concern"
    TALK = "talk"
    NOT_MEETING = "not_meeting"
    RUNS_OUT = "runs_out"
    CONTACT_PAIR = "contact_pair"
    SILENT_PAIR = "silent_pair"
    TOO_MUCH = "too_much"
    GUIDE_STOPS = "guide_stops"
    TELL_GUIDE = "tell_guide"
    DECIDE_ENDING = "decide_ending"
    TRANSFER = "transfer"
    FIND_GUIDE = "find_guide"
    FIND_GROUP_GUIDES = "find_group_guides"
    APPROVE_GROUP = "approve_group"
    ATTENDANCE = "attendance"
    FAILED_MESSAGE = "failed_message"
    POSSIBLE_HIT = "possible_hit"


# A family without a guide waits for months, not days: it comes after what is due, longest first,
# until it has waited for so long that it is late itself.
UNDATED = frozenset({TaskKind.FIND_GUIDE, TaskKind.FIND_GROUP_GUIDES, TaskKind.APPROVE_GROUP})
# Somebody asks to be called about what worries them or is too much, or a pair may not meet as
# it is. It comes before whatever else is late.
URGENT = frozenset(
    {
        TaskKind.GROUP_ALONE,
        TaskKind.MAY_NOT_BEGIN,
        TaskKind.MAY_NOT_MEET,
        TaskKind.CONCERN,
        TaskKind.TALK,
        TaskKind.TOO_MUCH,
        TaskKind.POSSIBLE_HIT,
    }
)
# For one coordinator alone: it cannot be given to anybody else.
OWN = frozenset({TaskKind.POSSIBLE_HIT})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who has taken a task on, and for whom, where they stand in for somebody who is away."""

    user_id: uuid.UUID
    name: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: about whom, by when, and who does it."""

    kind: TaskKind
    subject: str  # a guide's name or a family's reference; for staff only
    guides: tuple[str, ...] = ()  # of a match: their names
    since: dt.date
    due_on: dt.date
    patience_days: int = 0  # so long after its day it is not late yet
    record_id: uuid.UUID
    concerned: PairSide | None = None  # who is worried
    priority: int = 0  # a family's: 2 is most urgent
    under_18: bool = False  # an applicant
    calls: int = 0  # to an applicant, that nobody took
    called_on: dt.date | None = None  # the last of them
    lacks: tuple[StepCode, ...] = ()  # what keeps a guide from being ready
    colleague: Colleague | None = None

    @property
    def is_undated(self) -> bool:
        return self.kind in UNDATED

    @property
    def may_be_given(self) -> bool:
        return self.kind not in OWN

    @property
    def is_urgent(self) -> bool:
        return self.kind in URGENT

    def days_late(self, today: dt.date) -> int:
        return max(0, (today - self.due_on).days - self.patience_days)

    def days_waited(self, today: dt.date) -> int:
        return max(0, (today - self.since).days)

    def taken_by(self, colleague: Colleague | None) -> "Task":
        return replace(self, colleague=colleague) if colleague else self
