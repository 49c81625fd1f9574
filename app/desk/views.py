from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor, requires
from app.desk import queries
from app.desk.forms import ACTIONS, GROUPS, ICONS
from app.desk.queries import Task, TaskKind
from app.families.forms.words import PRIORITY
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.rounds.queries import suggested_families
from app.web.context import current_session, today
from app.web.transactions import reads_only
from app.wording import together

bp = Blueprint("desk", __name__, url_prefix="/<municipality>/desk")


@bp.get("")
@requires(Permission.DESK_VIEW)
@reads_only
def show() -> ResponseReturnValue:
    tasks = queries.list_tasks(
        current_session(),
        current_actor(),
        today=today(),
        first_contact_days=current_municipality().first_contact_days,
    )
    chosen = request.args.get("group", "")
    shown = [task for task in tasks if chosen not in GROUPS or task.kind in GROUPS[chosen].kinds]
    return render_template(
        "desk/show.html",
        rows=[_row(task) for task in shown],
        tabs=_tabs(tasks, chosen),
        late_count=sum(task.days_late(today()) > 0 for task in tasks),
        task_count=len(tasks),
        suggested=_suggested(tasks),
    )


def _suggested(tasks: list[Task]) -> int:
    """Return how many of the families without a guide there is a suggestion for."""
    families = suggested_families(current_session(), current_actor())
    return sum(task.kind is TaskKind.FIND_GUIDE and task.record_id in families for task in tasks)


def _tabs(tasks: list[Task], chosen: str) -> list[tuple[object, str, bool, int]]:
    everything = (_("Everything"), url_for("desk.show"), chosen not in GROUPS, len(tasks))
    return [everything] + [
        (
            group.label,
            url_for("desk.show", group=code),
            code == chosen,
            sum(task.kind in group.kinds for task in tasks),
        )
        for code, group in GROUPS.items()
    ]


def _row(task: Task) -> dict[str, object]:
    late = task.days_late(today())
    return {
        "subject": _subject(task),
        "action": ACTIONS[task.kind],
        "note": _note(task),
        "icon": ICONS[task.kind],
        "url": _address(task),
        "late": late,
        "state": _state(task, late),
    }


def _subject(task: Task) -> str:
    return f"{task.subject} – {together(task.guides)}" if task.guides else task.subject


def _note(task: Task) -> str:
    """Return what to know before opening the page."""
    if task.under_18:
        return str(_("Under 18"))
    return str(PRIORITY[task.priority]) if task.priority else ""


def _state(task: Task, late: int) -> str:
    if late:
        return str(ngettext("%(num)d day late", "%(num)d days late", late))
    waited = task.days_waited(today())
    if waited < 1:
        return str(_("new today"))
    return str(ngettext("waited %(num)d day", "waited %(num)d days", waited))


def _address(task: Task) -> str:
    """Return the page where the task is done, in one click."""
    if task.kind in GROUPS["guides"].kinds:
        return url_for("guides.show", guide_id=task.record_id)
    if task.kind is TaskKind.FIND_GUIDE:
        return url_for("matches.candidates", family_id=task.record_id)
    if task.kind is TaskKind.FAILED_MESSAGE:
        return url_for("messages.show", message_id=task.record_id)
    return url_for("matches.show", match_id=task.record_id)
