"""Norway's clock: instants are stored in UTC, and people's days are Oslo's."""

import datetime as dt
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def day_of(instant: dt.datetime) -> dt.date:
    """Return the date in Oslo at an instant."""
    return instant.astimezone(OSLO).date()
