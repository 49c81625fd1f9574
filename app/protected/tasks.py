"""The worker's part: what nobody has cared for goes by itself."""

import datetime as dt

from sqlalchemy.orm import Session

from app.protected import services


def forget_old(session: Session, now: dt.datetime, _today: dt.date) -> None:
    """Let go of households without a guide after a year; once a day."""
    services.forget_old(session, now=now)
