"""Replays that were asked for."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.permissions import Actor, Permission, ensure_may
from app.reports.models import SimulationRun
from app.rounds.models import UNDER_WAY

LATEST = 5


def get_run(session: Session, actor: Actor, run_id: uuid.UUID) -> SimulationRun:
    """Return a replay, or raise NotFound."""
    ensure_may(actor, Permission.SIMULATION_VIEW)
    run = session.scalar(select(SimulationRun).where(SimulationRun.id == run_id))
    if run is None:
        raise NotFound(f"simulation run {run_id}")
    return run


def list_latest_runs(session: Session, actor: Actor) -> Sequence[SimulationRun]:
    """Return the latest replays, the newest first."""
    ensure_may(actor, Permission.SIMULATION_VIEW)
    newest = SimulationRun.asked_at.desc()
    return session.scalars(
        select(SimulationRun).order_by(newest, SimulationRun.id).limit(LATEST)
    ).all()


def find_run_under_way(session: Session, *, alive_since: dt.datetime) -> SimulationRun | None:
    """Return the replay that waits for the worker or that it works on, unless it is given up."""
    statement = select(SimulationRun).where(
        SimulationRun.status.in_(UNDER_WAY), SimulationRun.updated_at >= alive_since
    )
    return session.scalar(statement)
