"""Norway's clock: instants are stored in UTC, and people's days are Oslo's."""

import datetime as dt
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
SATURDAY = 5  # as date.weekday() counts


def day_of(instant: dt.datetime) -> dt.date:
    """Return the date in Oslo at an instant."""
    return instant.astimezone(OSLO).date()


def end_of(day: dt.date) -> dt.datetime:
    """Return the instant, in UTC, at which a day in Oslo is over."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=OSLO)
    return midnight.astimezone(dt.UTC)


def office_day(day: dt.date) -> dt.date:
    """Return the day itself or, of a weekend, the Monday after: somebody is at work then."""
    return day + dt.timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def plus_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of that month: 31 May, 30 June."""
    years, month = divmod(day.month - 1 + months, 12)
    first = day.replace(year=day.year + years, month=month + 1, day=1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return first.replace(day=min(day.day, (following - dt.timedelta(days=1)).day))
