"""Families that move: which municipality is to be told."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.endings import forms, queries, services
from app.endings.views.blueprint import bp
from app.endings.views.elsewhere import moves_to
from app.errors import Conflict
from app.municipalities.queries import find_municipalities_named
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.transactions import reads_only


@bp.get("/transfers")
@requires(Permission.MATCHES_CONFIRM)
@looks_at(RecordKind.FAMILY)
def transfers() -> ResponseReturnValue:
    pending = queries.list_pending_transfers(current_session(), current_actor())
    looked_at_list(RecordKind.FAMILY, len(pending))
    places = {place for transfer in pending if (place := moves_to(transfer))}
    return render_template(
        "endings/transfers.html",
        pending=pending,
        ours=find_municipalities_named(current_session(), places),
        today=today(),
    )


@bp.get("/transfers/<uuid:transfer_id>/closing")
@requires(Permission.MATCHES_CONFIRM)
@reads_only
def back_to_transfers(transfer_id: uuid.UUID) -> ResponseReturnValue:
    queries.get_transfer(current_session(), current_actor(), transfer_id)
    return redirect(url_for("endings.transfers"), 303)


@bp.post("/transfers/<uuid:transfer_id>/closing")
@requires(Permission.MATCHES_CONFIRM)
def close_transfer(transfer_id: uuid.UUID) -> ResponseReturnValue:
    transfer = queries.get_transfer(current_session(), current_actor(), transfer_id)
    form = forms.TransferForm()
    if form.validate_on_submit():
        try:
            services.close_transfer(
                current_session(), current_actor(), transfer, form.to_status(), today=today()
            )
        except Conflict:
            flash(_("Nothing has changed."), "info")
        else:
            flash(_("Noted. It is off your list."), "success")
    return redirect(url_for("endings.transfers"), 303)
