"""The worker's part: every morning, remind those who were asked and have not answered."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.matches.services.letters import Addresses
from app.matches.services.reminding import has_unanswered, remind_unanswered
from app.municipalities.queries import get_municipality
from app.oslo import day_of


def defer_reminders(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's reminders, if there may be any."""
    if has_unanswered(session, today=today):
        town = str(tenancy.bound_municipality(session))
        key = f"remind_unanswered {today} {town}"
        queue.enqueue(session, "remind_unanswered", now=now, key=key, municipality_id=town)


@task("remind_unanswered")
def run_reminders(tools: Tools, municipality_id: str) -> Outcome:
    """Write one municipality's reminders. It may run twice: each is written once."""

    def write(session: Session) -> None:
        town, now = uuid.UUID(municipality_id), tools.now()
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        addresses = Addresses(
            answer=lambda token: f"{home}/answers/{token}",
            my_page=f"{home}/my-page",
            family_page=lambda token: f"{home}/family/{token}",
        )
        remind_unanswered(session, addresses=addresses, now=now, today=day_of(now))

    return Outcome(write)
