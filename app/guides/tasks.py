"""The worker's part: send the declaration to those who lack it, a few at a time."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.guides.services import declarations
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality


def defer_asking(session: Session, now: dt.datetime, _today: dt.date) -> None:
    """Find who has been interviewed, or has to sign anew, and has not been asked yet."""
    declarations.defer_asking(session, now=now)


@task("ask_for_declarations")
def ask_for_declarations(tools: Tools, municipality_id: str) -> Outcome:
    """Write to the next few who lack the declaration. Whoever has a link is not asked again."""

    def write(session: Session) -> None:
        town = uuid.UUID(municipality_id)
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        now = tools.now()
        if declarations.ask_next(
            session, now=now, link_url=lambda token: f"{home}/declarations/{token}"
        ):
            queue.enqueue(session, "ask_for_declarations", now=now, municipality_id=municipality_id)

    return Outcome(write)
