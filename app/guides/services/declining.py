"""The kind no: an applicant who does not become a guide."""

import datetime as dt

from sqlalchemy.orm import Session

from app.guides.models import DeclinedFor, Guide, GuideStatus, WrongGuideStatus
from app.guides.services.leaving import leave
from app.messages.services import To, send_message
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

APPLICANTS = frozenset({GuideStatus.APPLIED, GuideStatus.CONTACTED, GuideStatus.INTERVIEWED})
LETTERS = {DeclinedFor.NOT_REACHED: "applicant_not_reached"}
KIND_NO = "applicant_declined"


def reasons_for(guide: Guide) -> list[DeclinedFor]:
    """Return what may be said of an applicant: whom we have spoken with, we have reached."""
    if guide.status not in APPLICANTS:
        return []
    reached = guide.status is not GuideStatus.APPLIED
    return [one for one in DeclinedFor if not (reached and one is DeclinedFor.NOT_REACHED)]


def decline_applicant(
    session: Session,
    actor: Actor,
    guide: Guide,
    reason: DeclinedFor,
    *,
    privacy_url: str,
    now: dt.datetime,
) -> Guide:
    """Close an application: every link closes, and the applicant gets a letter without the reason.

    What they told us goes by age, like that of others who never became guides.

    Args:
        privacy_url: whole address of the page that says what becomes of what they told us.

    Raises:
        WrongGuideStatus: they are no applicant any more, or the reason does not hold for them.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    session.refresh(guide, ["status"], with_for_update=True)
    if reason not in reasons_for(guide):
        raise WrongGuideStatus(f"{guide.id}: {guide.status}, {reason}")
    leave(session, guide, now=now, today=day_of(now))
    guide.declined_for = reason
    template = LETTERS.get(reason, KIND_NO)
    send_message(session, template, To.guide(guide), {"link": privacy_url}, now=now)
    session.flush()
    return guide
