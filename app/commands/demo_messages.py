"""The demo's letter that did not arrive: somebody's address has a slip of the pen in it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.guides.models import Guide, GuideStatus
from app.messages.models import MessageStatus
from app.messages.services import To, send_message
from app.oslo import OSLO, day_of
from app.web.context import settings

FAILED_AGO, FAILED_AT = dt.timedelta(days=2), dt.time(10)


def add_failed_letter(session: Session, guides: Iterable[Guide], *, now: dt.datetime) -> None:
    """Add the letter to a guide who is ready, as the mail server refused it."""
    guide = next(guide for guide in guides if guide.status is GuideStatus.READY)
    then = dt.datetime.combine(day_of(now - FAILED_AGO), FAILED_AT, tzinfo=OSLO)
    letter = send_message(
        session,
        "guide_ready",
        To.guide(guide),
        {"link": f"{settings().BASE_URL}/sign-in"},
        now=then,
    )
    if letter:
        letter.status, letter.failed_at, letter.attempts = MessageStatus.FAILED, then, 1
        letter.last_error = "SMTPRecipientsRefused 550"
