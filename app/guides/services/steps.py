"""The steps of one guide: done, waived with a reason, or taken back."""

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict
from app.guides.models import (
    NEVER_WAIVED,
    NO_VERSION,
    GuardianApproval,
    Guide,
    GuideStatus,
    GuideStep,
    StepCode,
    StepOverride,
    StepWay,
)
from app.guides.queries.declarations import current_text
from app.guides.queries.steps import find_guardian_approval, missing_steps
from app.permissions import Actor, Permission, ensure_may

LONGEST_REASON = 280


class StepNeverWaived(Conflict):
    """No reason lets a guide go on without this step."""


class NothingToWaive(Conflict):
    """The guide lacks none of these steps any more."""


class GuideIsAdult(Conflict):
    """Guardians say yes for those of 16 and 17 alone."""


class GuideHasLeft(Conflict):
    """The role has ended: there is nothing left to do."""


def tick_step(
    session: Session,
    guide: Guide,
    code: StepCode,
    *,
    way: StepWay,
    on: dt.date,
    by: uuid.UUID | None = None,
) -> GuideStep:
    """Note that a guide has done a step. The first time counts, however often it is noted.

    A declaration is noted for the version that is signed now. For services; who may do it is
    the caller's to ask.

    Raises:
        GuideHasLeft: the role has ended.
    """
    lock(session, guide)  # two press at once: one row
    if guide.status is GuideStatus.ENDED:
        raise GuideHasLeft(f"guide {guide.id}")
    version = current_text(session).version if code is StepCode.DECLARATION else NO_VERSION
    step = _find_step(session, guide.id, code, version)
    if step is None:
        step = GuideStep(
            guide_id=guide.id, code=code, version=version, done_on=on, way=way, by_id=by
        )
        session.add(step)
        session.flush()
    return step


def untick_step(session: Session, guide: Guide, code: StepCode) -> bool:
    """Take back what was noted of a step, whatever its version; return whether there was any."""
    gone = delete(GuideStep).where(GuideStep.guide_id == guide.id, GuideStep.code == code)
    rows = session.scalars(
        gone.returning(GuideStep.id), execution_options={"synchronize_session": "fetch"}
    ).all()
    return bool(rows)


def note_step(
    session: Session, actor: Actor, guide: Guide, code: StepCode, *, done_on: dt.date
) -> GuideStep:
    """Note a step that staff have seen: a signed paper, a course held elsewhere.

    Raises:
        StepNeverWaived: the step has a page of its own, with what the law asks for.
        GuideHasLeft: the role has ended.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    _ensure_ours(code)
    return tick_step(session, guide, code, way=StepWay.SEEN_BY_STAFF, on=done_on, by=actor.user_id)


def take_back_step(session: Session, actor: Actor, guide: Guide, code: StepCode) -> bool:
    """Correct a step that was noted by mistake; return whether there was one.

    Raises:
        StepNeverWaived: the step has a page of its own.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    _ensure_ours(code)
    return untick_step(session, guide, code)


def waive_steps(
    session: Session,
    actor: Actor,
    guide: Guide,
    codes: Collection[StepCode],
    *,
    reason: str,
    now: dt.datetime,
) -> list[StepOverride]:
    """Let a guide go on without steps that are missing. Who, when and why is kept.

    Raises:
        StepNeverWaived: the certificate, or the guardians' yes.
        NothingToWaive: the guide has done these steps in the meantime, or nobody asks for them.
        ValueError: no reason.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    if not reason.strip():
        raise ValueError("an override needs a reason")
    if NEVER_WAIVED & set(codes):
        raise StepNeverWaived(f"guide {guide.id}: {sorted(codes)}")
    lock(session, guide)
    missing = missing_steps(session, [guide.id]).get(guide.id, ())
    why = reason.strip()[:LONGEST_REASON]
    waived = [
        StepOverride(guide_id=guide.id, code=code, reason=why, at=now, by_id=actor.user_id)
        for code in missing
        if code in codes
    ]
    if not waived:
        raise NothingToWaive(f"guide {guide.id}: {sorted(codes)}")
    session.add_all(waived)
    session.flush()
    return waived


def ask_again(
    session: Session, actor: Actor, guide: Guide, code: StepCode, *, now: dt.datetime
) -> bool:
    """End an override: the guide lacks the step again. The override is kept, with its end."""
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    override = session.scalar(
        select(StepOverride).where(
            StepOverride.guide_id == guide.id,
            StepOverride.code == code,
            StepOverride.ended_at.is_(None),
        )
    )
    if override is None:
        return False
    override.ended_at, override.ended_by_id = now, actor.user_id
    session.flush()
    return True


def note_guardians(
    session: Session, actor: Actor, guide: Guide, *, guardian_name: str, given_on: dt.date
) -> GuardianApproval:
    """Note that the guardians of a guide of 16 or 17 have said yes, as staff heard or saw it.

    Raises:
        GuideIsAdult: nobody answers for an adult.
        GuideHasLeft: the role has ended.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    if guide.is_adult:
        raise GuideIsAdult(f"guide {guide.id}")
    if guide.status is GuideStatus.ENDED:
        raise GuideHasLeft(f"guide {guide.id}")
    approval = find_guardian_approval(session, guide.id) or GuardianApproval(guide_id=guide.id)
    approval.guardian_name, approval.given_on = guardian_name, given_on
    approval.noted_by_id = actor.user_id
    session.add(approval)
    session.flush()
    return approval


def take_back_guardians(session: Session, actor: Actor, guide: Guide) -> bool:
    """Note that the guardians have changed their minds; return whether they had said yes."""
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    return forget_guardians(session, guide.id)


def forget_guardians(session: Session, guide_id: uuid.UUID) -> bool:
    """Delete the name of whoever said yes for a young guide."""
    gone = delete(GuardianApproval).where(GuardianApproval.guide_id == guide_id)
    rows = session.scalars(
        gone.returning(GuardianApproval.id), execution_options={"synchronize_session": "fetch"}
    ).all()
    return bool(rows)


def _ensure_ours(code: StepCode) -> None:
    if code in NEVER_WAIVED:
        raise StepNeverWaived(code)


def _find_step(
    session: Session, guide_id: uuid.UUID, code: StepCode, version: int
) -> GuideStep | None:
    statement = select(GuideStep).where(
        GuideStep.guide_id == guide_id, GuideStep.code == code, GuideStep.version == version
    )
    return session.scalar(statement)
