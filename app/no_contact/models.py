"""Whom a family is afraid of: recognised, never readable. And who of the staff answers for it."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.families.models import Family
from app.guides.models import Guide
from app.personal import DONE_BY, Facts, about
from app.tenancy import MunicipalityScoped, scoped_key, within


class FamilyCoordinator(MunicipalityScoped, Base):
    """The one coordinator whom a family's list speaks to."""

    __tablename__ = "family_coordinator"
    __table_args__ = (
        UniqueConstraint("municipality_id", "family_id"),
        within("family_id", "family"),
        about(Facts.SECRET),
    )

    family_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True, info=DONE_BY)
    since: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    family: Mapped[Family] = relationship()


class FearedPerson(MunicipalityScoped, Base):
    """Somebody who must not come near a family: that there is one, who noted it and when.

    There is no column for the name, the number or the address, and none for the reason.
    """

    __tablename__ = "feared_person"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "once_token"),
        within("family_id", "family"),
        about(Facts.SECRET),
    )

    family_id: Mapped[uuid.UUID] = mapped_column(index=True)
    once_token: Mapped[str] = mapped_column(String(64))
    key_name: Mapped[str] = mapped_column(String(16))  # with which secret the marks were made
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    noted_by: Mapped[User | None] = relationship()
    marks: Mapped[list["FearedMark"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="FearedMark.mark"
    )


class FearedMark(MunicipalityScoped, Base):
    """A keyed hash of one spelling of a name, a telephone number or an e-mail address."""

    __tablename__ = "feared_mark"
    __table_args__ = (
        UniqueConstraint("municipality_id", "person_id", "mark"),
        within("person_id", "feared_person"),
        about(Facts.SECRET),
    )

    person_id: Mapped[uuid.UUID]
    mark: Mapped[str] = mapped_column(String(64))

    person: Mapped[FearedPerson] = relationship(back_populates="marks")


class Verdict(StrEnum):
    """What the coordinator found out about a possible hit, and why."""

    FAMILY_SAYS_OTHER = "family_says_other"
    CANNOT_BE = "cannot_be"
    KNOWN_TO_US = "known_to_us"
    NEVER = "never"

    @property
    def allows(self) -> bool:
        """Whether the two may be put together: it is somebody else."""
        return self is not Verdict.NEVER


class HitDecision(MunicipalityScoped, Base):
    """A coordinator's word on one possible hit. It holds while the same marks agree."""

    __tablename__ = "hit_decision"
    __table_args__ = (
        UniqueConstraint("municipality_id", "family_id", "guide_id"),
        within("family_id", "family"),
        within("guide_id", "guide"),
        about(Facts.SECRET),
    )

    family_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    of_marks: Mapped[str] = mapped_column(String(64))  # which marks agreed, as one hash
    decided_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    guide: Mapped[Guide] = relationship()
