import datetime as dt

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.accounts.guards import current_actor, requires
from app.permissions import Permission
from app.privacy.models import Measure
from app.privacy.queries import months
from app.privacy.views.blueprint import bp
from app.web.context import current_session
from app.web.transactions import reads_only

COLUMNS = (
    Measure.FAMILIES_REGISTERED,
    Measure.FAMILIES_WAITING,
    Measure.GUIDES_APPLIED,
    Measure.GUIDES_READY,
    Measure.MATCHES_STARTED,
    Measure.MATCHES_ACTIVE,
    Measure.MEETINGS,
)


@bp.get("/months")
@requires(Permission.SETTLEMENT_VIEW)
@reads_only
def month_by_month() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    return render_template(
        "privacy/months.html",
        rows=months.list_months(session, actor),
        columns=COLUMNS,
        name_of=_name_of,
        minutes=Measure.MEETING_MINUTES,
        waits=dict(months.list_bands(session, actor, Measure.WAITED_BEFORE_GUIDE)),
        bands=[*map(str, months.WAITED_DAYS), "more"],
    )


def _name_of(month: dt.date) -> str:
    return str(format_date(month, "LLLL y"))
