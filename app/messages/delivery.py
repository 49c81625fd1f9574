"""The tasks of the outbox: deliver one message, and find the forgotten ones."""

import datetime as dt
import logging
import uuid
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app import tenancy
from app.database import open_session
from app.jobs.queue import is_enqueued
from app.jobs.tasks import Outcome, Tools, task, wait_after
from app.messages.mailer import Mailer, Never, NotDelivered, make_letter
from app.messages.models import MessageStatus, OutgoingMessage
from app.messages.queries import find_waiting_message, list_forgotten_messages
from app.messages.services import enqueue_delivery

logger = logging.getLogger(__name__)
FORGOTTEN_AFTER = dt.timedelta(minutes=15)


@task("deliver_message")
def deliver_message(tools: Tools, municipality_id: str, message_id: str) -> Outcome:
    """Send a message that waits and note how it went.

    The network is used between two transactions. Dying in between, the message is sent again
    with the same Message-ID; it is never noted as sent before it was.
    """
    town, key = uuid.UUID(municipality_id), uuid.UUID(message_id)
    with open_session(tools.sessions, reads_only=True) as session:
        tenancy.bind(session, town)
        message = find_waiting_message(session, key)
    if message is None:
        return Outcome()
    if not (tools.settings.DEMO or tools.settings.SMTP_URL):
        return Outcome()  # it waits, and the sweep finds it once there is a mail server
    error, is_final = _hand_over(tools.settings, message)
    attempts, now = message.attempts + 1, tools.now()
    wait = None if is_final else wait_after(attempts)

    def note(session: Session) -> None:
        tenancy.bind(session, town)
        if row := find_waiting_message(session, key, to_change=True):
            row.attempts, row.last_error = attempts, error
            if not error:
                row.status, row.sent_at = MessageStatus.SENT, now
            elif wait is None:
                row.status = MessageStatus.FAILED
            else:
                row.due_at = now + wait

    return Outcome(note, again_at=now + wait if error and wait else None)


def enqueue_forgotten(session: Session, now: dt.datetime) -> None:
    """Give a new job to each message whose job was lost, whatever the reason."""
    for message in list_forgotten_messages(session, now - FORGOTTEN_AFTER):
        town, key = str(message.municipality_id), str(message.id)
        # After a long stop the jobs are all there: two for one message might send it twice.
        if not is_enqueued(session, "deliver_message", municipality_id=town, message_id=key):
            enqueue_delivery(session, message, now=now)
        message.due_at = now
    session.flush()


def _hand_over(settings: Any, message: OutgoingMessage) -> tuple[str, bool]:
    """Send, and return what went wrong, "" for nothing, and whether that is final."""
    if settings.DEMO:  # nothing leaves the machine; the page of sent mail shows it
        return "", False
    try:
        letter = make_letter(
            sender=settings.MAIL_FROM,
            recipient=message.recipient,
            subject=message.subject,
            body=message.body,
            message_id=f"<{message.id}@{urlsplit(settings.BASE_URL).hostname}>",
            written_at=message.created_at,
        )
        Mailer(settings.SMTP_URL).send(letter)
    except Exception as error:  # one message must not hold up the others
        known = str(error) if isinstance(error, NotDelivered) else type(error).__name__
        logger.warning("message %s was not delivered: %s", message.id, known)
        return known, isinstance(error, Never)
    logger.info("message %s was delivered", message.id)
    return "", False
