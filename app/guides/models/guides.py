import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, TagSet, enum_type
from app.errors import Conflict
from app.municipalities.models import Neighbourhood, PlacedBy
from app.oslo import day_of
from app.personal import ADDRESS, COUNTED, NOBODY, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, within
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Level,
    Occupation,
    Rhythm,
)

RETRY_DAYS, RARE_RETRY_DAYS = 2, 7  # until the next call to somebody who did not answer
MANY_TRIES = 3  # from so many on it is rare, and staff may close the application
ADULT_AGE_GROUPS = frozenset(AgeGroup) - {AgeGroup.FROM_16}


class GuideStatus(StrEnum):
    """Where a guide is on the way from applicant to ready, and after."""

    APPLIED = "applied"
    CONTACTED = "contacted"
    INTERVIEWED = "interviewed"
    READY = "ready"
    PAUSED = "paused"
    ENDED = "ended"


class DeclinedFor(StrEnum):
    """Why an applicant does not become a guide. Coded: nothing is written about anybody.

    There is none about health, about family or about a certificate: what nobody may keep has none.
    """

    NOT_REACHED = "not_reached"
    OTHER_WISHES = "other_wishes"
    TERMS = "terms"
    NOT_SUITED = "not_suited"
    NO_NEED = "no_need"


class WrongGuideStatus(Conflict):
    """The guide is not at the step that this one follows."""


NEXT_STATUS: dict[GuideStatus, frozenset[GuideStatus]] = {
    GuideStatus.APPLIED: frozenset({GuideStatus.CONTACTED, GuideStatus.ENDED}),
    GuideStatus.CONTACTED: frozenset({GuideStatus.INTERVIEWED, GuideStatus.ENDED}),
    GuideStatus.INTERVIEWED: frozenset({GuideStatus.READY, GuideStatus.ENDED}),
    GuideStatus.READY: frozenset({GuideStatus.PAUSED, GuideStatus.ENDED}),
    GuideStatus.PAUSED: frozenset({GuideStatus.READY, GuideStatus.ENDED}),
    GuideStatus.ENDED: frozenset(),
}


class Guide(MunicipalityScoped, Base):
    """A resident who has volunteered to guide settled families.

    A guide's address is never stored: only the neighbourhood, and how it was found.
    """

    __tablename__ = "guide"
    __table_args__ = (
        scoped_key(),
        within("neighbourhood_id", "neighbourhood"),
        CheckConstraint("capacity BETWEEN 1 AND 3", name="capacity_one_to_three"),
        CheckConstraint("places_taken BETWEEN 0 AND capacity", name="places_within_capacity"),
        CheckConstraint("availability BETWEEN 0 AND 2097151", name="availability_21_bits"),
        about(Facts.GUIDE_TERMS, Erased.EMPTIED),
    )

    user_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id"), index=True, info=tells(Facts.GUIDE_CONTACT)
    )
    status: Mapped[GuideStatus] = mapped_column(
        enum_type(GuideStatus),
        default=GuideStatus.APPLIED,
        info=tells(Facts.GUIDE_STEPS, Erased.KEPT, why=COUNTED),
    )
    name: Mapped[str] = mapped_column(String(120), info=tells(Facts.GUIDE_NAME, blank=NOBODY))
    email: Mapped[str] = mapped_column(
        String(254), index=True, info=tells(Facts.GUIDE_CONTACT, finds=ADDRESS)
    )
    phone: Mapped[str] = mapped_column(String(20), info=tells(Facts.GUIDE_CONTACT, finds=ADDRESS))
    locale: Mapped[str] = mapped_column(
        String(5), default="nb", info=tells(Facts.GUIDE_CONTACT, blank="nb")
    )
    age_group: Mapped[AgeGroup] = mapped_column(
        enum_type(AgeGroup), info=tells(Facts.GUIDE_ABOUT, Erased.KEPT, why=COUNTED)
    )
    gender: Mapped[Gender] = mapped_column(
        enum_type(Gender), info=tells(Facts.GUIDE_ABOUT, blank=Gender.OTHER)
    )
    neighbourhood_id: Mapped[uuid.UUID | None] = mapped_column(info=tells(Facts.GUIDE_PLACE))
    placed_by: Mapped[PlacedBy | None] = mapped_column(
        enum_type(PlacedBy), info=tells(Facts.GUIDE_PLACE)
    )
    availability: Mapped[int]  # 21 bits, see vocabulary.availability_mask
    rhythm: Mapped[Rhythm] = mapped_column(
        enum_type(Rhythm), info=tells(Facts.GUIDE_TERMS, blank=Rhythm.MONTHLY)
    )
    hours_per_meeting: Mapped[int] = mapped_column(default=2)
    capacity: Mapped[int] = mapped_column(
        default=1, info=tells(Facts.GUIDE_TERMS, blank=1)
    )  # families at the same time
    places_taken: Mapped[int] = mapped_column(
        default=0, info=tells(Facts.GUIDE_TERMS, Erased.KEPT, why=COUNTED)
    )
    interests: Mapped[frozenset[Interest]] = mapped_column(
        TagSet(Interest), info=tells(Facts.GUIDE_LANGUAGES)
    )
    occupation: Mapped[Occupation | None] = mapped_column(
        enum_type(Occupation), info=tells(Facts.GUIDE_ABOUT)
    )
    gender_wish: Mapped[GenderWish] = mapped_column(
        enum_type(GenderWish), info=tells(Facts.GUIDE_TERMS, blank=GenderWish.NONE)
    )
    children_wish: Mapped[ChildrenWish] = mapped_column(
        enum_type(ChildrenWish), info=tells(Facts.GUIDE_TERMS, blank=ChildrenWish.NO_MATTER)
    )
    own_children: Mapped[frozenset[ChildAge]] = mapped_column(
        TagSet(ChildAge), info=tells(Facts.GUIDE_ABOUT)
    )
    has_pets: Mapped[bool] = mapped_column(default=False, info=tells(Facts.GUIDE_ABOUT))
    max_travel_minutes: Mapped[int | None]
    grown_up_said_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    consent_version: Mapped[str] = mapped_column(String(20), info=tells(Facts.GUIDE_STEPS))
    applied_at: Mapped[dt.datetime] = mapped_column(info=tells(Facts.GUIDE_STEPS, Erased.MONTH))
    email_confirmed_at: Mapped[dt.datetime | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    contacted_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    # Calls that nobody took, the last of them, and when it is time for the next one.
    tries: Mapped[int] = mapped_column(
        default=0, server_default="0", info=tells(Facts.GUIDE_STEPS, blank=0)
    )
    tried_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    call_again_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    interviewed_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS))
    ready_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS, Erased.MONTH))
    paused_until: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None] = mapped_column(info=tells(Facts.GUIDE_STEPS, Erased.MONTH))
    declined_for: Mapped[DeclinedFor | None] = mapped_column(
        enum_type(DeclinedFor), info=tells(Facts.GUIDE_STEPS)
    )

    user: Mapped[User | None] = relationship()
    neighbourhood: Mapped[Neighbourhood | None] = relationship(
        viewonly=True,
        primaryjoin="Guide.neighbourhood_id == Neighbourhood.id",
        foreign_keys="Guide.neighbourhood_id",
    )
    languages: Mapped[list["GuideLanguage"]] = relationship(
        back_populates="guide", cascade="all, delete-orphan", order_by="GuideLanguage.level.desc()"
    )

    @property
    def first_name(self) -> str:
        """The name used in messages and to the family: the first word, or the only one."""
        return self.name.split()[0]

    @property
    def given_names(self) -> str:
        """All words of the name but the last: to greet the guide, and nobody else, by."""
        return " ".join(self.name.split()[:-1]) or self.name

    @property
    def free_places(self) -> int:
        return self.capacity - self.places_taken

    @property
    def is_adult(self) -> bool:
        return self.age_group in ADULT_AGE_GROUPS

    def contact_due_on(self, first_contact_days: int) -> dt.date:
        """Return the last day on which the first contact is in time, as the receipt promised.

        Who was called in vain is called again some days later, not the next morning.
        """
        promised_on = day_of(self.applied_at) + dt.timedelta(days=first_contact_days)
        return max(promised_on, self.call_again_on or promised_on)

    def is_overdue(self, first_contact_days: int, today: dt.date) -> bool:
        """Return whether an applicant has waited longer than promised."""
        waits = self.status is GuideStatus.APPLIED
        return waits and self.contact_due_on(first_contact_days) < today

    def note_no_answer(self, on: dt.date) -> None:
        """Note a call that nobody took. Several on one day count once.

        Raises:
            WrongGuideStatus: somebody has spoken with them already, or they have ended.
        """
        if self.status is not GuideStatus.APPLIED:
            raise WrongGuideStatus(f"{self.id}: {self.status}, not applied")
        if self.tried_on == on:
            return
        self.tries += 1
        self.tried_on = max(on, self.tried_on or on)
        wait = RETRY_DAYS if self.tries < MANY_TRIES else RARE_RETRY_DAYS
        self.call_again_on = self.tried_on + dt.timedelta(days=wait)

    def move_to(self, status: GuideStatus) -> None:
        """Take the next step.

        Raises:
            WrongGuideStatus: the step does not follow from the present one.
        """
        if status not in NEXT_STATUS[self.status]:
            raise WrongGuideStatus(f"{self.id}: {self.status} to {status}")
        self.status = status

    def pause(self, *, until: dt.date | None) -> None:
        """Stay out of new matches; the families that the guide has stay. None: until told.

        Raises:
            WrongGuideStatus: not ready yet, paused already or ended.
        """
        self.move_to(GuideStatus.PAUSED)
        self.paused_until = until

    def come_back(self) -> None:
        """End a pause.

        Raises:
            WrongGuideStatus: the guide is not paused.
        """
        if self.status is not GuideStatus.PAUSED:
            raise WrongGuideStatus(f"{self.id}: {self.status}, not paused")
        self.move_to(GuideStatus.READY)
        self.paused_until = None


class GuideLanguage(MunicipalityScoped, Base):
    """A language that a guide speaks, and how well."""

    __tablename__ = "guide_language"
    __table_args__ = (
        UniqueConstraint("municipality_id", "guide_id", "code"),
        within("guide_id", "guide"),
        CheckConstraint("level BETWEEN 1 AND 4", name="known_level"),
        about(Facts.GUIDE_LANGUAGES),
    )

    guide_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(8))
    level: Mapped[int] = mapped_column(default=int(Level.GOOD))

    guide: Mapped[Guide] = relationship(back_populates="languages")


class CoupleGuide(MunicipalityScoped, Base):
    """A guide's half of a couple: two who take a family together. The first is written to.

    The keys keep a guide out of a second couple, and a third out of any.
    """

    __tablename__ = "couple_guide"
    __table_args__ = (
        UniqueConstraint("municipality_id", "guide_id"),
        UniqueConstraint("municipality_id", "couple_id", "position"),
        within("guide_id", "guide"),
        CheckConstraint("position IN (1, 2)", name="one_of_two"),
        about(Facts.GUIDE_TERMS),
    )

    couple_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID]
    position: Mapped[int]
    linked_on: Mapped[dt.date | None]  # None: before that was kept

    guide: Mapped[Guide] = relationship()


class SignUpDraft(MunicipalityScoped, Base):
    """What a resident has filled in so far. Keyed by a hashed cookie, gone after 24 hours."""

    __tablename__ = "sign_up_draft"
    __table_args__ = about(Facts.GUIDE_CONTACT, Erased.BY_AGE)

    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, info=tells(Facts.SECRET, Erased.BY_AGE)
    )
    answers: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, info=tells(Facts.GUIDE_CONTACT, Erased.BY_AGE)
    )
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
