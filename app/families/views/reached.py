"""How staff reach a family, or who answers for a group, whom a message did not reach."""

import uuid

from flask import url_for
from sqlalchemy.orm import Session

from app.families.models import FamilyKind
from app.families.queries import get_family
from app.messages.models import Addressee
from app.messages.recipients import FINDERS, Recipient
from app.permissions import Actor

PAGES = {
    FamilyKind.HOUSEHOLD: ("families.show", "families.edit"),
    FamilyKind.MINORS_GROUP: ("families.group", "families.edit_group"),
}


def _find(session: Session, actor: Actor, family_id: uuid.UUID) -> Recipient:
    family = get_family(session, actor, family_id, kind=None, whole=False)
    show, edit = PAGES[family.kind]
    return Recipient(
        name=f"{family.contact_name} ({family.reference})",
        phone=family.contact_phone,
        url=url_for(show, family_id=family_id),
        correct_url=url_for(edit, family_id=family_id) if family.takes_part else "",
    )


FINDERS[Addressee.FAMILY] = _find
