"""Once a month is over its numbers are written down, and then they stand."""

import datetime as dt

from sqlalchemy.orm import Session

from app.oslo import plus_months
from app.privacy.models import MonthlyStatistic
from app.privacy.queries import months

# Meetings are logged a few days late: a month is counted when its last ones can be there.
DAYS_TO_LOG = 7
MOST_AT_ONCE = 24


def write_months(session: Session, *, today: dt.date) -> int:
    """Write the numbers of all months that are over and not written; return how many there were.

    Run every day. What was missed in a stop is written afterwards, a batch a day.
    """
    latest = months.last_month_written(session)
    month = plus_months(latest, 1) if latest else months.first_month_of_all(session)
    written = 0
    while month and written < MOST_AT_ONCE and _is_over(month, today):
        for measure, band, number in months.count_month(session, months.Month(month)):
            session.add(MonthlyStatistic(month=month, measure=measure, band=band, number=number))
        session.flush()
        month, written = plus_months(month, 1), written + 1
    return written


def _is_over(month: dt.date, today: dt.date) -> bool:
    return plus_months(month, 1) + dt.timedelta(days=DAYS_TO_LOG) <= today
