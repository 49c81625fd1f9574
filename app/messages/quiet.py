"""Quiet hours: at night a telephone lies on a bedside table, and nothing of ours is that urgent."""

import datetime as dt

from app.oslo import OSLO, day_of

QUIET_FROM = dt.time(21)
QUIET_UNTIL = dt.time(8)


def after_the_night(instant: dt.datetime) -> dt.datetime:
    """Return the instant itself by day, at night the coming morning at eight; by Oslo's clock."""
    local = instant.astimezone(OSLO)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return instant
    day = day_of(instant) + dt.timedelta(days=local.time() >= QUIET_FROM)
    return dt.datetime.combine(day, QUIET_UNTIL, tzinfo=OSLO).astimezone(dt.UTC)
