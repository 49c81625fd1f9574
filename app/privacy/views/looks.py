"""The access log: all of it for the leader and the privacy officer, one record's for its staff."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import wording
from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import Look, LookKind, RecordKind
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.privacy.forms import looks as words
from app.privacy.forms.folding import folded
from app.privacy.queries import looks as queries
from app.privacy.services import looks_naming
from app.privacy.services.looks_chain import check_chain
from app.privacy.services.looks_kept import kept_since
from app.privacy.views.blueprint import bp
from app.web.context import current_session, now
from app.web.paging import asked_page

CHECKED = dt.timedelta(days=31)  # the whole chain is what `flask looks check` is for
YEARS = range(2020, 2200)
ENDPOINTS = {
    RecordKind.GUIDE: "privacy.looks_at_guide",
    RecordKind.FAMILY: "privacy.looks_at_family",
    RecordKind.MATCH: "privacy.looks_at_match",
}


@bp.get("/looks")
@requires(Permission.ACCESS_LOG_VIEW)
@looks_at(RecordKind.ACCESS_LOG)
def looks() -> ResponseReturnValue:
    session, actor, chosen = current_session(), current_actor(), _chosen()
    found = queries.list_looks(session, actor, chosen, number=asked_page())
    looked_at_list(RecordKind.ACCESS_LOG, len(found.rows))
    chain = check_chain(session, kept_since=kept_since(now()), since=now() - CHECKED)
    return render_template(
        "privacy/looks.html",
        rows=_rows(found),
        page=found.page,
        page_url=lambda number: url_for("privacy.looks", **_kept(), page=number),
        chosen=chosen,
        onlookers=queries.list_onlookers(session, actor),
        kinds=wording.choices(LookKind),
        records=wording.choices(RecordKind),
        chain=chain,
        names_staff=current_municipality().looks_name_staff,
    )


@bp.post("/looks/naming")
@requires(Permission.ACCESS_LOG_VIEW)
@confirmed_lately
def decide_naming() -> ResponseReturnValue:
    """Say whether extracts name staff."""
    if words.NamingForm().validate_on_submit():
        looks_naming.decide_naming(
            current_session(), current_actor(), name_staff=request.form.get("name_staff") == "1"
        )
        flash(_("The settings are saved."), "success")
    return redirect(url_for("privacy.looks"), 303)


@bp.get("/guides/<uuid:guide_id>/looks")
@requires(Permission.ACCESS_LOG_VIEW_RECORD)
@looks_at(RecordKind.GUIDE, "guide_id")
def looks_at_guide(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _record_page(RecordKind.GUIDE, guide_id)


@bp.get("/families/<uuid:family_id>/looks")
@requires(Permission.ACCESS_LOG_VIEW_RECORD)
@looks_at(RecordKind.FAMILY, "family_id")
def looks_at_family(family_id: uuid.UUID) -> ResponseReturnValue:
    return _record_page(RecordKind.FAMILY, family_id)


@bp.get("/matches/<uuid:match_id>/looks")
@requires(Permission.ACCESS_LOG_VIEW_RECORD)
@looks_at(RecordKind.MATCH, "match_id")
def looks_at_match(match_id: uuid.UUID) -> ResponseReturnValue:
    return _record_page(RecordKind.MATCH, match_id)


def _record_page(kind: RecordKind, record_id: uuid.UUID) -> str:
    session, chosen = current_session(), _chosen()
    found = queries.list_looks_at(
        session, current_actor(), kind, record_id, chosen=chosen, number=asked_page()
    )
    name = found.records.get(record_id, "")
    argument: dict[str, Any] = {f"{kind.value}_id": record_id}
    return render_template(
        "privacy/looks_at.html",
        kind=kind,
        name=name,
        argument=argument,
        rows=_rows(found),
        page=found.page,
        page_url=lambda number: url_for(ENDPOINTS[kind], **argument, **_kept(), page=number),
        chosen=chosen,
        lists=queries.count_lists(session, kind, chosen),
        action=url_for(ENDPOINTS[kind], **argument),
    )


def _rows(found: queries.LookPage) -> list[dict[str, Any]]:
    known = found.names | found.records
    return [
        {
            "at": words.how_often(line),
            "times": words.each_time(line),
            "who": words.who(line.latest, found.names),
            "roles": words.as_what(line.latest) or "–",
            "what": words.way(line),
            "which": words.which(line.latest.record, line.latest.record_id, known),
            "url": _record_url(line.latest),
            "reason": wording.label(line.latest.reason) if line.latest.reason else "–",
        }
        for line in folded(found.rows)
    ]


def _record_url(look: Look) -> str:
    if look.record_id is None or look.record not in ENDPOINTS:
        return ""
    argument: dict[str, Any] = {f"{look.record.value}_id": look.record_id}
    return url_for(ENDPOINTS[look.record], **argument)


def _chosen() -> queries.LookFilter:
    return queries.LookFilter(
        user_id=request.args.get("user", type=uuid.UUID),
        what=request.args.get("what", type=LookKind),
        record=request.args.get("record", type=RecordKind),
        from_on=request.args.get("from", type=day_of_log),
        until_on=request.args.get("until", type=day_of_log),
    )


def day_of_log(text: str) -> dt.date:
    """Return a day for which there may be looks; raise ValueError for any other."""
    day = dt.date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _kept() -> dict[str, Any]:
    """Return the filters of this page for the address of another one."""
    names = ("user", "what", "record", "from", "until")
    return {name: request.args[name] for name in names if request.args.get(name)}
