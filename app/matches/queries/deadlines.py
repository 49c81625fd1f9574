"""How long an answer is waited for."""

import datetime as dt

from sqlalchemy.orm import Session

from app.municipalities.queries import get_municipality
from app.oslo import office_day
from app.tenancy import bound_municipality


def last_day_to_answer(session: Session, asked_on: dt.date) -> dt.date:
    """Return the last day to answer: one on which staff are there to call who has not answered."""
    days = get_municipality(session, bound_municipality(session)).answer_days
    return office_day(asked_on + dt.timedelta(days=days))


def days_to_answer(session: Session, asked_on: dt.date) -> int:
    """Return how many days somebody has who is asked: to the very day that their page names."""
    return (last_day_to_answer(session, asked_on) - asked_on).days
