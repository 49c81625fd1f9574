"""A copy for the household: one asks, the other agrees, and it is made while they wait."""

import uuid

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor
from app.accounts.limiting import limited
from app.accounts.services.limits import Limit
from app.municipalities.routing import current_municipality
from app.protected import copies, services
from app.protected.models import HouseholdPage
from app.protected.views.blueprint import bp
from app.protected.views.guarding import for_the_two, household_of
from app.web.context import current_session, now, today
from app.web.papers import paper_answer, prints

NAME = "what-is-kept"


@bp.post("/households/<uuid:household_id>/copy/request")
@for_the_two
def ask_for_copy(household_id: uuid.UUID) -> ResponseReturnValue:
    services.ask_for_copy(current_session(), current_actor(), household_of(household_id))
    flash(_("Noted. The other one of you agrees before there is a copy."), "success")
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/copy/agreement")
@for_the_two
def agree_to_copy(household_id: uuid.UUID) -> ResponseReturnValue:
    services.agree_to_copy(current_session(), current_actor(), household_of(household_id))
    flash(_("Agreed. Each of you can make the copy now, once."), "success")
    return _back(household_id)


@bp.post("/households/<uuid:household_id>/copy")
@for_the_two
@limited(Limit.EXPORT)
@prints
def hand_out_copy(household_id: uuid.UUID) -> ResponseReturnValue:
    """Make the copy. It is kept nowhere, and the two agree anew before the next."""
    session, actor, household = current_session(), current_actor(), household_of(household_id)
    services.hand_out_copy(session, actor, household)
    place = _("%(name)s municipality", name=current_municipality().name)
    if request.form.get("format") == "json":
        answer = Response(copies.write_file(household), mimetype="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="{NAME}.json"'
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer = paper_answer(copies.write_paper(household, place, today=today()), name=NAME)
    services.note_look(
        session, actor.user_id, HouseholdPage.COPY, household_id=household_id, now=now()
    )
    return answer


def _back(household_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("protected.show", household_id=household_id), 303)
