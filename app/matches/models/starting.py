"""The start meeting and the agreement: what stands between two yeses and an active match."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, TagSet, enum_type
from app.personal import NOT_PERSONAL, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, within
from app.vocabulary import Rhythm

# Which words of the agreement were signed. Changed whenever a sentence of it changes its meaning.
AGREEMENT_VERSION = "2026-1"


class StartCheck(StrEnum):
    """What is talked about at a start meeting, so that nothing is forgotten."""

    VOLUNTEER = "volunteer"
    VOLUNTARY = "voluntary"
    BOUNDARIES = "boundaries"
    CONFIDENTIALITY = "confidentiality"
    FIRST_MEETING = "first_meeting"
    WHOM_TO_CALL = "whom_to_call"


class StartGap(StrEnum):
    """Why a match began although not everything was talked about as planned."""

    HELD_EARLIER = "held_earlier"
    ANOTHER_DAY = "another_day"
    NOT_NEEDED = "not_needed"
    SOON = "soon"


class MeetingPlace(MunicipalityScoped, Base):
    """A public place where start meetings are held: a library, a town hall. Nobody's home."""

    __tablename__ = "meeting_place"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "name"),
        NOT_PERSONAL,
    )

    name: Mapped[str] = mapped_column(String(80), info=PLAIN)
    way_there: Mapped[str] = mapped_column(
        String(160), default="", info=PLAIN
    )  # street, floor, bus stop
    active: Mapped[bool] = mapped_column(default=True)


class StartMeeting(MunicipalityScoped, Base):
    """When and where the two meet for the first time, with staff. One a match."""

    __tablename__ = "start_meeting"
    __table_args__ = (
        UniqueConstraint("municipality_id", "match_id"),
        within("match_id", "match"),
        within("place_id", "meeting_place"),
        about(Facts.MEETING_FACTS),
    )

    match_id: Mapped[uuid.UUID]
    place_id: Mapped[uuid.UUID]
    at: Mapped[dt.datetime]
    interpreter_language: Mapped[str] = mapped_column(
        String(8), default="", info=tells(Facts.FAMILY_LANGUAGES, Erased.ROW)
    )  # "": nobody needs one
    checks: Mapped[frozenset[StartCheck]] = mapped_column(TagSet(StartCheck), default=frozenset())
    sequence: Mapped[int] = mapped_column(default=0)  # counts the changes, for calendars
    planned_at: Mapped[dt.datetime]
    planned_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    place: Mapped[MeetingPlace] = relationship(
        viewonly=True,
        primaryjoin="StartMeeting.place_id == MeetingPlace.id",
        foreign_keys="StartMeeting.place_id",
    )

    @property
    def was_told(self) -> bool:
        """Whether the two had a letter of it: not of one that staff note after it was held."""
        return self.at > self.planned_at


class Agreement(MunicipalityScoped, Base):
    """What the two sides agree on, and that each has signed it. The signed paper is theirs."""

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("municipality_id", "match_id"),
        within("match_id", "match"),
        CheckConstraint("months BETWEEN 1 AND 36", name="months"),
        about(Facts.MEETING_FACTS),
    )

    match_id: Mapped[uuid.UUID]
    version: Mapped[str] = mapped_column(String(20), default=AGREEMENT_VERSION)
    months: Mapped[int]
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm))
    family_locale: Mapped[str] = mapped_column(
        String(5), info=tells(Facts.FAMILY_LANGUAGES, Erased.ROW)
    )  # the language beside Norwegian
    guide_signed_on: Mapped[dt.date | None]
    family_signed_on: Mapped[dt.date | None]
    gap: Mapped[StartGap | None] = mapped_column(enum_type(StartGap, "gap"))  # None: none told
    noted_at: Mapped[dt.datetime | None]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    noted_by: Mapped[User | None] = relationship()

    @property
    def is_signed(self) -> bool:
        """Whether both sides have signed."""
        return self.guide_signed_on is not None and self.family_signed_on is not None

    @property
    def signed_on(self) -> dt.date | None:
        """The day of the later signature, once there are two."""
        if self.guide_signed_on is None or self.family_signed_on is None:
            return None
        return max(self.guide_signed_on, self.family_signed_on)
