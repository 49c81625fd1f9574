import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires, visitor_may
from app.matches.queries import settings_for
from app.matches.services import SettingsChangedMeanwhile
from app.municipalities.queries import list_neighbourhoods
from app.permissions import Permission
from app.reports.forms import words
from app.reports.forms.weights import WEIGHT_NAMES, WeightsForm
from app.reports.models import SimulationRun
from app.reports.queries.history import Year, count_arrivals
from app.reports.queries.results import Result
from app.reports.queries.runs import get_run, list_latest_runs
from app.reports.services import simulating
from app.reports.services.replaying import PACE_NOW
from app.reports.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.transactions import reads_only


@bp.get("/simulation")
@requires(Permission.SIMULATION_VIEW)
@reads_only
def simulation() -> ResponseReturnValue:
    held = _weights_that_hold()
    form = WeightsForm(seen=held, formdata=None, data={**held, "pace": PACE_NOW.value})
    return _page(form)


@bp.post("/simulation")
@requires(Permission.SIMULATION_VIEW)
def simulation_trial() -> ResponseReturnValue:
    form = WeightsForm(seen=_weights_that_hold())
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
    return _page(WeightsForm(seen=_weights_that_hold(), formdata=None, data=tried), run)


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


def _weights_that_hold() -> dict[str, int]:
    weights = settings_for(current_session()).config.weights
    return {name: getattr(weights, name) for name in WEIGHT_NAMES}


def _page(form: WeightsForm, run: SimulationRun | None = None) -> str:
    session, actor = current_session(), current_actor()
    runs = list_latest_runs(session, actor)
    settings = settings_for(session)
    return render_template(
        "reports/simulation.html",
        form=form,
        has_errors=form.has_errors,
        arrivals=count_arrivals(session, Year(today())),
        run=run,
        runs=[row for row in runs if row.is_done],
        held=form.seen,
        may_use=_may_use(run, settings.version, form.seen),
        is_outdated=run is not None and run.settings_version != settings.version,
        **_told(run),
    )


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
    result = Result.from_json(run.result)
    places = {
        str(row.id): row.name for row in list_neighbourhoods(current_session(), active_only=False)
    }
    return {
        "result": result,
        "whole": words.whole(result),
        "tables": words.tables(result, places),
        "shares": words.shares(result),
        "warnings": words.warnings(result, places),
        "advice": words.advice(result),
        "never_paid": words.waiting_never_paid(result),
        "care": words.care(result) if result.now.may_be_told else "",
    }
