import datetime as dt

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import issue_link, revoke_links
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


def make_calendar_link(session: Session, actor: Actor, *, now: dt.datetime) -> str:
    """Return the token of a new secret address of one's calendar; the old address is dead.

    Raises:
        NotFound: the actor is no guide here.
    """
    guide = get_own_guide(session, actor)
    revoke_links(session, LinkKind.FEED, guide.id, now=now)
    town = guide.municipality_id
    return issue_link(session, LinkKind.FEED, guide.id, municipality_id=town, now=now)


def revoke_calendar_link(session: Session, actor: Actor, *, now: dt.datetime) -> None:
    """Make the address of one's calendar worthless, wherever it has been copied to."""
    revoke_links(session, LinkKind.FEED, get_own_guide(session, actor).id, now=now)


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
