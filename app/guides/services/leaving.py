"""The end of a guide's role, whoever asks for it."""

import datetime as dt
import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts.services import end_guide_account
from app.errors import Conflict
from app.guides.models import Guide, GuideStatus, StepCode
from app.guides.services.coupling import separate
from app.guides.services.steps import forget_guardians, untick_step
from app.messages.reach import let_go

# What rooms above keep of a guide and let go of with them: they put their names down here.
WHEN_ONE_LEAVES: list[Callable[[Session, uuid.UUID], None]] = []


class GuideHasFamily(Conflict):
    """The guide has a place taken: the match must be closed first, so that a family is told."""


def leave(session: Session, guide: Guide, *, now: dt.datetime, today: dt.date) -> Guide:
    """End the role of a guide without open matches; close every link and the account.

    Raises:
        GuideHasFamily: a match is open.
        WrongGuideStatus: ended already.
    """
    session.refresh(guide, ["places_taken", "status"], with_for_update=True)
    if guide.places_taken:
        raise GuideHasFamily(f"guide {guide.id}")
    guide.move_to(GuideStatus.ENDED)
    guide.ended_on = today
    guide.paused_until = None
    let_go(session, guide.id, now=now)
    separate(session, guide.id)
    untick_step(session, guide, StepCode.CERTIFICATE)  # kept no longer than the role lasts
    forget_guardians(session, guide.id)
    for forget in WHEN_ONE_LEAVES:
        forget(session, guide.id)
    session.flush()
    if guide.user_id:
        end_guide_account(session, guide.user_id)
    return guide
