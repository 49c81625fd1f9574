"""The worker's part: a big round, computed between two short transactions."""

import logging
import uuid
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import tenancy
from app.database import lock, open_session
from app.jobs.progress import WorkStatus
from app.jobs.tasks import Effect, Outcome, Tools, task, write
from app.matching.planning import Plan
from app.municipalities.services import take_turn
from app.municipalities.tasks import Town, municipal_task
from app.oslo import day_of
from app.rounds.models import MatchingRound
from app.rounds.queries import Situation, is_whole, read_situation
from app.rounds.services import computing

logger = logging.getLogger(__name__)
TAKEN, READ, SOLVED = 5, 20, 90  # per cent of the bar


class Attempt(NamedTuple):
    """One try at one round. A later one makes it void."""

    town: uuid.UUID
    round_id: uuid.UUID
    number: int


@task("compute_round")
def compute_round(tools: Tools, municipality_id: str, round_id: str) -> Outcome:
    """Compute a round that waits. It may run twice: the last attempt's result counts."""
    town, key = uuid.UUID(municipality_id), uuid.UUID(round_id)
    attempt = _take(tools, town, key)
    if attempt is None:
        return Outcome()
    try:
        situation = _read(tools, town)
        _note(tools, attempt, READ)
        plan = situation.solve()
        _note(tools, attempt, SOLVED)
    except SQLAlchemyError:
        raise  # the database comes back, and the engine tries again
    except Exception as error:  # whatever it was, computing it again gives the same
        logger.warning("round %s failed: %s", key, type(error).__name__)
        return Outcome(_failing(tools, attempt, type(error).__name__))
    return Outcome(_storing(tools, attempt, situation, plan))


@municipal_task("sweep_rounds")
def sweep_rounds(session: Session, town: Town) -> None:
    """Give up the rounds that nobody works on any more."""
    computing.fail_abandoned(session, now=town.now)


def _take(tools: Tools, town: uuid.UUID, key: uuid.UUID) -> Attempt | None:
    """Note that a computation begins; return None if there is none to do."""
    taken: list[Attempt] = []

    def effect(session: Session) -> None:
        row = _find(session, town, key)
        if row is None or not row.is_under_way:
            return
        row.updated_at = tools.now()
        if row.attempts >= computing.MOST_ATTEMPTS:
            row.status, row.error = WorkStatus.FAILED, "GivenUp"
            return
        row.status, row.progress, row.attempts = WorkStatus.RUNNING, TAKEN, row.attempts + 1
        taken.append(Attempt(town, key, row.attempts))

    write(tools, Outcome(effect))
    return taken[0] if taken else None


def _read(tools: Tools, town: uuid.UUID) -> Situation:
    with open_session(tools.sessions, reads_only=True) as session:
        tenancy.bind(session, town)
        return read_situation(session, today=day_of(tools.now()))


def _note(tools: Tools, attempt: Attempt, progress: int) -> None:
    def effect(session: Session) -> None:
        if row := _mine(session, attempt):
            row.progress, row.updated_at = progress, tools.now()

    write(tools, Outcome(effect))


def _storing(tools: Tools, attempt: Attempt, situation: Situation, plan: Plan) -> Effect:
    def effect(session: Session) -> None:
        tenancy.bind(session, attempt.town)
        take_turn(session)
        row = _mine(session, attempt)
        if row is None:
            return
        if is_whole(session, situation.people):
            computing.store_round(session, row, situation, plan, now=tools.now())
        else:  # somebody left while we computed: what we know of them is thrown away
            row.status, row.progress, row.updated_at = WorkStatus.QUEUED, 0, tools.now()
            computing.enqueue_round(session, row, now=tools.now())

    return effect


def _failing(tools: Tools, attempt: Attempt, error: str) -> Effect:
    def effect(session: Session) -> None:
        if row := _mine(session, attempt):
            row.status, row.error, row.updated_at = WorkStatus.FAILED, error[:60], tools.now()

    return effect


def _mine(session: Session, attempt: Attempt) -> MatchingRound | None:
    """Return the locked round if this attempt at it is still the one that counts."""
    row = _find(session, attempt.town, attempt.round_id)
    return row if row and row.is_under_way and row.attempts == attempt.number else None


def _find(session: Session, town: uuid.UUID, key: uuid.UUID) -> MatchingRound | None:
    tenancy.bind(session, town)
    row = session.get(MatchingRound, key)
    if row is not None:
        lock(session, row)
    return row
