import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.messages.models import MessageStatus, OutgoingMessage

LONGEST_LIST = 100


def find_waiting_message(
    session: Session, message_id: uuid.UUID, *, to_change: bool = False
) -> OutgoingMessage | None:
    """Return a message that still waits, or None; `to_change` locks it until the commit."""
    statement = select(OutgoingMessage).where(
        OutgoingMessage.id == message_id, OutgoingMessage.status == MessageStatus.WAITING
    )
    return session.scalar(statement.with_for_update() if to_change else statement)


def list_forgotten_messages(session: Session, due_before: dt.datetime) -> Sequence[OutgoingMessage]:
    """Return messages that should have been tried long ago, oldest first, locked."""
    return session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.status == MessageStatus.WAITING, OutgoingMessage.due_at < due_before)
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
