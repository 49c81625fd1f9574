import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, enum_type
from app.geocoding import Position, Precision
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN
from app.tenancy import MunicipalityScoped, scoped_key, within
from app.travel import UNKNOWN_TRIP, Band, Trip
from app.vocabulary import Rhythm


class Missing(StrEnum):
    """What a municipality has to have said before residents can sign up."""

    PRIVACY_CONTACT = "privacy_contact"
    BASIS = "basis"
    NOTICE = "notice"


class Audience(StrEnum):
    """Whom a privacy notice is written for."""

    GUIDE = "guide"
    FAMILY = "family"
    STAFF = "staff"


class Municipality(Base):
    """A municipality that runs the programme, with what it decides for itself."""

    __tablename__ = "municipality"
    __table_args__ = NOT_PERSONAL

    name: Mapped[str] = mapped_column(String(80), info=PLAIN)
    slug: Mapped[str] = mapped_column(String(60), unique=True, info=PLAIN)
    number: Mapped[str] = mapped_column(
        String(4), unique=True, info=PLAIN
    )  # 2024 numbers; text: 0301 is Oslo
    locale: Mapped[str] = mapped_column(String(5), default="nb", info=PLAIN)
    contact_name: Mapped[str] = mapped_column(
        String(120), default="", info=PLAIN
    )  # shown to residents
    contact_email: Mapped[str] = mapped_column(String(254), default="", info=PLAIN)
    contact_phone: Mapped[str] = mapped_column(String(40), default="", info=PLAIN)
    sender_name: Mapped[str] = mapped_column(
        String(60), default="", server_default=text("''"), info=PLAIN
    )
    sms_sender: Mapped[str] = mapped_column(
        String(11), default="", server_default=text("''"), info=PLAIN
    )
    privacy_contact: Mapped[str] = mapped_column(String(254), default="", info=PLAIN)
    # In the municipality's own words, for the notices: by which law, and who runs the site for it.
    basis_for_guides: Mapped[str] = mapped_column(
        String(300), default="", server_default=text("''"), info=PLAIN
    )
    basis_for_families: Mapped[str] = mapped_column(
        String(300), default="", server_default=text("''"), info=PLAIN
    )
    processor: Mapped[str] = mapped_column(
        String(120), default="", server_default=text("''"), info=PLAIN
    )
    notice_version: Mapped[str] = mapped_column(
        String(12), default="", server_default=text("''"), info=PLAIN
    )  # of the privacy notices as they were last published; "" is never
    accessibility_url: Mapped[str] = mapped_column(String(300), default="", info=PLAIN)
    # Whether somebody who asks who has looked at their record is told the names of staff.
    looks_name_staff: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sign_up_open: Mapped[bool] = mapped_column(default=True)
    first_contact_days: Mapped[int] = mapped_column(default=7)  # what the receipt promises
    answer_days: Mapped[int] = mapped_column(default=5)  # a proposal waits this long for an answer
    reminder_days: Mapped[int] = mapped_column(
        default=3, server_default=text("3")
    )  # who has not answered by then is asked once more, in time
    long_wait_days: Mapped[int] = mapped_column(
        default=90, server_default=text("90")
    )  # a family that has waited for longer counts as late
    agreement_months: Mapped[int] = mapped_column(default=9)
    agreement_rhythm: Mapped[Rhythm] = mapped_column(
        enum_type(Rhythm, "agreement_rhythm"),
        default=Rhythm.FORTNIGHTLY,
        server_default=Rhythm.FORTNIGHTLY,
    )

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What it has not said yet: until it has, nobody signs up."""
        said = {
            Missing.PRIVACY_CONTACT: self.privacy_contact,
            Missing.BASIS: self.basis_for_guides and self.basis_for_families,
            Missing.NOTICE: self.notice_version,
        }
        return tuple(one for one, words in said.items() if not words)

    @property
    def takes_guides(self) -> bool:
        """Whether residents can sign up now."""
        return self.sign_up_open and not self.missing


class PrivacyNotice(MunicipalityScoped, Base):
    """The privacy notices as they were published once, word for word: what people were told."""

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("municipality_id", "version"), NOT_PERSONAL)

    version: Mapped[str] = mapped_column(String(12), info=PLAIN)  # a hash of the words
    words: Mapped[dict[str, Any]] = mapped_column(JSON, info=PLAIN)  # audience, language, chapters
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class Tier(StrEnum):
    """How fine a neighbourhood is: every street belongs to exactly one of tier 1."""

    MAIN = "1"
    FINE = "2"


class Neighbourhood(MunicipalityScoped, Base):
    """A part of the municipality that people recognise, with a point or without one."""

    __tablename__ = "neighbourhood"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "tier", "name"),
        within("parent_id", "neighbourhood"),
        CheckConstraint("latitude BETWEEN 57 AND 81.5", name="latitude_in_norway"),
        CheckConstraint("longitude BETWEEN -9.5 AND 32", name="longitude_in_norway"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
        NOT_PERSONAL,
    )

    name: Mapped[str] = mapped_column(String(80), info=PLAIN)
    kind: Mapped[str] = mapped_column(String(30), default="postal_place", info=PLAIN)
    tier: Mapped[Tier] = mapped_column(enum_type(Tier), default=Tier.MAIN)
    parent_id: Mapped[uuid.UUID | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    active: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(120), default="", info=PLAIN)
    register_key: Mapped[str] = mapped_column(
        String(120), default="", info=PLAIN
    )  # who it is in the files
    changed_by_staff: Mapped[bool] = mapped_column(default=False)  # files change it no more

    parent: Mapped["Neighbourhood | None"] = relationship(
        remote_side="[Neighbourhood.municipality_id, Neighbourhood.id]", viewonly=True
    )

    @property
    def point(self) -> Position | None:
        """Where it lies on the map, if anybody has said so."""
        return _point(self.latitude, self.longitude, Precision.PLACE)


class NeighbourhoodLink(MunicipalityScoped, Base):
    """How far it is between two neighbourhoods. Stored once, the lower id first."""

    __tablename__ = "neighbourhood_link"
    __table_args__ = (
        UniqueConstraint("municipality_id", "lower_id", "upper_id"),
        within("lower_id", "neighbourhood"),
        within("upper_id", "neighbourhood"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("staff_minutes >= 0", name="staff_minutes_not_negative"),
        NOT_PERSONAL,
    )

    lower_id: Mapped[uuid.UUID]
    upper_id: Mapped[uuid.UUID]
    adjacent: Mapped[bool] = mapped_column(default=False)
    minutes: Mapped[int | None]  # computed, door to door; None is unknown
    staff_adjacent: Mapped[bool | None]  # what staff know better wins; None is "as in the files"
    staff_minutes: Mapped[int | None]
    staff_unreachable: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(120), default="", info=PLAIN)

    @property
    def is_adjacent(self) -> bool:
        return self.adjacent if self.staff_adjacent is None else self.staff_adjacent

    @property
    def by_staff(self) -> bool:
        """Whether staff have said anything of their own about this way."""
        return (
            self.staff_unreachable
            or self.staff_minutes is not None
            or self.staff_adjacent is not None
        )

    @property
    def trip(self) -> Trip:
        """The way between the two: what staff know better wins over what was computed."""
        if self.staff_unreachable:
            return Trip(Band.UNREACHABLE)
        minutes = self.minutes if self.staff_minutes is None else self.staff_minutes
        return _trip(minutes, adjacent=self.is_adjacent)

    @property
    def loaded_trip(self) -> Trip:
        """The way as the files have it."""
        return _trip(self.minutes, adjacent=self.adjacent)


class Postcode(MunicipalityScoped, Base):
    """A postcode and the neighbourhood that its addresses belong to."""

    __tablename__ = "postcode"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code"),
        within("neighbourhood_id", "neighbourhood"),
        NOT_PERSONAL,
    )

    code: Mapped[str] = mapped_column(String(4), info=PLAIN)
    place: Mapped[str] = mapped_column(String(80), info=PLAIN)
    neighbourhood_id: Mapped[uuid.UUID]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    @property
    def point(self) -> Position | None:
        return _point(self.latitude, self.longitude, Precision.POSTCODE)


class PlacedBy(StrEnum):
    """How somebody's neighbourhood was found."""

    CHOICE = "choice"
    POSTCODE = "postcode"
    NEAREST = "nearest"


def _point(
    latitude: float | None, longitude: float | None, precision: Precision
) -> Position | None:
    if latitude is None or longitude is None:
        return None
    return Position(latitude, longitude, precision)


def _trip(minutes: int | None, *, adjacent: bool) -> Trip:
    if adjacent:
        return Trip(Band.ADJACENT, minutes)
    return UNKNOWN_TRIP if minutes is None else Trip(Band.MINUTES, minutes)
