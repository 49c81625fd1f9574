"""Proposing a guide, confirming as the other one, ending; and whom the household fears."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor
from app.protected import queries, services
from app.protected.forms import FearedForm, GuideForm
from app.protected.views.blueprint import bp
from app.protected.views.guarding import current_choice, for_the_two, household_of
from app.protected.views.households import record_page
from app.web.context import current_session, now


@bp.post("/households/<uuid:household_id>/proposal")
@for_the_two
def propose(household_id: uuid.UUID) -> ResponseReturnValue:
    session, actor, household = current_session(), current_actor(), household_of(household_id)
    feared = queries.feared_by(session, household)
    guides = queries.list_fitting_guides(session, current_choice(), household, feared)
    form = GuideForm()
    form.offer(guides, household.language)
    if not form.validate():
        return record_page(household, form=form, guide_form=form), 422
    services.propose_guide(session, actor, household, form.guide_id, now=now())
    flash(_("The guide is proposed. The other one of you confirms."), "success")
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/proposal/confirmation")
@for_the_two
def confirm(household_id: uuid.UUID) -> ResponseReturnValue:
    household = household_of(household_id)
    try:
        services.confirm_guide(current_session(), current_actor(), household, now=now())
    except (services.GuideDoesNotFit, services.NoPlaceLeft):
        flash(_("The guide can no longer take the household. Take the proposal back."), "warning")
    else:
        flash(_("Confirmed. Now call both: no letter is sent."), "success")
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/end")
@for_the_two
def end(household_id: uuid.UUID) -> ResponseReturnValue:
    household = household_of(household_id)
    services.end_meeting(current_session(), current_actor(), household, now=now())
    flash(
        _(
            "Nobody is noted as their guide any more. The guide's break goes on: ask them, and end it on their page."
        ),
        "success",
    )
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/feared")
@for_the_two
def add_feared(household_id: uuid.UUID) -> ResponseReturnValue:
    household, form = household_of(household_id), FearedForm()
    if not form.validate():
        return record_page(household, form=form, feared_form=form), 422
    services.note_feared(current_session(), current_actor(), household, form.words, now=now())
    flash(_("They are on the list. What you wrote cannot be read by anybody any more."), "success")
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/feared/<uuid:person_id>/removal")
@for_the_two
def remove_feared(household_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    household = household_of(household_id)
    services.forget_feared(current_session(), current_actor(), household, person_id, now=now())
    flash(_("They are off the list."), "success")
    return _back(household_id)


def _back(household_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("protected.show", household_id=household_id), 303)
