from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import requires, visitor_may
from app.permissions import Permission
from app.reports.views.blueprint import bp
from app.web.transactions import reads_only


@bp.get("/planning")
@requires(Permission.SIMULATION_VIEW)
@reads_only
def planning() -> ResponseReturnValue:
    """Open the first page of the room that the reader may see: a manager sees no family."""
    may_recruit = visitor_may(Permission.RECRUITING_VIEW)
    return redirect(url_for("reports.recruiting" if may_recruit else "reports.simulation"), 303)
