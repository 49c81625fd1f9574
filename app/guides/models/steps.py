"""The way from applicant to ready as data: what a municipality asks for, and who has done it."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.guides.models.guides import Guide
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, unique_where, within

NO_VERSION = 0


class StepCode(StrEnum):
    """What may be asked for before a guide is ready, beside the contact and the interview.

    The guardians' yes is asked of everybody of 16 and 17, whatever a municipality decides.
    """

    DECLARATION = "declaration"
    COURSE = "course"
    CERTIFICATE = "certificate"
    GUARDIANS = "guardians"


# What a municipality decides. The certificate follows what the law lets it ask for, by the task.
CHOSEN = (StepCode.DECLARATION, StepCode.COURSE, StepCode.CERTIFICATE)
ASKED_AT_FIRST = frozenset({StepCode.DECLARATION, StepCode.COURSE})
# No reason is good enough to do without these.
NEVER_WAIVED = frozenset({StepCode.CERTIFICATE, StepCode.GUARDIANS})


class StepWay(StrEnum):
    """How we know that a step is done."""

    LINK = "link"
    MY_PAGE = "my_page"
    SEEN_BY_STAFF = "seen_by_staff"
    COURSE = "course"


class PipelineStep(MunicipalityScoped, Base):
    """Whether a municipality asks for a step, and in which place it is shown."""

    __tablename__ = "pipeline_step"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code"),
        CheckConstraint("code <> 'guardians'", name="chosen_by_the_municipality"),
        NOT_PERSONAL,
    )

    code: Mapped[StepCode] = mapped_column(enum_type(StepCode))
    required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    changed_at: Mapped[dt.datetime | None]


class Declaration(MunicipalityScoped, Base):
    """A version of the declaration of confidentiality, as it was published. It is never changed.

    `asked_anew`: who signed an earlier version lacks the step until they have signed this one.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("municipality_id", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        NOT_PERSONAL,
    )

    version: Mapped[int]
    text_nb: Mapped[str] = mapped_column(Text, info=PLAIN)
    text_nn: Mapped[str] = mapped_column(Text, info=PLAIN)
    text_en: Mapped[str] = mapped_column(Text, info=PLAIN)
    asked_anew: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    published_by: Mapped[User | None] = relationship()


class GuideStep(MunicipalityScoped, Base):
    """A step that a guide has done. A declaration is done once for each version."""

    __tablename__ = "guide_step"
    __table_args__ = (
        UniqueConstraint("municipality_id", "guide_id", "code", "version"),
        within("guide_id", "guide"),
        CheckConstraint("code <> 'guardians'", name="guardians_have_a_row_of_their_own"),
        about(Facts.GUIDE_STEPS),
    )

    guide_id: Mapped[uuid.UUID]
    code: Mapped[StepCode] = mapped_column(enum_type(StepCode))
    version: Mapped[int] = mapped_column(default=NO_VERSION)  # of the declaration
    done_on: Mapped[dt.date]
    way: Mapped[StepWay] = mapped_column(enum_type(StepWay))
    signed_as: Mapped[str] = mapped_column(String(120), default="")  # as the guide typed it
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    guide: Mapped[Guide] = relationship()
    by: Mapped[User | None] = relationship()


class StepOverride(MunicipalityScoped, Base):
    """That a guide may go on without a step, why, and who said so. Taken back, it is kept."""

    __tablename__ = "step_override"
    __table_args__ = (
        within("guide_id", "guide"),
        unique_where("uq_step_override_in_force", "guide_id", "code", where="ended_at IS NULL"),
        CheckConstraint("reason <> ''", name="with_a_reason"),
        CheckConstraint("code NOT IN ('certificate', 'guardians')", name="never_waived"),
        about(Facts.GUIDE_STEPS),
    )

    guide_id: Mapped[uuid.UUID]
    code: Mapped[StepCode] = mapped_column(enum_type(StepCode))
    reason: Mapped[str] = mapped_column(String(280), info=tells(Facts.STAFF_WORDS, Erased.ROW))
    at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    guide: Mapped[Guide] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])


class GuardianApproval(MunicipalityScoped, Base):
    """That the guardians of a guide of 16 or 17 have said yes. It goes when the role ends."""

    __tablename__ = "guardian_approval"
    __table_args__ = (
        UniqueConstraint("municipality_id", "guide_id"),
        within("guide_id", "guide"),
        about(Facts.GUIDE_STEPS),
    )

    guide_id: Mapped[uuid.UUID]
    guardian_name: Mapped[str] = mapped_column(String(120))
    given_on: Mapped[dt.date]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    guide: Mapped[Guide] = relationship()
    noted_by: Mapped[User | None] = relationship()
