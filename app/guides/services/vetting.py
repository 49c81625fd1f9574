"""The coordinator's steps with a guide: contact, interview, ready, pause, return, end."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.database import lock
from app.errors import Conflict
from app.guides.models import Guide, GuideStatus, StepCode, WrongGuideStatus
from app.guides.queries.steps import missing_steps
from app.guides.services.leaving import leave
from app.guides.services.signing_up import send_status_link
from app.messages.services import To, send_message
from app.permissions import Actor, Permission, ensure_may

TOLD_ELSEWHERE = frozenset({StepCode.DECLARATION, StepCode.GUARDIANS})


class GuideTooYoung(Conflict):
    """Guides of 16 and 17 take part in groups only, never in what this is about."""


class StepsMissing(Conflict):
    """A step that is asked for is neither done nor waived."""

    def __init__(self, codes: tuple[StepCode, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def record_contact(session: Session, actor: Actor, guide: Guide, *, contacted_on: dt.date) -> Guide:
    """Note the first contact with an applicant.

    Raises:
        WrongGuideStatus: somebody has contacted them already, or they have ended.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    guide.move_to(GuideStatus.CONTACTED)
    guide.contacted_on = contacted_on
    session.flush()
    return guide


def note_no_answer(session: Session, actor: Actor, guide: Guide, *, tried_on: dt.date) -> Guide:
    """Note a call to an applicant that nobody took: they stay in the queue, some days further on.

    Raises:
        WrongGuideStatus: somebody has contacted them already, or they have ended.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)  # two who called on one day: one try
    guide.note_no_answer(tried_on)
    session.flush()
    return guide


def record_interview(
    session: Session,
    actor: Actor,
    guide: Guide,
    *,
    interviewed_on: dt.date,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> Guide:
    """Note the interview, and write to the guide what remains, with a link to their own page.

    The declaration has a letter of its own, and the guardians are talked to: where nothing else
    remains, nothing is written.

    Raises:
        WrongGuideStatus: the applicant has not been contacted, or is past this step.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    guide.move_to(GuideStatus.INTERVIEWED)
    guide.interviewed_on = interviewed_on
    session.flush()
    if set(missing_steps(session, [guide.id]).get(guide.id, ())) - TOLD_ELSEWHERE:
        send_status_link(session, guide, "steps_remain", {}, now=now, link_url=link_url)
    return guide


def approve_guide(
    session: Session,
    actor: Actor,
    guide: Guide,
    *,
    sign_in_url: str,
    now: dt.datetime,
    today: dt.date,
) -> Guide:
    """Make a guide ready: with an account, and a letter that says so.

    Those of 16 and 17 are ready for groups alone: the matching proposes them to no family.

    Args:
        sign_in_url: whole address of the page where the guide signs in by e-mail.

    Raises:
        StepsMissing: a step is neither done nor waived; for those under 18 the guardians' yes too.
        WrongGuideStatus: not interviewed yet, or past this step.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    _make_ready(session, guide, today)
    user = accounts.ensure_guide_account(
        session,
        guide_name=guide.name,
        guide_email=guide.email,
        municipality_id=guide.municipality_id,
        locale=guide.locale,
        now=now,
    )
    guide.user_id = user.id
    session.flush()
    template = "guide_ready" if guide.is_adult else "guide_ready_young"
    send_message(session, template, To.guide(guide), {"link": sign_in_url}, now=now)
    return guide


def _make_ready(session: Session, guide: Guide, today: dt.date) -> None:
    if guide.status is not GuideStatus.INTERVIEWED:
        raise WrongGuideStatus(f"{guide.id}: {guide.status}, not interviewed")
    if missing := missing_steps(session, [guide.id]).get(guide.id):
        raise StepsMissing(missing)
    guide.move_to(GuideStatus.READY)
    guide.ready_on = today


def pause_guide(session: Session, actor: Actor, guide: Guide, *, until: dt.date | None) -> Guide:
    """Keep a guide out of new matches for a while; open ones go on.

    Raises:
        WrongGuideStatus: the guide is not ready.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    guide.pause(until=until)
    session.flush()
    return guide


def bring_back_guide(session: Session, actor: Actor, guide: Guide) -> Guide:
    """End a pause.

    Raises:
        WrongGuideStatus: the guide is not paused.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    guide.come_back()
    session.flush()
    return guide


def end_pauses(session: Session, *, today: dt.date) -> int:
    """Bring back the guides the last day of whose pause was before today. Return how many."""
    rested = session.scalars(
        select(Guide).where(Guide.status == GuideStatus.PAUSED, Guide.paused_until < today)
    ).all()
    for guide in rested:
        guide.come_back()
    session.flush()
    return len(rested)


def end_guide(
    session: Session, actor: Actor, guide: Guide, *, now: dt.datetime, today: dt.date
) -> Guide:
    """End a guide's role, for good.

    Raises:
        GuideHasFamily: a match is open.
        WrongGuideStatus: ended already.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    return leave(session, guide, now=now, today=today)
