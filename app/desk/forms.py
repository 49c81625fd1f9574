"""The words of the desk: what each task asks for, and the groups it can be narrowed to."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.desk.queries import TaskKind
from app.follow_ups.models import PairSide


class Group(NamedTuple):
    label: LazyString
    kinds: frozenset[TaskKind]


ACTIONS: Mapping[TaskKind, LazyString] = {
    TaskKind.CONTACT_APPLICANT: _l("Call the applicant"),
    TaskKind.INTERVIEW: _l("Hold the interview"),
    TaskKind.STEPS_MISSING: _l("A step is missing on the way to ready"),
    TaskKind.APPROVE: _l("Decide whether the guide is ready"),
    TaskKind.CONFIRM: _l("Confirm the proposal, or drop it"),
    TaskKind.GUIDE_TAKEN: _l("The guide is taken: choose another"),
    TaskKind.MAY_NOT_BEGIN: _l("They may not meet as it is now: mend it, or drop the proposal"),
    TaskKind.ASK_FAMILY: _l("The guide said yes: ask the family"),
    TaskKind.REMIND_GUIDE: _l("The guide has not answered"),
    TaskKind.REMIND_FAMILY: _l("The family has not answered"),
    TaskKind.PLAN_START: _l("Both said yes: set a date for the start meeting"),
    TaskKind.START_MEETING: _l("Hold the start meeting, and note who has signed"),
    TaskKind.FAMILY_LEFT: _l("The family no longer takes part: tell the guide, close the match"),
    TaskKind.GROUP_ALONE: _l("The group needs a grown-up guide, and two at least: call today"),
    TaskKind.MAY_NOT_MEET: _l("They may not meet as it is now: call today, and mend it"),
    TaskKind.CONCERN: _l("Somebody is worried and asks you to call"),
    TaskKind.TALK: _l("One of them wants to talk to you, and nobody else need know"),
    TaskKind.NOT_MEETING: _l("They do not meet: ask how it goes"),
    TaskKind.RUNS_OUT: _l("The agreed time is running out: more months, or an end?"),
    TaskKind.CONTACT_PAIR: _l("Time to ask how it goes"),
    TaskKind.SILENT_PAIR: _l("No meeting logged for a while: ask how it goes"),
    TaskKind.TOO_MUCH: _l("It is too much for the guide: call today"),
    TaskKind.GUIDE_STOPS: _l("The guide wants a change: talk with both"),
    TaskKind.TELL_GUIDE: _l("An end is planned: talk with the guide about it"),
    TaskKind.DECIDE_ENDING: _l("The last meeting has been: decide what comes next"),
    TaskKind.TRANSFER: _l("The family moves: tell the other municipality"),
    TaskKind.FIND_GUIDE: _l("Find a guide"),
    TaskKind.FIND_GROUP_GUIDES: _l("Find guides for a group of minors"),
    TaskKind.APPROVE_GROUP: _l("Note who says yes for a group of minors: then guides can be found"),
    TaskKind.ATTENDANCE: _l("The course is over: tick who came"),
    TaskKind.FAILED_MESSAGE: _l("A message could not be delivered: call instead"),
    TaskKind.POSSIBLE_HIT: _l("Possible hit on the list of this family: check before you propose"),
}
CONCERNED: Mapping[PairSide | None, LazyString] = {
    PairSide.GUIDE: _l("The guide is worried and asks you to call"),
    PairSide.FAMILY: _l("The family is worried and asks you to call"),
}
ICONS: Mapping[TaskKind, str] = {
    TaskKind.CONTACT_APPLICANT: "phone",
    TaskKind.INTERVIEW: "people",
    TaskKind.STEPS_MISSING: "clock",
    TaskKind.APPROVE: "check",
    TaskKind.CONFIRM: "check",
    TaskKind.GUIDE_TAKEN: "warning",
    TaskKind.MAY_NOT_BEGIN: "warning",
    TaskKind.ASK_FAMILY: "message",
    TaskKind.REMIND_GUIDE: "clock",
    TaskKind.REMIND_FAMILY: "clock",
    TaskKind.PLAN_START: "calendar",
    TaskKind.START_MEETING: "calendar",
    TaskKind.FAMILY_LEFT: "warning",
    TaskKind.GROUP_ALONE: "warning",
    TaskKind.MAY_NOT_MEET: "warning",
    TaskKind.CONCERN: "warning",
    TaskKind.TALK: "warning",
    TaskKind.NOT_MEETING: "warning",
    TaskKind.RUNS_OUT: "calendar",
    TaskKind.CONTACT_PAIR: "phone",
    TaskKind.SILENT_PAIR: "warning",
    TaskKind.TOO_MUCH: "warning",
    TaskKind.GUIDE_STOPS: "phone",
    TaskKind.TELL_GUIDE: "phone",
    TaskKind.DECIDE_ENDING: "calendar",
    TaskKind.TRANSFER: "location",
    TaskKind.FIND_GUIDE: "search",
    TaskKind.FIND_GROUP_GUIDES: "people",
    TaskKind.APPROVE_GROUP: "people",
    TaskKind.ATTENDANCE: "people",
    TaskKind.FAILED_MESSAGE: "warning",
    TaskKind.POSSIBLE_HIT: "warning",
}
_GUIDES = frozenset(
    {
        TaskKind.CONTACT_APPLICANT,
        TaskKind.INTERVIEW,
        TaskKind.STEPS_MISSING,
        TaskKind.APPROVE,
        TaskKind.ATTENDANCE,
    }
)
_PAIRS = frozenset(
    {
        TaskKind.GROUP_ALONE,
        TaskKind.MAY_NOT_MEET,
        TaskKind.CONCERN,
        TaskKind.TALK,
        TaskKind.NOT_MEETING,
        TaskKind.RUNS_OUT,
        TaskKind.CONTACT_PAIR,
        TaskKind.SILENT_PAIR,
        TaskKind.TOO_MUCH,
        TaskKind.GUIDE_STOPS,
        TaskKind.TELL_GUIDE,
        TaskKind.DECIDE_ENDING,
        TaskKind.TRANSFER,
    }
)
_FAMILIES = frozenset({TaskKind.FIND_GUIDE})
_MESSAGES = frozenset({TaskKind.FAILED_MESSAGE})
GROUPS: Mapping[str, Group] = {
    "guides": Group(_l("New guides"), _GUIDES),
    "families": Group(_l("Families without a proposal"), _FAMILIES),
    "matches": Group(
        _l("New matches"),
        frozenset(TaskKind) - _GUIDES - _PAIRS - _FAMILIES - _MESSAGES,
    ),
    "pairs": Group(_l("Pairs that meet"), _PAIRS),
    "messages": Group(_l("Messages that failed"), _MESSAGES),
}
