"""Households whose address is protected, where the municipality has decided to keep any.

Tables that no other room knows: what nobody can ask for is in no list, count, letter or search.
"""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import SealedLook, User
from app.database import Base, enum_type
from app.guides.models import Guide, GuideStatus
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN, WHO_LOOKED, Erased, Facts, about
from app.tenancy import MunicipalityScoped, scoped_key, within


class HouseholdPage(StrEnum):
    """Where one of the two has seen a household, or taken somebody off its list."""

    LIST = "list"
    RECORD = "record"
    COPY = "copy"
    TAKEN_OFF = "taken_off"


class ProtectedChoice(MunicipalityScoped, Base):
    """What a municipality has decided. Without a row such households are refused.

    The two stay named when it no longer takes new ones: somebody must answer for those it has.
    """

    __tablename__ = "protected_choice"
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint("first_id <> second_id", name="two_persons"),
        CheckConstraint("decision <> ''", name="with_a_decision"),
        NOT_PERSONAL,
    )

    takes_new: Mapped[bool] = mapped_column(default=True)
    decision: Mapped[str] = mapped_column(String(300), info=PLAIN)
    decided_on: Mapped[dt.date]
    first_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    second_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    first: Mapped[User] = relationship(foreign_keys=[first_id])
    second: Mapped[User] = relationship(foreign_keys=[second_id])
    changed_by: Mapped[User] = relationship(foreign_keys=[changed_by_id])

    @property
    def named_ids(self) -> frozenset[uuid.UUID]:
        return frozenset({self.first_id, self.second_id})


class ProtectedHousehold(MunicipalityScoped, Base):
    """As little as one can do with. There is no column for where they live, and none for a note."""

    __tablename__ = "protected_household"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "once_token"),
        UniqueConstraint("municipality_id", "number"),
        CheckConstraint("household_size BETWEEN 1 AND 30", name="size_1_to_30"),
        CheckConstraint("copy_agreed_by_id <> copy_asked_by_id", name="copy_takes_two"),
        about(Facts.FAMILY_PROTECTED),
    )

    once_token: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]  # what the two call it by
    contact_name: Mapped[str] = mapped_column(String(120))
    contact_phone: Mapped[str] = mapped_column(String(20))
    household_size: Mapped[int]
    has_children: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    consented_on: Mapped[dt.date]
    registered_at: Mapped[dt.datetime]
    registered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    kept_until: Mapped[dt.date]  # then it goes by itself, unless a guide meets them
    copy_asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    copy_agreed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    match: Mapped["ProtectedMatch | None"] = relationship(back_populates="household")
    fears: Mapped[list["ProtectedFear"]] = relationship(
        back_populates="household", order_by="ProtectedFear.noted_at, ProtectedFear.mark"
    )


class ProtectedMatch(MunicipalityScoped, Base):
    """A guide whom one of the two proposes and the other confirms. What has ended is not kept."""

    __tablename__ = "protected_match"
    __table_args__ = (
        UniqueConstraint("municipality_id", "household_id"),
        UniqueConstraint("municipality_id", "guide_id"),
        within("household_id", "protected_household"),
        within("guide_id", "guide"),
        CheckConstraint("confirmed_by_id <> proposed_by_id", name="takes_two"),
        about(Facts.FAMILY_PROTECTED),
    )

    household_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID]
    proposed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    proposed_on: Mapped[dt.date]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    confirmed_on: Mapped[dt.date | None]

    household: Mapped[ProtectedHousehold] = relationship(back_populates="match")
    guide: Mapped[Guide] = relationship(viewonly=True)
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_by_id is not None

    @property
    def must_end(self) -> bool:
        """Whether the guide has left, or turns out to be under 18: no letter tells of it."""
        return self.guide.status is GuideStatus.ENDED or not self.guide.is_adult


class ProtectedFear(MunicipalityScoped, Base):
    """A keyed hash of one spelling of somebody who must not come near a household."""

    __tablename__ = "protected_fear"
    __table_args__ = (
        UniqueConstraint("municipality_id", "household_id", "person_id", "mark"),
        within("household_id", "protected_household"),
        about(Facts.FAMILY_PROTECTED),
    )

    household_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]  # made up: which marks are of one person
    mark: Mapped[str] = mapped_column(String(64))
    key_name: Mapped[str] = mapped_column(String(16))
    noted_at: Mapped[dt.datetime]

    household: Mapped[ProtectedHousehold] = relationship(back_populates="fears")


class ProtectedLook(SealedLook):
    """One of the two has seen something. The other reads it: no other log tells that there is any.

    Keys to nothing, as in the access log: it outlives the household, and then holds ids alone.
    Sealed with the access log, kept and let go with it.
    """

    __tablename__ = "protected_look"
    __table_args__ = about(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED)

    at: Mapped[dt.datetime] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID | None]  # none for the list
    page: Mapped[HouseholdPage] = mapped_column(enum_type(HouseholdPage))
