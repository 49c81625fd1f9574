import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import User
from app.errors import NotFound
from app.messages.models import Channel, MessageStatus, OutgoingMessage
from app.permissions import Actor, Permission, ensure_may

LONGEST_LIST = 100
# Who is a guide of a family looks after no letter to it: the room of matches says of which.
ABOUT_OWN: list[Callable[[uuid.UUID, InstrumentedAttribute[Any]], ColumnElement[bool]]] = []


def find_waiting_message(
    session: Session, message_id: uuid.UUID, *, to_change: bool = False
) -> OutgoingMessage | None:
    """Return a message that still waits, or None; `to_change` locks it until the commit."""
    statement = select(OutgoingMessage).where(
        OutgoingMessage.id == message_id, OutgoingMessage.status == MessageStatus.WAITING
    )
    return session.scalar(statement.with_for_update() if to_change else statement)


def find_message_said(session: Session, once_key: str) -> OutgoingMessage | None:
    """Return the message that has said what is to be said once only."""
    return session.scalar(select(OutgoingMessage).where(OutgoingMessage.once_key == once_key))


def find_latest_message(
    session: Session, template: str, about_id: uuid.UUID
) -> OutgoingMessage | None:
    """Return the letter of one kind that was written to somebody last, or None."""
    return session.scalar(
        select(OutgoingMessage)
        .where(OutgoingMessage.template == template, OutgoingMessage.about_id == about_id)
        .order_by(OutgoingMessage.created_at.desc(), OutgoingMessage.id)
        .limit(1)
    )


def get_message(session: Session, actor: Actor, message_id: uuid.UUID) -> OutgoingMessage:
    """Return a message.

    Raises:
        NotFound: this municipality has none with this key.
        NotPermitted: the actor may not look after messages.
    """
    ensure_may(actor, Permission.MESSAGES_CHANGE)
    statement = select(OutgoingMessage).where(OutgoingMessage.id == message_id, *_not_own(actor))
    message = session.scalar(statement)
    if message is None:
        raise NotFound(f"message {message_id}")
    return message


def list_failed_messages_to(
    session: Session, actor: Actor, person_id: uuid.UUID
) -> Sequence[OutgoingMessage]:
    """Return what did not reach somebody and waits for staff, the latest first."""
    ensure_may(actor, Permission.MESSAGES_CHANGE)
    statement = (
        select(OutgoingMessage)
        .where(
            OutgoingMessage.about_id == person_id,
            OutgoingMessage.status == MessageStatus.FAILED,
            OutgoingMessage.handled_at.is_(None),
            *_not_own(actor),
        )
        .order_by(OutgoingMessage.failed_at.desc(), OutgoingMessage.id)
    )
    return session.scalars(statement).all()


def _not_own(actor: Actor) -> list[ColumnElement[bool]]:
    about = OutgoingMessage.about_id
    return [or_(about.is_(None), ~is_own(actor.user_id, about)) for is_own in ABOUT_OWN]


def list_forgotten_messages(
    session: Session, due_before: dt.datetime, channels: Collection[Channel]
) -> Sequence[OutgoingMessage]:
    """Return messages that should have been tried long ago, oldest first, locked."""
    return session.scalars(
        select(OutgoingMessage)
        .where(
            OutgoingMessage.status == MessageStatus.WAITING,
            OutgoingMessage.due_at < due_before,
            OutgoingMessage.channel.in_(channels),
        )
        .order_by(OutgoingMessage.due_at)
        .limit(LONGEST_LIST)
        .with_for_update(skip_locked=True)
    ).all()


def list_latest_messages(session: Session) -> Sequence[OutgoingMessage]:
    """Return the messages written last, newest first."""
    return session.scalars(
        select(OutgoingMessage)
        .order_by(OutgoingMessage.created_at.desc(), OutgoingMessage.id)
        .limit(LONGEST_LIST)
    ).all()


def list_users_with_code(session: Session) -> Sequence[User]:
    """Return everybody who has a second factor, by name. For the demo's page only."""
    return session.scalars(
        select(User).where(User.tf_totp_secret.is_not(None)).order_by(User.name, User.id)
    ).all()
