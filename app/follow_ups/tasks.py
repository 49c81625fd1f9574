"""The worker's part: plan the contacts every morning, then send the questions that are due."""

import datetime as dt

from sqlalchemy.orm import Session

from app.follow_ups import services
from app.follow_ups.services.unheard import list_unheard, tell_what_nobody_hears
from app.municipalities.tasks import Town, defer, municipal_task


def plan_and_ask(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Plan one municipality's contacts, and defer the questions if there are any."""
    services.plan_follow_ups(session, today=today)
    if services.has_unasked(session, today):
        defer(session, "ask_follow_ups", today, now=now)


@municipal_task("ask_follow_ups")
def ask_follow_ups(session: Session, town: Town) -> None:
    """Send the questions whose day has come."""
    services.ask_due(
        session, answer_page=lambda token: f"{town.home}/how-is-it/{token}", now=town.now
    )


def defer_unheard(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's letters about what nobody may look after, if there is anything."""
    if list_unheard(session):
        defer(session, "tell_unheard", today, now=now)


@municipal_task("tell_unheard")
def tell_unheard(session: Session, town: Town) -> None:
    """Write to the administrators; each letter is written once."""
    tell_what_nobody_hears(session, staff_url=f"{town.home}/staff", now=town.now)
