"""Families to choose from, and one family."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import wording
from app.accounts.guards import current_actor, requires, visitor_may
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.errors import NotFound
from app.families import queries
from app.families.models import FamilyKind, FamilyStatus
from app.families.views import told
from app.families.views.blueprint import bp
from app.municipalities import queries as places
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.paging import asked_page
from app.web.searching import keep_words, searched, searched_words

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, from the address of the page."""

    status: FamilyStatus | None
    words: str
    neighbourhood_id: uuid.UUID | None
    number: int

    def address(self, **changes: Any) -> str:
        """Return the list's address with these filters, some changed; nothing empty in it."""
        values: dict[str, Any] = {
            "status": self.status.value if self.status else EVERYBODY,
            "neighbourhood": str(self.neighbourhood_id or ""),
        }
        values |= searched(self.words) | changes
        return url_for("families.index", **{k: v for k, v in values.items() if v})


@bp.get("")
@requires(Permission.FAMILIES_VIEW)
@looks_at(RecordKind.FAMILY)
def index() -> ResponseReturnValue:
    filters = _filters()
    found = queries.list_families(
        current_session(),
        current_actor(),
        status=filters.status,
        words=filters.words,
        neighbourhood_id=filters.neighbourhood_id,
        number=filters.number,
    )
    looked_at_list(RecordKind.FAMILY, len(found.rows), words=filters.words)
    return render_template(
        "families/index.html",
        rows=[told.list_row(family, today()) for family in found.rows],
        page=found.page,
        page_url=lambda number: filters.address(page=number),
        filters=filters,
        tabs=_tabs(filters),
        neighbourhoods=places.list_neighbourhoods(current_session()),
        may_register=visitor_may(Permission.FAMILIES_REGISTER),
    )


@bp.post("")
@requires(Permission.FAMILIES_VIEW)
def search() -> ResponseReturnValue:
    return keep_words("families.index", "status", "neighbourhood")


@bp.get("/<uuid:family_id>")
@requires(Permission.FAMILIES_VIEW)
@looks_at(RecordKind.FAMILY, "family_id")
def show(family_id: uuid.UUID) -> ResponseReturnValue:
    try:
        family = queries.get_family(current_session(), current_actor(), family_id)
    except NotFound:  # pages about a match lead here, whoever is in it
        kind = FamilyKind.MINORS_GROUP
        queries.get_family(current_session(), current_actor(), family_id, kind=kind)
        return redirect(url_for("families.group", family_id=family_id), 303)
    return render_template(
        "families/show.html",
        family=family,
        told=told,
        may_change=family.takes_part and visitor_may(Permission.FAMILIES_REGISTER),
        may_match=family.status is FamilyStatus.WAITING and visitor_may(Permission.MATCHES_PROPOSE),
    )


@bp.app_template_global()
def families_by_quota(year: int) -> queries.QuotaCounts:
    """Let the page on settlement show our figures: the rooms do not know each other."""
    return queries.count_by_quota(current_session(), year)


def _tabs(filters: Filters) -> list[tuple[Any, str, bool, int]]:
    counts = queries.count_by_status(current_session())
    tabs = [
        (
            wording.label(status),
            filters.address(status=status.value),
            filters.status is status,
            counts[status],
        )
        for status in FamilyStatus
    ]
    everybody = filters.address(status=EVERYBODY)
    return [*tabs, (_("All"), everybody, filters.status is None, sum(counts.values()))]


def _filters() -> Filters:
    """Return the filters in the address; what cannot be read is left out."""
    asked = request.args
    status = asked.get("status", FamilyStatus.WAITING.value)
    return Filters(
        status=FamilyStatus(status) if status in set(FamilyStatus) else _none_or_waiting(status),
        words=searched_words(),
        neighbourhood_id=_uuid(asked.get("neighbourhood", "")),
        number=asked_page(),
    )


def _none_or_waiting(status: str) -> FamilyStatus | None:
    return None if status == EVERYBODY else FamilyStatus.WAITING


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
