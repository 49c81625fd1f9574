"""Replay last year under other weights, and let a coordinator use what was tried."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.jobs import queue
from app.jobs.progress import UNDER_WAY, WorkStatus
from app.matches.queries import settings_for
from app.matches.services import Weighing, change_weights
from app.matching import ScoringWeights
from app.matching.simulation.pace import Pace
from app.matching.simulation.simulating import History
from app.municipalities.models import Municipality
from app.municipalities.services import take_turn
from app.permissions import Actor, Permission, ensure_may
from app.reports.models import SimulationRun
from app.reports.queries.history import Year, count_arrivals, load_history
from app.reports.queries.results import Result
from app.reports.services.replaying import Trial, try_out

MONTH_DAYS = 30
# Below so many pairs a trial takes less than a second, and nobody has to wait for the worker.
SMALL_PAIRS = 250_000
GIVEN_UP_AFTER = dt.timedelta(minutes=15)  # without a sign of life
KEEP = dt.timedelta(days=30)
SENT_TWICE_WITHIN = dt.timedelta(minutes=1)


class TrialUnderWay(Conflict):
    """Another replay is being computed; they are done one after the other."""


class NotTried(Conflict):
    """Weights are used after a replay of just these, which this is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to try. The weights sum to 1000."""

    weights: Mapping[str, int]
    pace: Pace


def try_weights(
    session: Session, actor: Actor, wish: Wish, *, now: dt.datetime, today: dt.date
) -> SimulationRun:
    """Replay the last twelve months: at once if that is quick, else by the worker.

    Raises:
        NotPermitted: the actor may not see replays.
        TrialUnderWay: another one is not done yet.
        ValueError: the weights do not sum to 1000.
    """
    ensure_may(actor, Permission.SIMULATION_VIEW)
    ScoringWeights(**wish.weights)
    take_turn(session)
    _tidy(session, now)
    settings = settings_for(session)
    if just_now := _find_same(session, actor, wish, now):
        return just_now
    run = SimulationRun(
        status=WorkStatus.QUEUED,
        asked_at=now,
        updated_at=now,
        by_id=actor.user_id,
        until=today,
        pace=wish.pace,
        weights=dict(wish.weights),
        held=asdict(settings.config.weights),
        settings_version=settings.version,
    )
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        raise TrialUnderWay(str(actor.municipality_id)) from None
    came = count_arrivals(session, Year(today))
    if came.families * came.guides < SMALL_PAIRS:
        compute(session, run, now=now)
    else:
        _leave_to_worker(session, run, now)
    return run


def _find_same(
    session: Session, actor: Actor, wish: Wish, now: dt.datetime
) -> SimulationRun | None:
    """Return what the actor has tried just now, if this is the same form once more."""
    statement = select(SimulationRun).where(
        SimulationRun.by_id == actor.user_id,
        SimulationRun.status == WorkStatus.DONE,
        SimulationRun.asked_at > now - SENT_TWICE_WITHIN,
    )
    runs = session.scalars(statement.order_by(SimulationRun.asked_at.desc()))
    same = (run for run in runs if (dict(run.weights), run.pace) == (dict(wish.weights), wish.pace))
    return next(same, None)


def compute(session: Session, run: SimulationRun, *, now: dt.datetime) -> None:
    """Do a replay within this transaction."""
    finish(run, try_out(*load_trial(session, run)), now=now)
    session.flush()


def load_trial(session: Session, run: SimulationRun) -> tuple[History, Trial]:
    """Return all that a replay needs from the database."""
    settings = settings_for(session)
    town = session.get_one(Municipality, run.municipality_id)
    held = settings.config.weights if run.held is None else ScoringWeights(**run.held)
    now = replace(settings.config, weights=held)
    tried = replace(now, weights=ScoringWeights(**run.weights))
    months = town.agreement_months
    return load_history(session, Year(run.until)), Trial(
        now=now, tried=tried, pace=run.pace, match_days=MONTH_DAYS * months
    )


def finish(run: SimulationRun, result: Result, *, now: dt.datetime) -> None:
    """Note what a replay came to."""
    run.status, run.progress = WorkStatus.DONE, 100
    run.done_at = run.updated_at = now
    run.result = result.as_json()


def use_weights(session: Session, actor: Actor, run: SimulationRun, *, now: dt.datetime) -> None:
    """Let the weights that were tried hold from now on.

    Raises:
        NotPermitted: the actor may not change the weights.
        NotTried: the replay is not done.
        SettingsChangedMeanwhile: other weights hold than those that these were compared with.
    """
    ensure_may(actor, Permission.MATCHING_CHANGE)
    if not run.is_done:
        raise NotTried(str(run.id))
    settings = settings_for(session)
    wanted = Weighing(
        weights=run.weights,
        min_shared_slots=settings.config.min_shared_slots,
        stability=settings.stability,
        seen_version=run.settings_version,
    )
    change_weights(session, actor, wanted, now=now)


def _tidy(session: Session, now: dt.datetime) -> None:
    """Forget old replays, and give up those whose worker shows no sign of life."""
    session.execute(delete(SimulationRun).where(SimulationRun.asked_at < now - KEEP))
    session.execute(
        update(SimulationRun)
        .where(SimulationRun.status.in_(UNDER_WAY), SimulationRun.updated_at < now - GIVEN_UP_AFTER)
        .values(status=WorkStatus.FAILED, error="GivenUp")
    )


def _leave_to_worker(session: Session, run: SimulationRun, now: dt.datetime) -> None:
    town, key = str(run.municipality_id), str(run.id)
    queue.enqueue(session, "run_simulation", now=now, municipality_id=town, run_id=key)
