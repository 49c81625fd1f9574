"""The list of public places where start meetings are held."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.matches import forms, queries, services
from app.matches.models import MeetingPlace
from app.matches.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session
from app.web.transactions import reads_only


@bp.get("/meeting-places")
@requires(Permission.PLACES_CHANGE)
@reads_only
def meeting_places() -> ResponseReturnValue:
    return _list(forms.PlaceForm(formdata=None))


@bp.post("/meeting-places")
@requires(Permission.PLACES_CHANGE)
def add_meeting_place() -> ResponseReturnValue:
    form = forms.PlaceForm()
    form.active.data = True  # nobody adds a place that is not used
    if _saved(form):
        return redirect(_home(), 303)
    return _list(form), 422


@bp.get("/meeting-places/<uuid:place_id>")
@requires(Permission.PLACES_CHANGE)
@reads_only
def meeting_place(place_id: uuid.UUID) -> ResponseReturnValue:
    place = queries.get_meeting_place(current_session(), current_actor(), place_id)
    return _edit(forms.PlaceForm(formdata=None, obj=place), place)


@bp.post("/meeting-places/<uuid:place_id>")
@requires(Permission.PLACES_CHANGE)
def change_meeting_place(place_id: uuid.UUID) -> ResponseReturnValue:
    place = queries.get_meeting_place(current_session(), current_actor(), place_id)
    form = forms.PlaceForm()
    if _saved(form, place):
        return redirect(_home(), 303)
    return _edit(form, place), 422


def _saved(form: forms.PlaceForm, place: MeetingPlace | None = None) -> bool:
    """Save a place as the form has it; return whether that could be done."""
    if not form.validate_on_submit():
        return False
    try:
        services.save_meeting_place(current_session(), current_actor(), form.to_input(), place)
    except services.MeetingPlaceTaken:
        form.name.errors = [_("Another place has this name.")]
        return False
    flash(_("The place is saved."), "success")
    return True


def _home() -> str:
    return url_for("matches.meeting_places")


def _list(form: forms.PlaceForm) -> str:
    places = queries.list_meeting_places(current_session(), active_only=False)
    return render_template("matches/meeting_places.html", form=form, places=places)


def _edit(form: forms.PlaceForm, place: MeetingPlace) -> str:
    return render_template("matches/meeting_place.html", form=form, place=place)
