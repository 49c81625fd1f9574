"""What stood out in a week of looks."""

import datetime as dt
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.permissions import Permission
from app.privacy.forms.looks import which
from app.privacy.queries.looks_names import names_of_records
from app.privacy.queries.looks_week import WEEK, get_week, last_monday
from app.privacy.views.blueprint import bp
from app.privacy.views.looks import ENDPOINTS, day_of_log
from app.web.context import current_session, today


@bp.get("/looks/week")
@requires(Permission.ACCESS_LOG_VIEW)
@looks_at(RecordKind.ACCESS_LOG)
def looks_week() -> ResponseReturnValue:
    asked = request.args.get("from", type=day_of_log)
    monday = asked - dt.timedelta(days=asked.weekday()) if asked else last_monday(today())
    session, actor = current_session(), current_actor()
    week = get_week(session, actor, monday)
    told = [one.record_id for one in week.often] + [one.record_id for one in week.namesakes]
    names = names_of_records(session, actor, told)
    looked_at_list(RecordKind.ACCESS_LOG, week.count)
    return render_template(
        "privacy/looks_week.html",
        week=week,
        sunday=monday + WEEK - dt.timedelta(days=1),
        earlier=_address("privacy.looks_week", {"from": monday - WEEK}),
        later=_address("privacy.looks_week", {"from": monday + WEEK})
        if monday + WEEK <= today()
        else "",
        record_name=lambda one: which(one.record, one.record_id, names),
        record_url=lambda one: _address(
            ENDPOINTS[one.record], {f"{one.record.value}_id": one.record_id}
        ),
        log_url=lambda user_id, first, last: _address(
            "privacy.looks", {"user": user_id, "from": first, "until": last}
        ),
    )


def _address(endpoint: str, values: dict[str, Any]) -> str:
    return url_for(endpoint, **values)
