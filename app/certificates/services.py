"""Asking for a police certificate by the law that allows it, and noting that it was shown.

Nothing here takes a file, a remark or a text of the certificate. The day of issue is asked for,
compared and let go.
"""

import calendar
import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.certificates.models import (
    ALWAYS_REQUIRED,
    CertificateRequirement,
    CertificateTask,
    PoliceCertificate,
)
from app.certificates.queries import Demand, get_demand
from app.database import lock
from app.errors import Conflict
from app.guides.models import Guide, GuideStatus, StepCode, StepWay
from app.guides.services import leaving
from app.guides.services.pipeline import require_step
from app.guides.services.signing_up import send_status_link
from app.guides.services.steps import GuideHasLeft, tick_step, untick_step
from app.municipalities.services import take_turn
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

MOST_MONTHS = 3  # how old a certificate may be on the day it is shown
# Whoever wants to be a guide at all needs this one: it is a step on the way to ready.
STEP_OF = CertificateTask.ADULT_MATCH


class NoLegalBasis(Conflict):
    """Nobody has written down which law lets the municipality ask."""


class NotAskedFor(Conflict):
    """The municipality asks for no certificate with this task, so it may not see one."""


class AlreadyAsked(Conflict):
    """The guide has been asked for this task."""


class AlreadyShown(Conflict):
    """Somebody has noted it already."""


class CertificateTooOld(Conflict):
    """It was issued more than three months before it was shown."""


class IssuedLater(Conflict):
    """It was shown before it was issued, or before it was asked for: a day is wrong."""


def change_demands(
    session: Session,
    actor: Actor,
    wanted: Mapping[CertificateTask, Demand],
    *,
    now: dt.datetime,
) -> None:
    """Take over with which tasks a certificate is asked for, and by which law.

    Where none is asked for any longer, what was noted of that task is deleted: there is no
    reason left to keep it. Minors' groups are asked for always.

    Raises:
        NoLegalBasis: asked for without a law.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE)
    take_turn(session)
    stored = {row.task: row for row in session.scalars(select(CertificateRequirement))}
    for task, demand in wanted.items():
        basis = demand.legal_basis.strip()
        required = demand.required if task not in ALWAYS_REQUIRED else bool(basis)
        if required and not basis:
            raise NoLegalBasis(task)
        row = stored.get(task)
        if row is None:
            row = CertificateRequirement(task=task, required=False, legal_basis="", changed_at=now)
            session.add(row)
        if (row.required, row.legal_basis) != (required, basis):
            row.changed_by_id, row.changed_at = actor.user_id, now
        row.required, row.legal_basis = required, basis
        if not required and task not in ALWAYS_REQUIRED:
            _forget_task(session, task)
        if task is STEP_OF:
            require_step(
                session, StepCode.CERTIFICATE, required=required, by=actor.user_id, now=now
            )
    session.flush()


def ask_for_certificate(
    session: Session,
    actor: Actor,
    guide: Guide,
    task: CertificateTask,
    *,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> PoliceCertificate:
    """Ask a guide for a certificate, in a letter with a link to the form for the police.

    Raises:
        NotAskedFor: not with this task.
        NoLegalBasis: the law is not written down.
        AlreadyAsked: the guide has been asked.
        GuideHasLeft: the role has ended.
    """
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    lock(session, guide)  # two press at once: one row
    take_turn(session)  # and nobody stops asking for this task meanwhile
    if guide.status is GuideStatus.ENDED:
        raise GuideHasLeft(f"guide {guide.id}")
    basis = _basis_of(session, task)
    if _find(session, guide.id, task):
        raise AlreadyAsked(f"guide {guide.id}: {task}")
    certificate = PoliceCertificate(
        guide=guide,
        task=task,
        legal_basis=basis,
        requested_on=day_of(now),
        requested_by_id=actor.user_id,
    )
    session.add(certificate)
    session.flush()
    send_status_link(session, guide, "paper_wanted", {}, now=now, link_url=link_url)
    session.flush()
    return certificate


def note_shown(
    session: Session,
    actor: Actor,
    certificate: PoliceCertificate,
    *,
    shown_on: dt.date,
    issued_on: dt.date,
) -> PoliceCertificate:
    """Note that a guide has shown the certificate. It goes home with them.

    Args:
        actor: who has seen it.
        certificate: that was asked for.
        shown_on: when.
        issued_on: the day on the certificate. Compared, and not kept.

    Raises:
        CertificateTooOld: it was too old on the day it was shown.
        IssuedLater: the days cannot be right.
        AlreadyShown: somebody was faster.
    """
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    lock(session, certificate)
    if certificate.shown_on is not None:
        raise AlreadyShown(f"certificate {certificate.id}")
    if issued_on > shown_on or shown_on < certificate.requested_on:
        raise IssuedLater(f"certificate {certificate.id}")
    if shown_on > last_day_to_show(issued_on):
        raise CertificateTooOld(f"certificate {certificate.id}")
    certificate.shown_on, certificate.seen_by_id = shown_on, actor.user_id
    if certificate.task is STEP_OF:
        seen, by = StepWay.SEEN_BY_STAFF, actor.user_id
        tick_step(session, certificate.guide, StepCode.CERTIFICATE, way=seen, on=shown_on, by=by)
    session.flush()
    return certificate


def remove_certificate(session: Session, actor: Actor, certificate: PoliceCertificate) -> None:
    """Delete what was noted: asked for by mistake, or no longer needed."""
    ensure_may(actor, Permission.CERTIFICATES_SEE)
    lock(session, certificate)
    if certificate.task is STEP_OF:
        untick_step(session, certificate.guide, StepCode.CERTIFICATE)
    session.delete(certificate)
    session.flush()


def forget_certificates(session: Session, guide_id: uuid.UUID) -> None:
    """Delete what was noted of a guide whose role ends."""
    _delete(session, PoliceCertificate.guide_id == guide_id)


def last_day_to_show(issued_on: dt.date) -> dt.date:
    """Return the same day three months later, or the last one of that month."""
    months = issued_on.month - 1 + MOST_MONTHS
    year, month = issued_on.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def _basis_of(session: Session, task: CertificateTask) -> str:
    """Return by which law a certificate is asked for with a task."""
    demand = get_demand(session, task)
    if not demand.required:
        raise NotAskedFor(task)
    if not demand.legal_basis:
        raise NoLegalBasis(task)
    return demand.legal_basis


def _forget_task(session: Session, task: CertificateTask) -> None:
    if task is STEP_OF:
        for row in session.scalars(select(PoliceCertificate).where(PoliceCertificate.task == task)):
            untick_step(session, row.guide, StepCode.CERTIFICATE)
    _delete(session, PoliceCertificate.task == task)


def _find(session: Session, guide_id: uuid.UUID, task: CertificateTask) -> PoliceCertificate | None:
    statement = select(PoliceCertificate).where(
        PoliceCertificate.guide_id == guide_id, PoliceCertificate.task == task
    )
    return session.scalar(statement)


def _delete(session: Session, which: ColumnElement[bool]) -> None:
    gone = delete(PoliceCertificate).where(which)
    session.execute(gone, execution_options={"synchronize_session": "fetch"})


leaving.WHEN_ONE_LEAVES.append(forget_certificates)
