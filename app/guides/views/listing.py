"""The staff's list of guides."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import wording
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.guides import queries
from app.guides.models import GuideStatus
from app.guides.views.blueprint import bp
from app.guides.views.steps import COLORS, calls_in_vain
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.paging import asked_page
from app.web.searching import keep_words, searched, searched_words


@bp.get("/guides")
@requires(Permission.GUIDES_VIEW)
@looks_at(RecordKind.GUIDE)
def index() -> ResponseReturnValue:
    days = current_municipality().first_contact_days
    status = next((s for s in GuideStatus if s == request.args.get("status")), None)
    words = searched_words()
    found = queries.list_guides(
        current_session(),
        current_actor(),
        status=status,
        words=words,
        overdue=queries.overdue_on(today(), days),
        number=asked_page(),
    )
    looked_at_list(RecordKind.GUIDE, len(found.rows), words=words)
    filters: dict[str, Any] = searched(words) | ({"status": status.value} if status else {})
    ready = [guide.id for guide in found.rows if guide.status is GuideStatus.READY]
    return render_template(
        "guides/index.html",
        guides=found.rows,
        lacking=set(queries.missing_steps(current_session(), ready)) if ready else (),
        late={guide.id for guide in found.rows if guide.is_overdue(days, today())},
        page=found.page,
        page_url=lambda number: url_for("guides.index", **filters, page=number),
        tabs=_tabs(status, words),
        words=words,
        status=status,
        colors=COLORS,
        calls=calls_in_vain,
    )


@bp.post("/guides")
@requires(Permission.GUIDES_VIEW)
def search() -> ResponseReturnValue:
    return keep_words("guides.index", "status")


def _tabs(status: GuideStatus | None, words: str) -> list[tuple[object, ...]]:
    """Return the filter by status: each with how many guides there are in all."""
    counts = queries.count_by_status(current_session())
    kept: dict[str, Any] = searched(words)
    everybody = (_("All"), url_for("guides.index", **kept), status is None, sum(counts.values()))
    return [
        everybody,
        *(
            (
                wording.label(each),
                url_for("guides.index", status=each.value, **kept),
                status is each,
                number,
            )
            for each, number in counts.items()
        ),
    ]
