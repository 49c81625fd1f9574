"""The worker's part: send the declaration to those who lack it, a few at a time."""

import datetime as dt

from sqlalchemy.orm import Session

from app.guides.services import declarations
from app.municipalities.tasks import Town, municipal_task


def defer_asking(session: Session, now: dt.datetime, _today: dt.date) -> None:
    """Find who has been interviewed, or has to sign anew, and has not been asked yet."""
    declarations.defer_asking(session, now=now)


@municipal_task("ask_for_declarations")
def ask_for_declarations(session: Session, town: Town) -> None:
    """Write to the next few who lack the declaration. Whoever has a link is not asked again."""
    if declarations.ask_next(
        session, now=town.now, link_url=lambda token: f"{town.home}/declarations/{token}"
    ):
        declarations.defer_asking(session, now=town.now)
