"""Two guides who take a family together: a couple, friends, two neighbours."""

import datetime as dt
import uuid

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict
from app.guides.models import CoupleGuide, Guide, GuideStatus
from app.permissions import Actor, Permission, ensure_may


class NoCouple(Conflict):
    """Only two different adults who take part can guide together."""


class GuidesTogetherAlready(Conflict):
    """One of the two guides together with somebody already."""


def link_couple(
    session: Session, actor: Actor, lead: Guide, other: Guide, *, today: dt.date
) -> None:
    """Let two guides take families together from now on. Matches under way stay as they are.

    Args:
        session: bound to the municipality.
        actor: a coordinator.
        lead: gets the letters for both.
        other: sees the matches on an own page, too.
        today: from here on they are one; a replay of last year takes them for two.

    Raises:
        NoCouple: they are one and the same, under 18, or have left.
        GuidesTogetherAlready: one of them belongs to a couple.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, lead)
    lock(session, *sorted({lead, other}, key=lambda guide: guide.id))
    both = (lead, other)
    if lead.id == other.id or not all(_can_guide(guide) for guide in both):
        raise NoCouple(f"guides {lead.id} and {other.id}")
    couple_id = uuid.uuid4()
    try:
        with session.begin_nested():
            session.add_all(
                CoupleGuide(
                    couple_id=couple_id, guide_id=guide.id, position=position, linked_on=today
                )
                for position, guide in enumerate(both, start=1)
            )
            session.flush()
    except IntegrityError as error:
        if "couple_guide" not in str(error.orig):
            raise
        raise GuidesTogetherAlready(f"guides {lead.id} and {other.id}") from error


def unlink_couple(session: Session, actor: Actor, guide: Guide) -> bool:
    """Let a guide and the other half take families alone again; return whether there was one.

    A match that they have together stays with both.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    return separate(session, guide.id)


def separate(session: Session, guide_id: uuid.UUID) -> bool:
    """Undo a guide's couple, if there is one, whoever asks for it."""
    couple = select(CoupleGuide.couple_id).where(CoupleGuide.guide_id == guide_id)
    gone = session.scalars(
        delete(CoupleGuide)
        .where(CoupleGuide.couple_id.in_(couple.scalar_subquery()))
        .returning(CoupleGuide.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    return bool(gone)


def _can_guide(guide: Guide) -> bool:
    return guide.is_adult and guide.status is not GuideStatus.ENDED
