import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.guides.models import Guide
from app.permissions import Actor, Permission, ensure_may


def take_break(session: Session, actor: Actor, guide: Guide, *, until: dt.date | None) -> Guide:
    """Pause one's own part: no new proposals; the families one has stay.

    Raises:
        NotPermitted: the actor is somebody else.
        WrongGuideStatus: not ready yet, paused already or ended.
    """
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    lock(session, guide)
    guide.pause(until=until)
    session.flush()
    return guide


def end_break(session: Session, actor: Actor, guide: Guide) -> Guide:
    """Come back from a break.

    Raises:
        NotPermitted: the actor is somebody else.
        WrongGuideStatus: the guide is not paused.
    """
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    lock(session, guide)
    guide.come_back()
    session.flush()
    return guide
