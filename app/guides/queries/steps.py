"""Which steps a municipality asks of its guides, and what each of them still lacks."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Link, LinkKind
from app.guides.models import (
    ADULT_AGE_GROUPS,
    CHOSEN,
    Declaration,
    GuardianApproval,
    Guide,
    GuideStatus,
    GuideStep,
    PipelineStep,
    StepCode,
    StepOverride,
)
from app.guides.queries.declarations import counts_from
from app.messages.models import OutgoingMessage
from app.permissions import Actor, Permission, ensure_may

Missing = Mapping[uuid.UUID, tuple[StepCode, ...]]
_LAST = len(StepCode)
MOST_LETTERS = 2  # that ask to sign one declaration, if nobody sends another by hand
TAKE_PART = (GuideStatus.INTERVIEWED, GuideStatus.READY, GuideStatus.PAUSED)


class Asked(NamedTuple):
    """A step as a municipality has it: one it never chose about is not asked for."""

    code: StepCode
    required: bool
    position: int


class Lacking(NamedTuple):
    """A guide who is on the way or ready, and the steps that are not done."""

    guide: Guide
    codes: tuple[StepCode, ...]


class Steps(NamedTuple):
    """All there is about one guide's steps."""

    done: Mapping[StepCode, GuideStep]  # the newest of each
    overrides: Mapping[StepCode, StepOverride]  # in force
    guardians: GuardianApproval | None
    missing: tuple[StepCode, ...]


def list_asked(session: Session) -> list[Asked]:
    """Return every step that a municipality decides about, in its order."""
    kept = {row.code: row for row in session.scalars(select(PipelineStep))}
    asked = [
        Asked(code, kept[code].required, kept[code].position)
        if code in kept
        else Asked(code, required=False, position=_LAST)
        for code in CHOSEN
    ]
    return sorted(asked, key=lambda step: step.position)


def missing_steps(session: Session, guide_ids: Collection[uuid.UUID]) -> Missing:
    """Return what each of some guides lacks, in the municipality's order. Who lacks nothing is not
    a key. A step that staff have waived, with a reason, is not lacking.
    """
    wanted = Guide.id.in_(guide_ids)
    chosen = (
        select(Guide.id, PipelineStep.code, PipelineStep.position.label("position"))
        .join(PipelineStep, true())
        .where(wanted, PipelineStep.required, ~_is_done(), ~_is_waived())
    )
    guardians = select(
        Guide.id, literal(StepCode.GUARDIANS, PipelineStep.code.type), literal(_LAST)
    ).where(wanted, lacks_guardians())
    found: dict[uuid.UUID, list[StepCode]] = defaultdict(list)
    rows = union_all(chosen, guardians).order_by("position", "code")
    for guide_id, code, _position in session.execute(rows):
        found[guide_id].append(code)
    return {guide_id: tuple(codes) for guide_id, codes in found.items()}


def lacks_steps() -> ColumnElement[bool]:
    """Return whether a guide lacks any step, as a condition on `Guide` in a larger query."""
    return or_(_lacks(PipelineStep.required.is_(True)), lacks_guardians())


def list_lacking(session: Session, actor: Actor) -> Sequence[Lacking]:
    """Return guides who have been interviewed, or are ready, and lack a step; longest first."""
    ensure_may(actor, Permission.GUIDES_VIEW)
    on_the_way = Guide.status.in_((GuideStatus.INTERVIEWED, GuideStatus.READY))
    statement = (
        select(Guide)
        .where(on_the_way, lacks_steps())
        .order_by(Guide.interviewed_on, Guide.applied_at, Guide.id)
    )
    guides = session.scalars(statement).all()
    missing = missing_steps(session, [guide.id for guide in guides]) if guides else {}
    return [Lacking(guide, missing.get(guide.id, ())) for guide in guides]


def list_unasked(session: Session, *, now: dt.datetime) -> Sequence[Guide]:
    """Return who takes part, lacks the declaration and is to get a link to what is signed now.

    That is who has just been interviewed, everybody when all are asked to sign anew, and once
    more whoever has let the only link grow too old to open.
    """
    newest = select(func.max(Declaration.published_at)).where(Declaration.asked_anew)
    anew = newest.scalar_subquery()
    gone = and_(Link.used_at.is_(None), Link.expires_at <= now)
    asked = (
        select(Link.subject_id)
        .where(
            Link.kind == LinkKind.DECLARATION,
            Link.subject_id == Guide.id,
            or_(anew.is_(None), Link.created_at >= anew),
        )
        .group_by(Link.subject_id)
        .having(or_(func.count(Link.id) > 1, func.sum(case((gone, 0), else_=1)) > 0))
    )
    # Links go after some time: that somebody was written to twice stands in the letters.
    letters = (
        select(func.count(OutgoingMessage.id))
        .where(
            OutgoingMessage.template == "declaration",
            OutgoingMessage.about_id == Guide.id,
            or_(anew.is_(None), OutgoingMessage.created_at >= anew),
        )
        .correlate(Guide)
    )
    lacking = _lacks(PipelineStep.required.is_(True) & (PipelineStep.code == StepCode.DECLARATION))
    statement = select(Guide).where(
        Guide.status.in_(TAKE_PART),
        lacking,
        ~exists(asked.correlate(Guide)),
        letters.scalar_subquery() < MOST_LETTERS,
    )
    return session.scalars(statement.order_by(Guide.id)).all()


def get_steps(session: Session, guide: Guide) -> Steps:
    """Return what one guide has done, what was waived, and what is missing."""
    done = list_done(session, guide.id)
    waived = session.scalars(
        select(StepOverride)
        .where(StepOverride.guide_id == guide.id, StepOverride.ended_at.is_(None))
        .options(joinedload(StepOverride.by))
        .order_by(StepOverride.at)
    )
    return Steps(
        {row.code: row for row in done},
        {row.code: row for row in waived},
        None if guide.is_adult else find_guardian_approval(session, guide.id),
        missing_steps(session, [guide.id]).get(guide.id, ()),
    )


def list_done(session: Session, guide_id: uuid.UUID) -> Sequence[GuideStep]:
    """Return the steps that a guide has done, with who noted them, the newest last."""
    return session.scalars(
        select(GuideStep)
        .where(GuideStep.guide_id == guide_id)
        .options(joinedload(GuideStep.by))
        .order_by(GuideStep.done_on, GuideStep.version, GuideStep.code)
    ).all()


def find_guardian_approval(session: Session, guide_id: uuid.UUID) -> GuardianApproval | None:
    """Return the yes of a young guide's guardians."""
    statement = (
        select(GuardianApproval)
        .where(GuardianApproval.guide_id == guide_id)
        .options(joinedload(GuardianApproval.noted_by))
    )
    return session.scalar(statement)


def count_ready_without(session: Session) -> Mapping[StepCode, int]:
    """Return how many ready guides lack each step, to tell before somebody asks for it."""
    ready = select(Guide.id).where(Guide.status == GuideStatus.READY)
    counted = (
        select(GuideStep.code, func.count(func.distinct(GuideStep.guide_id)))
        .where(GuideStep.guide_id.in_(ready), _counts())
        .group_by(GuideStep.code)
    )
    have = dict(session.execute(counted).all())
    total = session.scalar(select(func.count()).select_from(ready.subquery())) or 0
    return {code: total - have.get(code, 0) for code in CHOSEN}


def _lacks(asked_for: ColumnElement[bool]) -> ColumnElement[bool]:
    chosen = select(PipelineStep.id).where(asked_for, ~_is_done(), ~_is_waived())
    return exists(chosen.correlate(Guide))


# By itself a query only looks one floor up for what it is about; these lie two floors down.
def _is_done() -> ColumnElement[bool]:
    row = select(GuideStep.id).where(
        GuideStep.guide_id == Guide.id, GuideStep.code == PipelineStep.code, _counts()
    )
    return exists(row.correlate(Guide, PipelineStep))


def _counts() -> ColumnElement[bool]:
    """A signature counts from the version on that everybody was asked to sign anew."""
    return or_(GuideStep.code != StepCode.DECLARATION, GuideStep.version >= counts_from())


def _is_waived() -> ColumnElement[bool]:
    row = select(StepOverride.id).where(
        StepOverride.guide_id == Guide.id,
        StepOverride.code == PipelineStep.code,
        StepOverride.ended_at.is_(None),
    )
    return exists(row.correlate(Guide, PipelineStep))


def lacks_guardians() -> ColumnElement[bool]:
    said_yes = select(GuardianApproval.id).where(GuardianApproval.guide_id == Guide.id)
    return Guide.age_group.not_in(ADULT_AGE_GROUPS) & ~exists(said_yes.correlate(Guide))
