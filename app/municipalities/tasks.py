"""The furniture of a task that works for one municipality: its binding, its address, its job."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import tenancy
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality
from app.oslo import day_of


@dataclass(frozen=True, slots=True)
class Town:
    """What a task knows of the municipality it works for, and when it does."""

    home: str  # the address of its first page, for links in letters; no slash at the end
    slug: str
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day in Oslo."""
        return day_of(self.now)


Work = Callable[[Session, Town], None]
MunicipalTask = Callable[[Tools, str], Outcome]


def municipal_task(name: str) -> Callable[[Work], MunicipalTask]:
    """Make a function runnable for one municipality: in one transaction, which may come twice."""

    def register(work: Work) -> MunicipalTask:
        def run(tools: Tools, municipality_id: str) -> Outcome:
            def write(session: Session) -> None:
                key = uuid.UUID(municipality_id)
                tenancy.bind(session, key)
                slug = get_municipality(session, key).slug
                work(session, Town(f"{tools.settings.BASE_URL}/{slug}", slug, tools.now()))

            return Outcome(write)

        return task(name)(run)

    return register


def defer(session: Session, name: str, once: object, *, now: dt.datetime) -> None:
    """Defer a task for the municipality that the session is bound to.

    Args:
        once: what it is deferred once for, a day as a rule. Later calls with the same do nothing.
        now: when it is deferred, in UTC.
    """
    town = str(tenancy.bound_municipality(session))
    queue.enqueue(session, name, now=now, key=f"{name} {once} {town}", municipality_id=town)
