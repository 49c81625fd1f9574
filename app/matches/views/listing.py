from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.matches import queries
from app.matches.models import MatchStatus
from app.matches.views.blueprint import bp
from app.permissions import Permission, limited_to_own
from app.web.context import current_session
from app.web.paging import asked_page
from app.web.searching import keep_words, searched, searched_words

GROUP_WORDS = {
    "proposed": _l("To decide"),
    "asked": _l("Waiting for answers"),
    "agreed": _l("Ready to start"),
    "active": _l("Active"),
    "closed": _l("Closed"),
}


@bp.get("/matches")
@requires(Permission.MATCHES_VIEW)
@looks_at(RecordKind.MATCH)
def index() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    group = request.args.get("status", "")
    group = group if group in queries.STATUS_GROUPS else ""
    search = searched_words()
    own = limited_to_own(actor, Permission.MATCHES_VIEW)
    statuses = queries.STATUS_GROUPS.get(group, frozenset(MatchStatus))
    rows, page = queries.list_matches(
        session, actor, statuses=statuses, search="" if own else search, number=asked_page()
    )
    looked_at_list(RecordKind.MATCH, len(rows), words=search)
    return render_template(
        "matches/own.html" if own else "matches/index.html",
        matches=rows,
        page=page,
        page_url=lambda number: url_for(
            "matches.index", status=group, page=number, **searched(search)
        ),
        group=group,
        search=search,
        tabs=_tabs(group, search),
    )


@bp.post("/matches")
@requires(Permission.MATCHES_VIEW)
def search() -> ResponseReturnValue:
    return keep_words("matches.index", "status")


def _tabs(group: str, search: str) -> list[tuple[object, str, bool, int]]:
    counts = queries.count_by_status(current_session(), current_actor())
    tabs: list[tuple[object, str, bool, int]] = [
        (_l("All"), url_for("matches.index", **searched(search)), not group, sum(counts.values()))
    ]
    for name, statuses in queries.STATUS_GROUPS.items():
        url = url_for("matches.index", status=name, **searched(search))
        tabs.append(
            (GROUP_WORDS[name], url, name == group, sum(counts.get(s, 0) for s in statuses))
        )
    return tabs
