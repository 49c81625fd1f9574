"""The tasks of the outbox: deliver one message, and find the forgotten ones."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app import tenancy
from app.database import open_session
from app.jobs.queue import is_enqueued
from app.jobs.tasks import Outcome, Tools, task, wait_after
from app.messages.gateway import Sms, make_gateway
from app.messages.mailer import (
    Mailer,
    Never,
    NotDelivered,
    make_letter,
    named_sender,
    one_mailbox,
)
from app.messages.models import Channel, MessageStatus, OutgoingMessage
from app.messages.queries import find_waiting_message, list_forgotten_messages
from app.messages.quiet import after_the_night
from app.messages.reach import is_overtaken
from app.messages.services import enqueue_delivery, turn_to_other_way

logger = logging.getLogger(__name__)
FORGOTTEN_AFTER = dt.timedelta(minutes=15)


@task("deliver_message")
def deliver_message(tools: Tools, municipality_id: str, message_id: str) -> Outcome:
    """Send a message that waits, unless it is night, and note how it went.

    One whose link was used or closed meanwhile has nothing to say any more, and goes nowhere.
    The network is used between two transactions. Dying in between, the message is sent again
    with the same Message-ID; it is never noted as sent before it was.
    """
    town, key = uuid.UUID(municipality_id), uuid.UUID(message_id)
    with open_session(tools.sessions, reads_only=True) as session:
        tenancy.bind(session, town)
        message = find_waiting_message(session, key)
        overtaken = message is not None and is_overtaken(session, message)
    if message is None or message.channel not in open_channels(tools.settings):
        return Outcome()  # without a mail server it waits, and the sweep finds it once there is one
    if overtaken:
        return Outcome(_noting(town, key, lambda session, row: session.delete(row)))
    morning = after_the_night(tools.now())
    if morning > tools.now() and not message.at_once:
        return Outcome(_noting(town, key, _putting_off(morning)), again_at=morning)
    error, is_final = _hand_over(tools.settings, message)
    attempts, now = message.attempts + 1, tools.now()
    wait = None if is_final else wait_after(attempts)
    turns = bool(error) and wait is None and bool(message.other_recipient)

    def note(session: Session, row: OutgoingMessage) -> None:
        row.attempts, row.last_error = attempts, error
        if not error:
            row.status, row.sent_at = MessageStatus.SENT, now
            row.other_recipient = row.other_body = ""
        elif turns:
            turn_to_other_way(session, row, now=now)
        elif wait is None:
            row.status, row.failed_at = MessageStatus.FAILED, now
        else:
            row.due_at = now + wait

    again_at = now if turns else now + wait if error and wait else None
    return Outcome(_noting(town, key, note), again_at=again_at)


def _putting_off(until: dt.datetime) -> Callable[[Session, OutgoingMessage], None]:
    def put_off(_session: Session, row: OutgoingMessage) -> None:
        row.due_at = until

    return put_off


def open_channels(settings: Any) -> frozenset[Channel]:
    """Return the channels that lead somewhere. Mail waits for a server; an SMS does not."""
    has_mail = settings.DEMO or settings.SMTP_URL
    return frozenset({Channel.SMS} | ({Channel.EMAIL} if has_mail else set()))


def enqueue_forgotten(session: Session, now: dt.datetime, channels: Collection[Channel]) -> None:
    """Give a new job to each message whose job was lost, whatever the reason."""
    for message in list_forgotten_messages(session, now - FORGOTTEN_AFTER, channels):
        town, key = str(message.municipality_id), str(message.id)
        message.due_at = now
        # After a long stop the jobs are all there: two for one message might send it twice.
        if not is_enqueued(session, "deliver_message", municipality_id=town, message_id=key):
            enqueue_delivery(session, message, now=now)
    session.flush()


def _noting(
    town: uuid.UUID, key: uuid.UUID, change: Callable[[Session, OutgoingMessage], None]
) -> Callable[[Session], None]:
    """Return what writes a change into a message, if it still waits then."""

    def write(session: Session) -> None:
        tenancy.bind(session, town)
        if row := find_waiting_message(session, key, to_change=True):
            change(session, row)

    return write


def _hand_over(settings: Any, message: OutgoingMessage) -> tuple[str, bool]:
    """Send, and return what went wrong, "" for nothing, and whether that is final."""
    if settings.DEMO:  # nothing leaves the machine; the page of sent mail shows it
        return "", False
    try:
        (_send_sms if message.channel is Channel.SMS else _send_letter)(settings, message)
    except Exception as error:  # one message must not hold up the others
        known = str(error) if isinstance(error, NotDelivered) else type(error).__name__
        logger.warning("message %s was not delivered: %s", message.id, known)
        return known, isinstance(error, Never)
    logger.info("message %s was delivered", message.id)
    return "", False


def _send_sms(settings: Any, message: OutgoingMessage) -> None:
    sms = Sms(message.sender, message.recipient, message.body.strip(), str(message.id))
    make_gateway(settings.SMS_URL).send(sms)


def _send_letter(settings: Any, message: OutgoingMessage) -> None:
    letter = make_letter(
        sender=named_sender(message.sender, settings.MAIL_FROM),
        recipient=message.recipient,
        subject=message.subject,
        body=message.body,
        message_id=f"<{message.id}@{urlsplit(settings.BASE_URL).hostname}>",
        written_at=message.created_at,
    )
    if message.reply_to:
        letter["Reply-To"] = one_mailbox(message.reply_to)
    Mailer(settings.SMTP_URL).send(letter)
