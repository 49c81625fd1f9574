"""A household or a group of minors, with its languages and children."""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    case,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, TagSet, enum_type
from app.errors import Conflict
from app.families.models.lists import ContactWay, FamilyKind, FamilyStatus, SettlementCategory
from app.municipalities.models import Neighbourhood, PlacedBy
from app.personal import ADDRESS, COUNTED, DONE_BY, NOBODY, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, within
from app.vocabulary import AgeGroup, ChildAge, Gender, GenderWish, Interest, Occupation, Rhythm


class FamilyWithdrawn(Conflict):
    """The family no longer takes part."""


class Family(MunicipalityScoped, Base):
    """A household settled in the municipality that may want a guide, or a group of minors.

    Of a group there are counts and age bands; the contact is a grown-up who answers for it.
    Never stored: address, national id, DUF number, religion, health, reason for flight.
    """

    __tablename__ = "family"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "reference"),
        UniqueConstraint("municipality_id", "once_token"),
        within("neighbourhood_id", "neighbourhood"),
        CheckConstraint("household_size BETWEEN 1 AND 20", name="household_size"),
        CheckConstraint("kind = 'household' OR household_size >= 2", name="group_of_two_or_more"),
        CheckConstraint("priority BETWEEN 0 AND 2", name="priority"),
        CheckConstraint("availability BETWEEN 0 AND 2097151", name="availability_21_bits"),
        about(Facts.FAMILY_WISHES, Erased.EMPTIED),
    )

    reference: Mapped[str] = mapped_column(
        String(30), info=tells(Facts.FAMILY_NAME, Erased.REPLACED)
    )
    once_token: Mapped[str] = mapped_column(String(64), info=PLAIN)
    kind: Mapped[FamilyKind] = mapped_column(
        enum_type(FamilyKind),
        default=FamilyKind.HOUSEHOLD,
        server_default="household",
        info=tells(Facts.FAMILY_HOUSEHOLD, blank=FamilyKind.HOUSEHOLD),
    )
    status: Mapped[FamilyStatus] = mapped_column(
        enum_type(FamilyStatus),
        default=FamilyStatus.WAITING,
        info=tells(Facts.FAMILY_WISHES, Erased.KEPT, why=COUNTED),
    )
    contact_name: Mapped[str] = mapped_column(
        String(120), info=tells(Facts.FAMILY_NAME, blank=NOBODY)
    )
    contact_gender: Mapped[Gender | None] = mapped_column(
        enum_type(Gender), info=tells(Facts.FAMILY_HOUSEHOLD)
    )
    locale: Mapped[str] = mapped_column(
        String(5), default="", server_default=text("''"), info=tells(Facts.FAMILY_CONTACT)
    )  # "": the place's
    contact_way: Mapped[ContactWay] = mapped_column(
        enum_type(ContactWay), info=tells(Facts.FAMILY_CONTACT, blank=ContactWay.THROUGH_STAFF)
    )
    contact_phone: Mapped[str] = mapped_column(
        String(20), default="", info=tells(Facts.FAMILY_CONTACT, finds=ADDRESS)
    )
    contact_email: Mapped[str] = mapped_column(
        String(254), default="", info=tells(Facts.FAMILY_CONTACT, finds=ADDRESS)
    )
    household_size: Mapped[int] = mapped_column(info=tells(Facts.FAMILY_HOUSEHOLD, blank=1))
    settled_on: Mapped[dt.date] = mapped_column(info=tells(Facts.FAMILY_BACKGROUND, Erased.MONTH))
    settlement_category: Mapped[SettlementCategory] = mapped_column(
        enum_type(SettlementCategory), info=tells(Facts.FAMILY_BACKGROUND, Erased.KEPT, why=COUNTED)
    )
    counts_against_quota: Mapped[bool] = mapped_column(
        info=tells(Facts.FAMILY_BACKGROUND, Erased.KEPT, why=COUNTED)
    )
    neighbourhood_id: Mapped[uuid.UUID | None] = mapped_column(info=tells(Facts.FAMILY_PLACE))
    placed_by: Mapped[PlacedBy | None] = mapped_column(
        enum_type(PlacedBy), info=tells(Facts.FAMILY_PLACE)
    )
    must_share_language: Mapped[bool] = mapped_column(
        default=False, info=tells(Facts.FAMILY_LANGUAGES)
    )
    wants_norwegian_practice: Mapped[bool] = mapped_column(
        default=True, info=tells(Facts.FAMILY_LANGUAGES)
    )
    interpreter_needed: Mapped[bool] = mapped_column(
        default=False, info=tells(Facts.FAMILY_LANGUAGES)
    )
    availability: Mapped[int]
    rhythm: Mapped[Rhythm | None] = mapped_column(enum_type(Rhythm))
    max_travel_minutes: Mapped[int | None]
    interests: Mapped[frozenset[Interest]] = mapped_column(
        TagSet(Interest), info=tells(Facts.FAMILY_LANGUAGES)
    )
    occupation: Mapped[Occupation | None] = mapped_column(enum_type(Occupation))
    gender_wish: Mapped[GenderWish] = mapped_column(
        enum_type(GenderWish), info=tells(Facts.FAMILY_WISHES, blank=GenderWish.NONE)
    )
    age_wish: Mapped[AgeGroup | None] = mapped_column(enum_type(AgeGroup))
    no_pets: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(500), default="", info=tells(Facts.FAMILY_WORDS))
    informed_by: Mapped[str] = mapped_column(String(120), info=tells(Facts.FAMILY_CONSENT))
    informed_on: Mapped[dt.date] = mapped_column(info=tells(Facts.FAMILY_CONSENT, Erased.MONTH))
    consented_on: Mapped[dt.date] = mapped_column(info=tells(Facts.FAMILY_CONSENT, Erased.MONTH))
    notice_version: Mapped[str] = mapped_column(
        String(12), default="", server_default=text("''"), info=tells(Facts.FAMILY_CONSENT)
    )  # of the privacy notice that held when they were told
    registered_at: Mapped[dt.datetime] = mapped_column(
        info=tells(Facts.FAMILY_BACKGROUND, Erased.MONTH)
    )
    waiting_since: Mapped[dt.date] = mapped_column(
        info=tells(Facts.FAMILY_WISHES, Erased.MONTH)
    )  # anew after a guide: the months with one are no waiting
    registered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    withdrawn_on: Mapped[dt.date | None] = mapped_column(
        info=tells(Facts.FAMILY_WISHES, Erased.MONTH)
    )

    neighbourhood: Mapped[Neighbourhood | None] = relationship(
        viewonly=True,
        primaryjoin="Family.neighbourhood_id == Neighbourhood.id",
        foreign_keys="Family.neighbourhood_id",
    )
    languages: Mapped[list["FamilyLanguage"]] = relationship(
        back_populates="family", cascade="all, delete-orphan", order_by="FamilyLanguage.position"
    )
    children: Mapped[list["ChildrenInBand"]] = relationship(
        back_populates="family", cascade="all, delete-orphan", order_by="ChildrenInBand.band"
    )

    @hybrid_property
    def is_forgotten(self) -> bool:
        """Whether nothing is kept any more that leads to them: what is left is counted."""
        return self.contact_name == NOBODY

    @property
    def first_name(self) -> str:
        return self.contact_name.partition(" ")[0]

    @property
    def children_by_band(self) -> dict[ChildAge, int]:
        return {row.band: row.count for row in self.children}

    @property
    def is_group(self) -> bool:
        """Whether these are minors without their parents, and no household."""
        return self.kind is FamilyKind.MINORS_GROUP

    @property
    def takes_part(self) -> bool:
        return self.status is not FamilyStatus.WITHDRAWN

    @hybrid_property
    def left_on(self) -> dt.date | None:
        """Since when the family takes no part; None where it does, also after it has come back."""
        return None if self.takes_part else self.withdrawn_on

    @left_on.inplace.expression
    @classmethod
    def _left_on(cls) -> ColumnElement[dt.date | None]:
        return case((cls.status == FamilyStatus.WITHDRAWN, cls.withdrawn_on))

    def days_waited(self, today: dt.date) -> int:
        """How long the family has waited for a guide, this time, in whole days."""
        return max(0, (today - self.waiting_since).days)

    def mark_matched(self) -> None:
        """Note that the family has a guide: both sides said yes."""
        self._ensure_takes_part()
        self.status = FamilyStatus.MATCHED

    def mark_waiting(self, *, on: dt.date) -> None:
        """Note that the family waits for a guide again, from this day."""
        self._ensure_takes_part()
        self.status = FamilyStatus.WAITING
        self.waiting_since = on

    def _ensure_takes_part(self) -> None:
        if not self.takes_part:
            raise FamilyWithdrawn(str(self.id))

    def withdraw(self, *, on: dt.date) -> None:
        """Leave the programme: a right, without a reason and without consequence."""
        self._ensure_takes_part()
        self.status = FamilyStatus.WITHDRAWN
        self.withdrawn_on = on

    def come_back(self, status: FamilyStatus, *, waiting_since: dt.date) -> None:
        """Take part again after having left; the day it left stays on record."""
        self.status, self.waiting_since = status, waiting_since


class FamilyLanguage(MunicipalityScoped, Base):
    """A language in a family, with its levels; or one that must never be used."""

    __tablename__ = "family_language"
    __table_args__ = (
        UniqueConstraint("municipality_id", "family_id", "code"),
        within("family_id", "family"),
        CheckConstraint("understands BETWEEN 0 AND 4", name="known_understands"),
        CheckConstraint("speaks BETWEEN 0 AND 4", name="known_speaks"),
        about(Facts.FAMILY_LANGUAGES),
    )

    family_id: Mapped[uuid.UUID]
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(String(8))
    understands: Mapped[int]
    speaks: Mapped[int]
    unacceptable: Mapped[bool] = mapped_column(default=False)

    family: Mapped[Family] = relationship(back_populates="languages")


class ChildrenInBand(MunicipalityScoped, Base):
    """How many of a family's children are in one age band. Children are never persons here."""

    __tablename__ = "children_in_band"
    __table_args__ = (
        UniqueConstraint("municipality_id", "family_id", "band"),
        within("family_id", "family"),
        CheckConstraint("count BETWEEN 1 AND 15", name="count_in_band"),
        about(Facts.FAMILY_HOUSEHOLD),
    )

    family_id: Mapped[uuid.UUID]
    band: Mapped[ChildAge] = mapped_column(enum_type(ChildAge))
    count: Mapped[int]

    family: Mapped[Family] = relationship(back_populates="children")
