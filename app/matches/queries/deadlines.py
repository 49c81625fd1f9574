"""How long an answer is waited for."""

import datetime as dt

from sqlalchemy.orm import Session

from app.municipalities.queries import get_municipality
from app.oslo import office_day
from app.tenancy import bound_municipality


def answer_days(session: Session) -> int:
    """Return how many days the municipality gives somebody to answer."""
    return get_municipality(session, bound_municipality(session)).answer_days


def last_day_to_answer(session: Session, asked_on: dt.date) -> dt.date:
    """Return the last day to answer: one on which staff are there to call who has not answered."""
    return office_day(asked_on + dt.timedelta(days=answer_days(session)))
