"""How long looks are kept, and the one way in which they go."""

import datetime as dt

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.accounts.models import Look

MONTHS_KEPT = 24
MONTHS_A_YEAR = 12


def kept_since(now: dt.datetime) -> dt.datetime:
    """Return since when looks are kept: long enough to ask, short enough not to keep watch."""
    day = min(now.day, 28)
    return now.replace(year=now.year - MONTHS_KEPT // MONTHS_A_YEAR, day=day)


def forget_old_looks(session: Session, *, now: dt.datetime) -> int:
    """Delete the municipality's looks that are older; return how many went.

    The web's role may not delete: on PostgreSQL a function of the owner's does it, which takes
    what is too old by the database's own clock, whatever it is asked. Its seals stay.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT forget_old_looks()")).scalar_one())
    gone = session.execute(delete(Look).where(Look.at < kept_since(now)))
    return int(gone.rowcount)  # type: ignore[attr-defined]
