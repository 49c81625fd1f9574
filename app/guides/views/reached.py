"""How staff reach a guide whom a message did not reach."""

import uuid

from flask import url_for
from sqlalchemy.orm import Session

from app.guides.queries import get_guide
from app.messages.models import Addressee
from app.messages.recipients import FINDERS, Recipient
from app.permissions import Actor


def _find(session: Session, actor: Actor, guide_id: uuid.UUID) -> Recipient:
    guide = get_guide(session, actor, guide_id)
    return Recipient(
        name=guide.name,
        phone=guide.phone,
        url=url_for("guides.show", guide_id=guide_id),
        correct_url=url_for("guides.edit", guide_id=guide_id),
    )


FINDERS[Addressee.GUIDE] = _find
