import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires, visitor_may
from app.matches.models import WeightChange
from app.matches.queries import find_settings, list_weight_changes, settings_in, weights_in
from app.matches.services import SettingsChangedMeanwhile
from app.municipalities.queries import list_neighbourhoods
from app.permissions import Permission
from app.reports.forms import advice, words
from app.reports.forms.weights import WeightsForm
from app.reports.models import SimulationRun
from app.reports.queries.history import Year
from app.reports.queries.runs import (
    arrivals_for,
    get_run,
    list_latest_runs,
    result_for,
    sees_exactly,
)
from app.reports.services import simulating
from app.reports.services.replaying import PACE_NOW
from app.reports.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.transactions import reads_only


@bp.get("/simulation")
@requires(Permission.SIMULATION_VIEW)
@reads_only
def simulation() -> ResponseReturnValue:
    changes = list_weight_changes(current_session(), current_actor())
    asked = request.args.get("change", "")
    again = next((change for change in changes if str(change.id) == asked), None)
    weights = again.before if again else weights_in(find_settings(current_session()))
    form = WeightsForm(formdata=None, data={**weights, "pace": PACE_NOW.value})
    return _page(form, changes=changes, again=again)


@bp.post("/simulation")
@requires(Permission.SIMULATION_VIEW)
def simulation_trial() -> ResponseReturnValue:
    form = WeightsForm()
    if not form.validate():
        return _page(form), 422
    try:
        run = simulating.try_weights(
            current_session(), current_actor(), form.to_wish(), now=now(), today=today()
        )
    except simulating.TrialUnderWay:
        form.form_errors.append(
            _("Another replay is being computed. Try again when it is done; nothing is lost.")
        )
        return _page(form), 422
    return redirect(url_for("reports.simulation_run", run_id=run.id), 303)


@bp.get("/simulation/<uuid:run_id>")
@requires(Permission.SIMULATION_VIEW)
@reads_only
def simulation_run(run_id: uuid.UUID) -> ResponseReturnValue:
    run = get_run(current_session(), current_actor(), run_id)
    if run.is_under_way:
        return render_template("reports/progress.html", run=run)
    tried = {**run.weights, "pace": run.pace.value}
    return _page(WeightsForm(formdata=None, data=tried), run)


@bp.post("/simulation/<uuid:run_id>/use")
@requires(Permission.MATCHING_CHANGE)
def simulation_use(run_id: uuid.UUID) -> ResponseReturnValue:
    run = get_run(current_session(), current_actor(), run_id)
    try:
        simulating.use_weights(current_session(), current_actor(), run, now=now())
    except SettingsChangedMeanwhile:
        flash(
            _(
                "Somebody has changed the weights since this was replayed, so nothing was changed."
                " Replay it again first."
            ),
            "warning",
        )
        return redirect(url_for("reports.simulation_run", run_id=run.id), 303)
    flash(_("These weights hold from now on. The next round uses them."), "success")
    return redirect(url_for("reports.simulation"), 303)


def _page(
    form: WeightsForm,
    run: SimulationRun | None = None,
    *,
    changes: Sequence[WeightChange] = (),
    again: WeightChange | None = None,
) -> str:
    """Draw the form, with a replay's outcome or, without one, with the changes until now."""
    session, actor = current_session(), current_actor()
    runs = list_latest_runs(session, actor)
    row = find_settings(session)
    version, held = settings_in(row).version, weights_in(row)
    return render_template(
        "reports/simulation.html",
        form=form,
        has_errors=form.has_errors or bool(form.sum_error),
        **_came(),
        run=run,
        runs=[(one, ", ".join(words.tried_weights(one))) for one in runs if one.is_done],
        changes=[
            (one, words.weight_changes(one.before, one.after), one.before != held)
            for one in changes
        ],
        again=again,
        may_use=_may_use(run, version, held),
        may_change=visitor_may(Permission.MATCHING_CHANGE),
        is_outdated=run is not None and run.settings_version != version,
        **_told(run),
    )


def _came() -> dict[str, Any]:
    """Return how many came, in words where they are told in steps only."""
    actor = current_actor()
    came = arrivals_for(current_session(), actor, Year(today()))
    return {"arrivals": came, "rounded": "" if sees_exactly(actor) else words.arrivals(came)}


def _may_use(run: SimulationRun | None, version: int, held: Mapping[str, int]) -> bool:
    """Return whether to offer to use the weights: they were tried, and are not those that hold."""
    return (
        run is not None
        and run.is_done
        and run.settings_version == version
        and run.weights != held
        and visitor_may(Permission.MATCHING_CHANGE)
    )


def _told(run: SimulationRun | None) -> dict[str, Any]:
    """Return what the page says of a replay that is done."""
    if run is None or not run.is_done:
        return {"result": None}
    result = result_for(current_actor(), run)
    places = {
        str(row.id): row.name for row in list_neighbourhoods(current_session(), active_only=False)
    }
    return {
        "result": result,
        "tried": words.tried_weights(run),
        "without_effect": words.is_without_effect(result),
        "people": words.people(result),
        "whole": words.whole(result),
        "tables": words.tables(result, places),
        "shares": words.shares(result),
        "warnings": words.warnings(result, places),
        "advice": advice.advice(result),
        "never_paid": advice.waiting_never_paid(result),
        "care": words.care(result) if result.now.may_be_told else "",
    }
