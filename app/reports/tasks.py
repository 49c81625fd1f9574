"""The worker's part: a long replay, computed outside any transaction, that tells how far it is."""

import datetime as dt
import logging
import uuid
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import tenancy
from app.database import open_session
from app.jobs.progress import WorkStatus
from app.jobs.tasks import Outcome, Tools, task, write
from app.reports.models import SimulationRun
from app.reports.queries.results import Result
from app.reports.services.replaying import try_out
from app.reports.services.simulating import finish, load_trial

logger = logging.getLogger(__name__)
TELL_EVERY = dt.timedelta(seconds=1)


@task("run_simulation")
def run_simulation(tools: Tools, municipality_id: str, run_id: str) -> Outcome:
    """Compute a replay that waits. Twice gives the same; one that was given up stays so."""
    row = _Row(tools, uuid.UUID(municipality_id), uuid.UUID(run_id))
    with open_session(tools.sessions, reads_only=True) as session:
        run = row.find(session)
        if run is None:
            return Outcome()
        history, trial = load_trial(session, run)
    try:
        result = try_out(history, trial, row.tell)
    except SQLAlchemyError:
        raise  # the database comes back, and the engine tries again
    except Exception as error:  # whatever it was, computing it again gives the same
        logger.warning("replay %s failed: %s", run_id, type(error).__name__)
        return Outcome(partial(row.fail, type(error).__name__))
    return Outcome(partial(row.finish, result))


class _Row:
    """The row of a replay, from one short transaction to the next."""

    def __init__(self, tools: Tools, town: uuid.UUID, run_id: uuid.UUID) -> None:
        self.tools, self.town, self.run_id = tools, town, run_id
        self.told_at: dt.datetime | None = None

    def finish(self, result: Result, session: Session) -> None:
        """Store what it came to."""
        if run := self.find(session):
            finish(run, result, now=self.tools.now())

    def fail(self, error: str, session: Session) -> None:
        """Note that it broke off, and by what kind of error."""
        if run := self.find(session):
            run.status, run.error, run.updated_at = WorkStatus.FAILED, error, self.tools.now()

    def find(self, session: Session) -> SimulationRun | None:
        """Return the replay if it still waits to be computed."""
        tenancy.bind(session, self.town)
        run = session.scalar(select(SimulationRun).where(SimulationRun.id == self.run_id))
        return run if run is not None and run.is_under_way else None

    def tell(self, percent: int) -> None:
        """Store how far it has come, once a second: a sign of life too."""
        now = self.tools.now()
        if self.told_at is not None and now < self.told_at + TELL_EVERY:
            return
        self.told_at = now
        write(self.tools, Outcome(partial(self._tell, percent, now)))

    def _tell(self, percent: int, now: dt.datetime, session: Session) -> None:
        if run := self.find(session):
            run.status, run.progress, run.updated_at = WorkStatus.RUNNING, percent, now
