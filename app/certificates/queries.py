"""Reads of police certificates: what is asked for, and who has shown one."""

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.certificates.models import (
    ALWAYS_REQUIRED,
    CertificateRequirement,
    CertificateTask,
    PoliceCertificate,
)
from app.errors import NotFound
from app.guides.models import Guide, GuideStatus
from app.permissions import Actor, Permission, ensure_may

_WITH_WHO = (joinedload(PoliceCertificate.guide), joinedload(PoliceCertificate.seen_by))


class Demand(NamedTuple):
    """Whether a certificate is asked for, and by which law; without one none can be asked for."""

    required: bool
    legal_basis: str


class Lacking(NamedTuple):
    """A certificate that a guide has not shown; without `asked` nobody has asked for it yet."""

    task: CertificateTask
    asked: PoliceCertificate | None


class Office(NamedTuple):
    """All certificates that are asked for: those not shown yet, longest first, and the others."""

    waiting: Sequence[PoliceCertificate]
    shown: Sequence[PoliceCertificate]


def list_demands(session: Session) -> Mapping[CertificateTask, Demand]:
    """Return what the municipality asks for, task by task, all of them."""
    rows = {row.task: row for row in session.scalars(select(CertificateRequirement))}
    return {task: _demand(task, rows.get(task)) for task in CertificateTask}


def get_demand(session: Session, task: CertificateTask) -> Demand:
    """Return what the municipality asks for with one task."""
    statement = select(CertificateRequirement).where(CertificateRequirement.task == task)
    return _demand(task, session.scalar(statement))


def is_required(session: Session, task: CertificateTask) -> bool:
    """Return whether nobody may do the task without having shown a certificate for it."""
    return get_demand(session, task).required


def guides_with_certificate(session: Session, task: CertificateTask) -> frozenset[uuid.UUID]:
    """Return who has shown a certificate for the task. One for another task does not count."""
    statement = select(PoliceCertificate.guide_id).where(
        PoliceCertificate.task == task, PoliceCertificate.shown_on.is_not(None)
    )
    return frozenset(session.scalars(statement))


def is_cleared(task: CertificateTask) -> ColumnElement[bool]:
    """Return whether a guide may do a task, as a condition on `Guide` in a larger query.

    Whoever has shown a certificate for it may; everybody may where none is asked for.
    """
    asked = select(CertificateRequirement.id).where(
        CertificateRequirement.task == task, CertificateRequirement.required
    )
    cleared = has_shown(task)
    return cleared if task in ALWAYS_REQUIRED else or_(~exists(asked), cleared)


def has_shown(task: CertificateTask) -> ColumnElement[bool]:
    """Return whether a guide has shown one for a task, asked for or not, as a condition."""
    shown = select(PoliceCertificate.id).where(
        PoliceCertificate.guide_id == Guide.id,
        PoliceCertificate.task == task,
        PoliceCertificate.shown_on.is_not(None),
    )
    return exists(shown.correlate(Guide))


def count_without(session: Session, task: CertificateTask) -> int:
    """Return how many guides of today have not shown one for a task."""
    statement = select(func.count(Guide.id)).where(
        Guide.status != GuideStatus.ENDED, ~has_shown(task)
    )
    return session.scalar(statement) or 0


def list_lacking(session: Session, guide_id: uuid.UUID) -> Sequence[Lacking]:
    """Return what a guide has not shown: what all are asked for with a family, and what they
    themselves were asked for. In groups of minors only some meet, so nobody lacks it unasked.
    """
    demand, certificate = CertificateRequirement, PoliceCertificate
    own = and_(certificate.task == demand.task, certificate.guide_id == guide_id)
    for_all = and_(demand.required, demand.task.not_in(ALWAYS_REQUIRED))
    statement = (
        select(demand.task, certificate)
        .outerjoin(certificate, own)
        .where(certificate.shown_on.is_(None), or_(certificate.id.is_not(None), for_all))
        .order_by(certificate.requested_on, demand.task)
    )
    return [Lacking(*row) for row in session.execute(statement)]


def list_certificates(session: Session, actor: Actor) -> Office:
    """Return what is asked for of all guides."""
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    statement = (
        select(PoliceCertificate)
        .options(*_WITH_WHO)
        .order_by(PoliceCertificate.requested_on, PoliceCertificate.id)
    )
    rows = session.scalars(statement).all()
    return Office(
        waiting=[row for row in rows if row.shown_on is None],
        shown=[row for row in rows if row.shown_on is not None],
    )


def get_certificate(session: Session, actor: Actor, certificate_id: uuid.UUID) -> PoliceCertificate:
    """Return what is asked for of a guide, or raise NotFound."""
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    statement = select(PoliceCertificate).where(PoliceCertificate.id == certificate_id)
    return _found(session.scalar(statement.options(*_WITH_WHO)), certificate_id)


def get_own_certificate(
    session: Session, guide_id: uuid.UUID, certificate_id: uuid.UUID
) -> PoliceCertificate:
    """Return what is asked for of this guide, or raise NotFound. For the guide's own pages."""
    statement = select(PoliceCertificate).where(
        PoliceCertificate.id == certificate_id, PoliceCertificate.guide_id == guide_id
    )
    return _found(session.scalar(statement.options(*_WITH_WHO)), certificate_id)


def list_of_guide(session: Session, guide_id: uuid.UUID) -> Sequence[PoliceCertificate]:
    """Return what is asked for of one guide, in the order in which it was asked for."""
    statement = (
        select(PoliceCertificate)
        .where(PoliceCertificate.guide_id == guide_id)
        .options(*_WITH_WHO)
        .order_by(PoliceCertificate.requested_on, PoliceCertificate.task)
    )
    return session.scalars(statement).all()


def get_guide_to_ask(session: Session, actor: Actor, guide_id: uuid.UUID) -> Guide:
    """Return a guide whose role has not ended, or raise NotFound."""
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    statement = select(Guide).where(Guide.id == guide_id, Guide.status != GuideStatus.ENDED)
    guide = session.scalar(statement)
    if guide is None:
        raise NotFound(f"guide {guide_id}")
    return guide


def _demand(task: CertificateTask, row: CertificateRequirement | None) -> Demand:
    asked = task in ALWAYS_REQUIRED or (row is not None and row.required)
    return Demand(asked, row.legal_basis if row else "")


def _found(certificate: PoliceCertificate | None, wanted: uuid.UUID) -> PoliceCertificate:
    if certificate is None:
        raise NotFound(f"certificate {wanted}")
    return certificate
