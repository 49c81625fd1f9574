"""The demo's steps: nearly everybody has done what is asked for, and a few have not."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.guides.models import Guide, GuideStatus, StepCode, StepOverride, StepWay
from app.guides.services.declarations import keep_text
from app.guides.services.pipeline import make_pipeline
from app.guides.services.steps import tick_step
from app.oslo import day_of
from app.permissions import Role
from app.tenancy import bound_municipality

BEEN_INTERVIEWED = frozenset({GuideStatus.INTERVIEWED, GuideStatus.READY, GuideStatus.PAUSED})
ON_PAPER = frozenset({"Berit Haugland", "Inger Lise Dahl", "Tor-Arne O'Brien"})
# The course came to be asked for after these were ready, and one has waited for it since.
NO_COURSE = frozenset({"Ahmad", "Gunnhild Berge", "Hanna Lindqvist"})
WAIVED = {"Inger Lise Dahl": "Har selv holdt kurs for frivillige i mange år."}
SIGNED_AFTER, COURSE_AFTER = dt.timedelta(days=1), dt.timedelta(days=4)


def add_steps(session: Session, guides: Iterable[Guide], *, now: dt.datetime) -> None:
    """Let a municipality ask for what new ones ask for, and note what its guides have done."""
    make_pipeline(session)
    keep_text(session, now=now - dt.timedelta(days=300))
    coordinator = session.scalar(
        select(Membership.user_id)
        .where(
            Membership.role == Role.COORDINATOR,
            Membership.municipality_id == bound_municipality(session),
        )
        .limit(1)
    )
    for guide in guides:
        if guide.status not in BEEN_INTERVIEWED:
            continue
        on_paper = guide.name in ON_PAPER
        signed = tick_step(
            session,
            guide,
            StepCode.DECLARATION,
            way=StepWay.SEEN_BY_STAFF if on_paper else StepWay.LINK,
            on=_day(guide, SIGNED_AFTER, now),
            by=coordinator if on_paper else None,
        )
        signed.signed_as = "" if on_paper else guide.name
        if guide.name in WAIVED:
            session.add(
                StepOverride(
                    guide_id=guide.id,
                    code=StepCode.COURSE,
                    reason=WAIVED[guide.name],
                    at=now - dt.timedelta(days=200),
                    by_id=coordinator,
                )
            )
        elif guide.name not in NO_COURSE:
            day = _day(guide, COURSE_AFTER, now)
            tick_step(session, guide, StepCode.COURSE, way=StepWay.COURSE, on=day)
    session.flush()


def _day(guide: Guide, after: dt.timedelta, now: dt.datetime) -> dt.date:
    """Return a day some days after the interview, but none that is still to come."""
    interviewed_on = guide.interviewed_on or day_of(guide.applied_at)
    return min(interviewed_on + after, day_of(now))
