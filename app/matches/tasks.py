"""The worker's part: remind who was asked, and tell who is left with a group that rests."""

import datetime as dt

from sqlalchemy.orm import Session

from app.matches.services.letters import Addresses
from app.matches.services.reminding import has_unanswered, remind_unanswered
from app.matches.services.resting import tell_who_is_left
from app.municipalities.tasks import Town, defer, municipal_task


def defer_reminders(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's reminders, if there may be any."""
    if has_unanswered(session, today=today):
        defer(session, "remind_unanswered", today, now=now)


@municipal_task("remind_unanswered")
def run_reminders(session: Session, town: Town) -> None:
    """Write the reminders; each is written once."""
    remind_unanswered(session, addresses=_addresses(town), now=town.now, today=town.today)


@municipal_task("sweep_groups")
def sweep_groups(session: Session, town: Town) -> None:
    """Write to both sides where nobody may meet just now."""
    tell_who_is_left(session, addresses=_addresses(town), now=town.now, today=town.today)


def _addresses(town: Town) -> Addresses:
    return Addresses(
        answer=lambda token: f"{town.home}/answers/{token}",
        my_page=f"{town.home}/my-page",
        family_page=lambda token: f"{town.home}/family/{token}",
    )
