import uuid
from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor, requires, visitor_may
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.desk import queries
from app.desk.forms import ACTIONS, CONCERNED, GROUPS, ICONS
from app.desk.paging import page_of_desk
from app.desk.queries import Task, TaskKind
from app.families.forms.words import PRIORITY
from app.guides.forms.pipeline import still_missing
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.paging import asked_page
from app.web.templating import weekday
from app.web.transactions import reads_only
from app.wording import together

bp = Blueprint("desk", __name__, url_prefix="/<municipality>/desk")
MINE = "mine"
Address = Callable[[uuid.UUID], str]


@bp.app_template_global()
def task_named(kind: str) -> str:
    """Let the page that gives a task away say which it is; "" for no task of the desk."""
    return str(ACTIONS[TaskKind(kind)]) if kind in list(TaskKind) else ""


@bp.get("")
@requires(Permission.DESK_VIEW)
@looks_at(RecordKind.TASK)
def show() -> ResponseReturnValue:
    tasks = _tasks()
    chosen = request.args.get("group", "")
    shown = [task for task in tasks if _is_shown(task, chosen)]
    page = page_of_desk(shown, asked_page())
    rows = [_row(task) for task in shown[page.rows]]
    looked_at_list(RecordKind.TASK, len(rows))
    return render_template(
        "desk/show.html",
        rows=rows,
        page=page,
        page_url=lambda number: url_for("desk.show", group=chosen or None, page=number),
        tabs=_tabs(tasks, chosen),
        late_count=sum(task.days_late(today()) > 0 for task in tasks),
        task_count=len(tasks),
        some_wait=any(task.kind is TaskKind.FIND_GUIDE for task in tasks),
        may_assign=visitor_may(Permission.DUTIES_CHANGE),
    )


@bp.get("/next")
@requires(Permission.DESK_VIEW)
@reads_only
def following() -> ResponseReturnValue:
    """Lead on to the first thing that is not done where one comes from, nor a colleague's."""
    past, own = request.args.get("past", ""), current_actor().user_id
    for task in _tasks():
        is_free = task.colleague is None or task.colleague.user_id == own
        if is_free and (address := _address(task)) != past:
            return redirect(address, 303)
    return redirect(url_for("desk.show"), 303)


@bp.app_template_global()
def next_on_desk() -> str:
    """Return the way on, for those who have just done something that stood on the desk; or ""."""
    if request.endpoint not in WHERE_TASKS_ARE_DONE or not visitor_may(Permission.DESK_VIEW):
        return ""
    return url_for("desk.following", past=request.path)


def _tasks() -> list[Task]:
    return queries.list_tasks(
        current_session(),
        current_actor(),
        now=now(),
        today=today(),
        first_contact_days=current_municipality().first_contact_days,
    )


def _is_shown(task: Task, chosen: str) -> bool:
    if chosen == MINE:
        return task.colleague is not None and task.colleague.user_id == current_actor().user_id
    return chosen not in GROUPS or task.kind in GROUPS[chosen].kinds


def _tabs(tasks: list[Task], chosen: str) -> list[tuple[object, str, bool, int]]:
    labels = {"": _("Everything"), MINE: _("Mine")}
    labels |= {code: group.label for code, group in GROUPS.items()}
    chosen = chosen if chosen in labels else ""
    return [
        (
            label,
            url_for("desk.show", group=code or None),
            code == chosen,
            sum(_is_shown(task, code) for task in tasks),
        )
        for code, label in labels.items()
    ]


def _row(task: Task) -> dict[str, object]:
    late = task.days_late(today())
    return {
        "subject": _subject(task),
        "meta": [CONCERNED.get(task.concerned, ACTIONS[task.kind]), *_notes(task), _who(task)],
        "icon": ICONS[task.kind],
        "url": _address(task),
        "assign_url": url_for("duties.assignment", kind=task.kind, record_id=task.record_id)
        if task.may_be_given
        else "",
        "urgent": task.is_urgent or late > 0,
        "state": _state(task, late),
    }


def _address(task: Task) -> str:
    """Return where a task is done: what belongs to a pair is done on the pair's page."""
    if task.kind is TaskKind.CONCERN and task.guides:
        return _pair(task.record_id)
    return ADDRESSES.get(task.kind, _match)(task.record_id)


def _subject(task: Task) -> str:
    return f"{task.subject} – {together(task.guides)}" if task.guides else task.subject


def _notes(task: Task) -> list[str]:
    """Return what to know before opening the page."""
    return [
        _("Under 18") if task.under_18 else "",
        still_missing(task.lacks),
        _calls(task),
        str(PRIORITY[task.priority]) if task.priority else "",
    ]


def _calls(task: Task) -> str:
    if not task.calls or task.called_on is None:
        return ""
    on = weekday(task.called_on)
    return str(
        ngettext(
            "called once, %(date)s",
            "called %(num)s times, last %(date)s",
            task.calls,
            date=on,
        )
    )


def _who(task: Task) -> str:
    """Return who has taken the task on."""
    if task.colleague is None:
        return ""
    if task.colleague.instead_of:
        names = {"name": task.colleague.name, "away": task.colleague.instead_of}
        return str(_("%(name)s, while %(away)s is away", **names))
    return task.colleague.name


def _state(task: Task, late: int) -> str:
    if late and not task.is_undated:
        return str(ngettext("%(num)d day late", "%(num)d days late", late))
    waited = task.days_waited(today())
    if waited < 1:
        return str(_("new today"))
    return str(ngettext("waited %(num)d day", "waited %(num)d days", waited))


def _match(record_id: uuid.UUID) -> str:
    return url_for("matches.show", match_id=record_id)


def _guide(record_id: uuid.UUID) -> str:
    return url_for("guides.show", guide_id=record_id)


def _pair(record_id: uuid.UUID) -> str:
    return url_for("follow_ups.pair", match_id=record_id)


def _ending(record_id: uuid.UUID) -> str:
    return url_for("endings.plan", match_id=record_id)


WHERE_TASKS_ARE_DONE = frozenset(
    {
        "courses.show",
        "endings.plan",
        "endings.transfers",
        "families.group",
        "families.show",
        "follow_ups.index",
        "follow_ups.pair",
        "guides.show",
        "guides.steps_of",
        "matches.candidates",
        "matches.show",
        "messages.show",
    }
)
# The page where each task is done, in one click; the match's own where nothing is said.
ADDRESSES: Mapping[TaskKind, Address] = {
    TaskKind.CONTACT_APPLICANT: _guide,
    TaskKind.INTERVIEW: _guide,
    TaskKind.APPROVE: _guide,
    TaskKind.STEPS_MISSING: lambda key: url_for("guides.steps_of", guide_id=key),
    TaskKind.CONCERN: lambda _key: url_for("follow_ups.index"),
    TaskKind.TALK: _pair,
    TaskKind.NOT_MEETING: _pair,
    TaskKind.CONTACT_PAIR: _pair,
    TaskKind.SILENT_PAIR: _pair,
    TaskKind.TOO_MUCH: _ending,
    TaskKind.GUIDE_STOPS: _ending,
    TaskKind.TELL_GUIDE: _ending,
    TaskKind.DECIDE_ENDING: _ending,
    TaskKind.TRANSFER: lambda _key: url_for("endings.transfers"),
    TaskKind.FIND_GUIDE: lambda key: url_for("matches.candidates", family_id=key),
    TaskKind.FIND_GROUP_GUIDES: lambda key: url_for("families.group", family_id=key),
    TaskKind.APPROVE_GROUP: lambda key: url_for("families.group", family_id=key),
    TaskKind.ATTENDANCE: lambda key: url_for("courses.show", course_id=key),
    TaskKind.POSSIBLE_HIT: lambda key: url_for("no_contact.show", family_id=key),
    TaskKind.FAILED_MESSAGE: lambda key: url_for("messages.show", message_id=key),
}
