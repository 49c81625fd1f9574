import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.guides.models import Guide, GuideStep
from app.guides.services import declarations
from app.my_page.queries import get_own_guide
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


def sign_declaration(
    session: Session,
    actor: Actor,
    signature: declarations.Signature,
    *,
    now: dt.datetime,
    today: dt.date,
) -> GuideStep:
    """Sign the declaration of confidentiality on one's own page.

    Raises:
        NotFound: the actor is no guide here.
        GuideHasLeft: the role has ended.
        DeclarationChanged: the text is not the one that was read.
    """
    guide = get_own_guide(session, actor)
    return declarations.sign(session, guide, signature, now=now, today=today)
