"""Police certificates: that one was asked for and shown, and when. Never what it says."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.guides.models import Guide
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN, Facts, about
from app.tenancy import MunicipalityScoped, within


class CertificateTask(StrEnum):
    """What somebody does as a guide. The law asks by the task, not by the person."""

    ADULT_MATCH = "adult_match"
    FAMILY_WITH_CHILDREN = "family_with_children"
    MINORS_GROUP = "minors_group"


# No municipality may let anybody meet minors who are here alone without having seen one.
ALWAYS_REQUIRED = frozenset({CertificateTask.MINORS_GROUP})


class CertificateRequirement(MunicipalityScoped, Base):
    """Whether a municipality asks for a police certificate for a task, and by which law."""

    __tablename__ = "certificate_requirement"
    __table_args__ = (
        UniqueConstraint("municipality_id", "task"),
        CheckConstraint("NOT required OR legal_basis <> ''", name="required_by_a_law"),
        NOT_PERSONAL,
    )

    task: Mapped[CertificateTask] = mapped_column(enum_type(CertificateTask))
    required: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(String(300), default="", info=PLAIN)
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    changed_at: Mapped[dt.datetime]


class PoliceCertificate(MunicipalityScoped, Base):
    """That a guide was asked for a police certificate for a task, and has shown it.

    The paper stays with the guide. There is no column for a file, a remark, what it said or the
    day it was issued, and the row goes when the role ends.
    """

    __tablename__ = "police_certificate"
    __table_args__ = (
        UniqueConstraint("municipality_id", "guide_id", "task"),
        within("guide_id", "guide"),
        CheckConstraint("legal_basis <> ''", name="asked_for_by_a_law"),
        CheckConstraint("shown_on IS NOT NULL OR seen_by_id IS NULL", name="seen_when_shown"),
        CheckConstraint("shown_on >= requested_on", name="shown_after_it_was_asked_for"),
        about(Facts.GUIDE_CERTIFICATE),
    )

    guide_id: Mapped[uuid.UUID]
    task: Mapped[CertificateTask] = mapped_column(enum_type(CertificateTask))
    legal_basis: Mapped[str] = mapped_column(String(300))  # as it stood when it was asked for
    requested_on: Mapped[dt.date]
    requested_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    shown_on: Mapped[dt.date | None]
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    guide: Mapped[Guide] = relationship()
    seen_by: Mapped[User | None] = relationship(foreign_keys=[seen_by_id])
