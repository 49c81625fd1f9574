"""How long looks are kept, and the one way in which they go."""

import datetime as dt

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.accounts.models import Look, SealedLook

MONTHS_KEPT = 24
MONTHS_A_YEAR = 12


def kept_since(now: dt.datetime) -> dt.datetime:
    """Return since when looks are kept: long enough to ask, short enough not to keep watch."""
    day = min(now.day, 28)
    return now.replace(year=now.year - MONTHS_KEPT // MONTHS_A_YEAR, day=day)


def forget_old_looks(session: Session, *, now: dt.datetime) -> int:
    """Delete the municipality's looks that are older, in every log; return how many of the access log.

    The web's role may not delete: on PostgreSQL a function of the owner's does it, which takes
    what is too old by the database's own clock, whatever it is asked. Its seals stay.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT forget_old_looks()")).scalar_one())
    gone = {
        table: session.execute(delete(table).where(table.at < kept_since(now)))
        for table in SealedLook.__subclasses__()
    }
    return int(gone[Look].rowcount)  # type: ignore[attr-defined]
