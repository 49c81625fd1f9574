"""The worker's part: plan the contacts every morning, then send the questions that are due."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.follow_ups import services
from app.follow_ups.services.unheard import list_unheard, tell_what_nobody_hears
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality


def plan_and_ask(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Plan one municipality's contacts, and defer the questions if there are any."""
    services.plan_follow_ups(session, today=today)
    if services.has_unasked(session, today):
        town = str(tenancy.bound_municipality(session))
        key = f"ask_follow_ups {today} {town}"
        queue.enqueue(session, "ask_follow_ups", now=now, key=key, municipality_id=town)


@task("ask_follow_ups")
def ask_follow_ups(tools: Tools, municipality_id: str) -> Outcome:
    """Send one municipality's questions whose day has come. It may run twice."""

    def write(session: Session) -> None:
        town = uuid.UUID(municipality_id)
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        now = tools.now()
        services.ask_due(session, answer_page=lambda token: f"{home}/how-is-it/{token}", now=now)

    return Outcome(write)


def defer_unheard(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's letters about what nobody may look after, if there is anything."""
    if list_unheard(session):
        town = str(tenancy.bound_municipality(session))
        key = f"tell_unheard {today} {town}"
        queue.enqueue(session, "tell_unheard", now=now, key=key, municipality_id=town)


@task("tell_unheard")
def tell_unheard(tools: Tools, municipality_id: str) -> Outcome:
    """Write one municipality's letters. It may run twice: each is written once."""

    def write(session: Session) -> None:
        town = uuid.UUID(municipality_id)
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        tell_what_nobody_hears(session, staff_url=f"{home}/staff", now=tools.now())

    return Outcome(write)
