"""The worker's part: what is too old goes, and who goes in a month is announced."""

import datetime as dt

from sqlalchemy.orm import Session

from app.municipalities.tasks import Town, defer, municipal_task
from app.privacy.services import keeping


def keep_only_so_long(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Let go of one municipality's old records, and defer the letter about those to come."""
    keeping.let_go(session, now=now)
    defer(session, "announce_erasure", today, now=now)


@municipal_task("announce_erasure")
def announce_erasure(session: Session, town: Town) -> None:
    """Write the letters; a week's letter is written once."""
    page = f"{town.home}/data-protection/retention/people"
    keeping.announce(session, page_url=page, now=town.now)
