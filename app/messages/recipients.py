"""Who somebody is whom we write to, for staff who call instead: told by the rooms above."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import NotFound, NotPermitted
from app.messages.models import Addressee, OutgoingMessage
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class Recipient:
    """What staff need to know to reach somebody another way."""

    name: str
    phone: str
    url: str  # their page
    correct_url: str  # where address and number are corrected


# Guides and families are rooms above this one: each says how one of theirs is found.
FINDERS: dict[Addressee, Callable[[Session, Actor, uuid.UUID], Recipient]] = {}


def find_recipient(session: Session, actor: Actor, message: OutgoingMessage) -> Recipient | None:
    """Return whom a message is for, or None if the actor may not know, or nobody does any more."""
    if message.addressee not in FINDERS or message.about_id is None:
        return None
    try:
        return FINDERS[message.addressee](session, actor, message.about_id)
    except (NotFound, NotPermitted):
        return None
