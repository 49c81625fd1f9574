"""Replays that were asked for."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.jobs.progress import UNDER_WAY
from app.matching.simulation.coarse import coarse_count
from app.permissions import Actor, Permission, ensure_may, may
from app.reports.models import SimulationRun
from app.reports.queries.history import Arrivals, Year, count_arrivals
from app.reports.queries.results import Result

LATEST = 5


def get_run(session: Session, actor: Actor, run_id: uuid.UUID) -> SimulationRun:
    """Return a replay, or raise NotFound: of others only to those who may see families.

    Two replays of different days, side by side, tell who came between them.
    """
    ensure_may(actor, Permission.SIMULATION_VIEW)
    run = session.scalar(_runs_of(actor).where(SimulationRun.id == run_id))
    if run is None:
        raise NotFound(f"simulation run {run_id}")
    return run


def list_latest_runs(session: Session, actor: Actor) -> Sequence[SimulationRun]:
    """Return the latest replays that somebody may open, the newest first."""
    ensure_may(actor, Permission.SIMULATION_VIEW)
    newest = SimulationRun.asked_at.desc()
    return session.scalars(_runs_of(actor).order_by(newest, SimulationRun.id).limit(LATEST)).all()


def result_for(actor: Actor, run: SimulationRun) -> Result:
    """Return what a replay came to, as exactly as somebody may know it."""
    result = Result.from_json(run.result)
    return result if sees_exactly(actor) else result.coarse()


def arrivals_for(session: Session, actor: Actor, year: Year) -> Arrivals:
    """Return how many came in a year, as exactly as somebody may know it."""
    came = count_arrivals(session, year)
    return came if sees_exactly(actor) else Arrivals(*map(coarse_count, came))


def sees_exactly(actor: Actor) -> bool:
    """Return whether somebody is told exact figures: who may see the families themselves."""
    return may(actor, Permission.FAMILIES_VIEW)


def _runs_of(actor: Actor) -> Select[SimulationRun]:
    statement = select(SimulationRun)
    if sees_exactly(actor):
        return statement
    return statement.where(SimulationRun.by_id == actor.user_id)


def find_run_under_way(session: Session, *, alive_since: dt.datetime) -> SimulationRun | None:
    """Return the replay that waits for the worker or that it works on, unless it is given up."""
    statement = select(SimulationRun).where(
        SimulationRun.status.in_(UNDER_WAY), SimulationRun.updated_at >= alive_since
    )
    return session.scalar(statement)
