"""Neighbourhoods for staff: the list, one of them with its ways, and what may be changed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app import wording
from app.accounts.guards import current_actor, requires
from app.errors import Conflict
from app.municipalities import queries, services
from app.municipalities.forms import AS_LOADED, MINUTES, UNREACHABLE, NeighbourhoodForm, WayForm
from app.municipalities.models import Neighbourhood, NeighbourhoodLink, Tier
from app.municipalities.views.blueprint import bp
from app.paging import page_of
from app.permissions import Permission
from app.travel import UNKNOWN_TRIP, Band, Trip
from app.web.context import current_session
from app.web.paging import asked_page
from app.web.transactions import reads_only

PAGE_SIZE = 25
LONGEST_SEARCH = 60
ORDER = (Band.SAME, Band.ADJACENT, Band.MINUTES, Band.UNKNOWN, Band.UNREACHABLE)


class Way(NamedTuple):
    """The way to another neighbourhood, as the page tells it."""

    other: Neighbourhood
    trip: Trip
    staff_minutes: int | None
    by_staff: bool


@bp.get("/<municipality>/neighbourhoods")
@requires(Permission.PLACES_VIEW)
@reads_only
def neighbourhoods() -> ResponseReturnValue:
    session = current_session()
    words = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    everything = queries.list_neighbourhoods(session, active_only=False)
    by_code = _with_postcode(session, words)
    found = [r for r in everything if words.casefold() in r.name.casefold() or r.id in by_code]
    page = page_of(len(found), PAGE_SIZE, asked_page())
    return render_template(
        "places/index.html",
        rows=found[page.rows],
        names={row.id: row.name for row in everything},
        postcodes=queries.count_postcodes(session),
        words=words,
        page=page,
        page_url=lambda n: url_for("municipalities.neighbourhoods", q=words or None, page=n),
    )


@bp.get("/<municipality>/neighbourhoods/<uuid:neighbourhood_id>")
@requires(Permission.PLACES_VIEW)
@reads_only
def neighbourhood(neighbourhood_id: uuid.UUID) -> ResponseReturnValue:
    session = current_session()
    row = _get(neighbourhood_id)
    return render_template(
        "places/show.html",
        row=row,
        parent=_get(row.parent_id) if row.parent_id else None,
        parts=[r for r in queries.list_neighbourhoods(session) if r.parent_id == row.id],
        postcodes=[code.code for code in queries.list_postcodes(session, row.id)],
        ways=_ways(session, row),
        told_way=told_way,
    )


@bp.get("/<municipality>/neighbourhoods/new")
@requires(Permission.PLACES_CHANGE)
@reads_only
def neighbourhood_new() -> ResponseReturnValue:
    return _form_page(NeighbourhoodForm(formdata=None), None)


@bp.post("/<municipality>/neighbourhoods/new")
@requires(Permission.PLACES_CHANGE)
def neighbourhood_add() -> ResponseReturnValue:
    form = NeighbourhoodForm()
    _offer(form, None)
    if form.validate():
        try:
            row = services.add_neighbourhood(current_session(), current_actor(), form.to_input())
        except Conflict as refusal:
            _refuse(form, refusal)
        else:
            flash(_("The neighbourhood is added."), "success")
            return redirect(url_for("municipalities.neighbourhood", neighbourhood_id=row.id), 303)
    return _form_page(form, None), 422


@bp.get("/<municipality>/neighbourhoods/<uuid:neighbourhood_id>/edit")
@requires(Permission.PLACES_CHANGE)
@reads_only
def neighbourhood_edit(neighbourhood_id: uuid.UUID) -> ResponseReturnValue:
    row = _get(neighbourhood_id)
    answers = _answers(row)
    form = NeighbourhoodForm(formdata=None, data=answers)
    form.show_version(answers)
    return _form_page(form, row)


@bp.post("/<municipality>/neighbourhoods/<uuid:neighbourhood_id>/edit")
@requires(Permission.PLACES_CHANGE)
def neighbourhood_change(neighbourhood_id: uuid.UUID) -> ResponseReturnValue:
    row = _get(neighbourhood_id)
    form = NeighbourhoodForm()
    _offer(form, row)
    if form.validate() and form.is_current(_answers(row)):
        try:
            services.change_neighbourhood(current_session(), current_actor(), row, form.to_input())
        except Conflict as refusal:
            _refuse(form, refusal)
        else:
            flash(_("The neighbourhood is saved."), "success")
            return redirect(url_for("municipalities.neighbourhood", neighbourhood_id=row.id), 303)
    return _form_page(form, row), 422


@bp.get("/<municipality>/neighbourhoods/<uuid:neighbourhood_id>/ways/<uuid:other_id>")
@requires(Permission.PLACES_CHANGE)
@reads_only
def neighbourhood_way(neighbourhood_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    row, other = _get(neighbourhood_id), _get(other_id)
    link = queries.find_link(current_session(), row.id, other.id) or NeighbourhoodLink()
    by_staff = UNREACHABLE if link.staff_unreachable else MINUTES if link.staff_minutes else None
    form = WayForm(
        formdata=None,
        data={
            "way": by_staff or AS_LOADED,
            "minutes": link.staff_minutes,
            "adjacent": link.is_adjacent,
        },
    )
    return _way_page(form, row, other)


@bp.post("/<municipality>/neighbourhoods/<uuid:neighbourhood_id>/ways/<uuid:other_id>")
@requires(Permission.PLACES_CHANGE)
def neighbourhood_way_change(
    neighbourhood_id: uuid.UUID, other_id: uuid.UUID
) -> ResponseReturnValue:
    row, other = _get(neighbourhood_id), _get(other_id)
    form = WayForm()
    form.offer("")
    resets = "reset" in request.form
    if resets or form.validate():
        values = services.WayInput() if resets else form.to_input()
        try:
            services.override_link(current_session(), current_actor(), row, other, values)
        except services.NoWayBetween:
            form.form_errors.append(_("There is no way between a neighbourhood and itself."))
        else:
            flash(_("The way is saved."), "success")
            return redirect(url_for("municipalities.neighbourhood", neighbourhood_id=row.id), 303)
    return _way_page(form, row, other), 422


def _with_postcode(session: Session, words: str) -> set[uuid.UUID]:
    """Return the neighbourhoods that have postcodes beginning with what was searched for."""
    if not words.isdecimal():
        return set()
    codes = queries.list_postcodes(session)
    return {row.neighbourhood_id for row in codes if row.code.startswith(words)}


def told(trip: Trip) -> str:
    """Return a way in the words that people see."""
    return str(wording.travel_label(trip.band, trip.minutes))


def told_way(way: Way) -> str:
    """Return a way as staff know it: what they wrote themselves is not rounded."""
    if way.staff_minutes is None:
        return told(way.trip)
    minutes = str(ngettext("%(num)s minute", "%(num)s minutes", way.staff_minutes))
    return f"{told(way.trip)}, {minutes}" if way.trip.band is Band.ADJACENT else minutes


def _get(neighbourhood_id: uuid.UUID) -> Neighbourhood:
    return queries.get_neighbourhood(current_session(), current_actor(), neighbourhood_id)


def _answers(row: Neighbourhood) -> dict[str, Any]:
    """Return what is on record about a neighbourhood as the answers of its form."""
    links = queries.links_of(current_session(), row)
    return {
        "name": row.name,
        "parent": str(row.parent_id or ""),
        "next_to": sorted(str(other) for other, link in links.items() if link.is_adjacent),
        "latitude": "" if row.latitude is None else str(row.latitude),
        "longitude": "" if row.longitude is None else str(row.longitude),
        "active": row.active,
    }


def _ways(session: Session, row: Neighbourhood) -> Sequence[Way]:
    """Return the ways to the other main neighbourhoods, the nearest first."""
    if row.tier is not Tier.MAIN:
        return []
    links: Mapping[uuid.UUID, NeighbourhoodLink] = queries.links_of(session, row)
    ways = []
    for other in queries.list_siblings(session, row):
        link = links.get(other.id)
        minutes = link.staff_minutes if link else None
        trip = link.trip if link else UNKNOWN_TRIP
        ways.append(Way(other, trip, minutes, bool(link and link.by_staff)))
    return sorted(ways, key=lambda way: (ORDER.index(way.trip.band), way.trip.minutes or 0))


def _offer(form: NeighbourhoodForm, row: Neighbourhood | None) -> None:
    everything = queries.list_neighbourhoods(current_session(), active_only=False)
    main = [r for r in everything if r.tier is Tier.MAIN and (row is None or r.id != row.id)]
    around = row.parent_id if row else None  # stays on the list when it is out of use
    form.offer(
        parents=[(str(r.id), r.name) for r in main if r.active or r.id == around],
        siblings=[(str(r.id), r.name) for r in main if r.active],
    )


def _refuse(form: NeighbourhoodForm, refusal: Conflict) -> None:
    """Put a refusal into words, at the field that it is about."""
    if isinstance(refusal, services.NameTaken):
        form.name.errors = [_("Another neighbourhood has this name.")]
    elif isinstance(refusal, services.NeighbourhoodHasParts):
        form.parent.errors = [_("Other neighbourhoods lie in this one, so it must be a main one.")]
    else:
        form.parent.errors = [_("Choose a main neighbourhood.")]


def _form_page(form: NeighbourhoodForm, row: Neighbourhood | None) -> str:
    _offer(form, row)
    return render_template("places/edit.html", form=form, row=row)


def _way_page(form: WayForm, row: Neighbourhood, other: Neighbourhood) -> str:
    link = queries.find_link(current_session(), row.id, other.id)
    form.offer(told(link.loaded_trip if link else UNKNOWN_TRIP))
    return render_template("places/way.html", form=form, row=row, other=other, link=link)
