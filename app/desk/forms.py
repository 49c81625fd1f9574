"""The words of the desk: what each task asks for, and the groups it can be narrowed to."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.desk.queries import TaskKind


class Group(NamedTuple):
    label: LazyString
    kinds: frozenset[TaskKind]


ACTIONS: Mapping[TaskKind, LazyString] = {
    TaskKind.CONTACT_APPLICANT: _l("Call the applicant"),
    TaskKind.INTERVIEW: _l("Hold the interview"),
    TaskKind.APPROVE: _l("Decide whether the guide is ready"),
    TaskKind.CONFIRM: _l("Confirm the proposal, or drop it"),
    TaskKind.GUIDE_TAKEN: _l("The guide is taken: choose another"),
    TaskKind.ASK_FAMILY: _l("The guide said yes: ask the family"),
    TaskKind.REMIND_GUIDE: _l("The guide has not answered"),
    TaskKind.REMIND_FAMILY: _l("The family has not answered"),
    TaskKind.START_MEETING: _l("Both said yes: hold the start meeting"),
    TaskKind.FAMILY_LEFT: _l("The family no longer takes part: tell the guide, close the match"),
    TaskKind.SILENT_PAIR: _l("No meeting logged for a while: ask how it goes"),
    TaskKind.FIND_GUIDE: _l("Find a guide"),
    TaskKind.FAILED_MESSAGE: _l("A message did not arrive: call instead"),
}
ICONS: Mapping[TaskKind, str] = {
    TaskKind.CONTACT_APPLICANT: "phone",
    TaskKind.INTERVIEW: "people",
    TaskKind.APPROVE: "check",
    TaskKind.CONFIRM: "check",
    TaskKind.GUIDE_TAKEN: "warning",
    TaskKind.ASK_FAMILY: "message",
    TaskKind.REMIND_GUIDE: "clock",
    TaskKind.REMIND_FAMILY: "clock",
    TaskKind.START_MEETING: "calendar",
    TaskKind.FAMILY_LEFT: "warning",
    TaskKind.SILENT_PAIR: "warning",
    TaskKind.FIND_GUIDE: "search",
    TaskKind.FAILED_MESSAGE: "warning",
}
GROUPS: Mapping[str, Group] = {
    "guides": Group(
        _l("New guides"),
        frozenset({TaskKind.CONTACT_APPLICANT, TaskKind.INTERVIEW, TaskKind.APPROVE}),
    ),
    "families": Group(_l("Families without a guide"), frozenset({TaskKind.FIND_GUIDE})),
    "matches": Group(
        _l("Matches"),
        frozenset(TaskKind)
        - {TaskKind.CONTACT_APPLICANT, TaskKind.INTERVIEW, TaskKind.APPROVE}
        - {TaskKind.FIND_GUIDE, TaskKind.FAILED_MESSAGE},
    ),
}
