"""What nobody may see who could act on it: then the administrators are told that there is something.

Whoever is a guide of a pair never sees what the pair tells the municipality. Where no other
coordinator is there, a worry or a quiet wish would lie unseen: an administrator, who sees no
pair, is asked to give a colleague the work of one.
"""

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.queries import StaffMember, list_staff
from app.follow_ups.models import Concern, FollowUpAnswer, Reply
from app.guides.models import Guide
from app.matches.models import MatchGuide
from app.messages.services import To, send_message
from app.permissions import Permission, roles_granting

Unheard = tuple[uuid.UUID, frozenset[uuid.UUID | None]]  # what was said, and who may not see it


def tell_what_nobody_hears(session: Session, *, staff_url: str, now: dt.datetime) -> int:
    """Write once to each administrator about each thing unheard; return how many things it were.

    The letter names nobody and no pair. Run every day: what is said is said once.
    """
    unheard = list_unheard(session)
    helpers = _holding(list_staff(session), Permission.STAFF_INVITE) if unheard else []
    for record_id, guides in unheard:
        for member in helpers:
            if member.user.id not in guides:
                to = To.staff(member.user)
                once = f"unheard {record_id} {member.user.id}"
                values = {"link": staff_url}
                send_message(session, "nobody_hears", to, values, now=now, once=once)
    return len(unheard)


def list_unheard(session: Session) -> list[Unheard]:
    """Return what waits for somebody and is about everybody who could look after it."""
    said = [*_concerns(session), *_wishes(session)]
    if not said:
        return []
    able = {m.user.id for m in _holding(list_staff(session), Permission.FOLLOW_UPS_HANDLE)}
    return [(record_id, guides) for record_id, guides in said if able <= guides]


def _holding(staff: list[StaffMember], permission: Permission) -> list[StaffMember]:
    roles = roles_granting(permission)
    return [member for member in staff if member.user.active and member.roles & roles]


def _concerns(session: Session) -> list[Unheard]:
    statement = (
        select(Concern)
        .where(Concern.handled_on.is_(None))
        .options(joinedload(Concern.guide))
        .order_by(Concern.raised_at, Concern.id)
    )
    told = session.scalars(statement).all()
    matches = _guides_of(session, {concern.match_id for concern in told})
    return [
        (
            concern.id,
            matches.get(concern.match_id, frozenset())
            | ({concern.guide.user_id} if concern.guide else frozenset()),
        )
        for concern in told
    ]


def _wishes(session: Session) -> list[Unheard]:
    statement = (
        select(FollowUpAnswer)
        .where(FollowUpAnswer.reply == Reply.TALK, FollowUpAnswer.handled_on.is_(None))
        .order_by(FollowUpAnswer.answered_at, FollowUpAnswer.id)
    )
    told = session.scalars(statement).all()
    matches = _guides_of(session, {answer.match_id for answer in told})
    return [(answer.id, matches.get(answer.match_id, frozenset())) for answer in told]


def _guides_of(
    session: Session, match_ids: set[uuid.UUID | None]
) -> dict[uuid.UUID | None, frozenset[uuid.UUID | None]]:
    """Return the users who guide in each match."""
    statement = (
        select(MatchGuide.match_id, Guide.user_id)
        .join(MatchGuide.guide)
        .where(MatchGuide.match_id.in_(match_ids))
    )
    found: dict[uuid.UUID | None, frozenset[uuid.UUID | None]] = {}
    for match_id, user_id in session.execute(statement):
        found[match_id] = found.get(match_id, frozenset()) | {user_id}
    return found
