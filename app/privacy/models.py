"""What is kept about keeping: requests, what was archived and erased, how long, and the months."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.personal import (
    ANYBODY,
    DONE_BY,
    NOT_PERSONAL,
    PLAIN,
    Erased,
    Facts,
    Person,
    about,
    tells,
)
from app.tenancy import MunicipalityScoped

ERASED_AGAIN = "after a restore it must be erased again; the identifier leads to nobody"


class Right(StrEnum):
    """What somebody may ask of us."""

    ACCESS = "access"
    ERASURE = "erasure"


class RightsRequest(MunicipalityScoped, Base):
    """Somebody has asked to see what is kept of them, or to be erased. Answered within a month."""

    __tablename__ = "rights_request"
    __table_args__ = (
        UniqueConstraint("municipality_id", "once_token"),
        about(Facts.MATCH_FACTS),
    )

    once_token: Mapped[str] = mapped_column(String(64))
    person: Mapped[Person] = mapped_column(enum_type(Person))
    record_id: Mapped[uuid.UUID] = mapped_column(
        index=True, info=tells(Facts.MATCH_FACTS, Erased.ROW, finds=ANYBODY)
    )
    asks_for: Mapped[Right] = mapped_column(enum_type(Right))
    asked_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    answered_on: Mapped[dt.date | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class ArchiveNote(MunicipalityScoped, Base):
    """That what the law wants archived of somebody is in the municipality's archive."""

    __tablename__ = "archive_note"
    __table_args__ = (
        UniqueConstraint("municipality_id", "person", "record_id"),
        about(Facts.MATCH_FACTS),
    )

    person: Mapped[Person] = mapped_column(enum_type(Person))
    record_id: Mapped[uuid.UUID] = mapped_column(
        info=tells(Facts.MATCH_FACTS, Erased.ROW, finds=ANYBODY)
    )
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class ErasedRecord(MunicipalityScoped, Base):
    """That somebody was erased. Its own identifier is the receipt.

    Kept for good: from a backup of before somebody would come back, and is erased anew by it.
    """

    __tablename__ = "erased_record"
    __table_args__ = (
        UniqueConstraint("municipality_id", "person", "record_id"),
        about(Facts.STAFF_WORK, Erased.KEPT, why=ERASED_AGAIN),
    )

    person: Mapped[Person] = mapped_column(enum_type(Person))
    record_id: Mapped[uuid.UUID]
    erased_on: Mapped[dt.date]
    row_counts: Mapped[dict[str, int]] = mapped_column(JSON, info=PLAIN)  # how many rows, by table
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class RetentionKind(StrEnum):
    """What goes by age."""

    SILENT_APPLICANTS = "silent_applicants"
    GUIDES_WHO_LEFT = "guides_who_left"
    FAMILIES_NEVER_MATCHED = "families_never_matched"
    FAMILIES_AFTER_MATCH = "families_after_match"
    MEETING_NOTES = "meeting_notes"
    LETTERS = "letters"
    OLD_LINKS = "old_links"
    ACCOUNTS_WITHOUT_ROLE = "accounts_without_role"


class RetentionRule(MunicipalityScoped, Base):
    """For how many months a municipality keeps something. Without a row, the default holds."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        UniqueConstraint("municipality_id", "kind"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months"),
        NOT_PERSONAL,
    )

    kind: Mapped[RetentionKind] = mapped_column(enum_type(RetentionKind))
    months: Mapped[int]
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class Measure(StrEnum):
    """What is counted of a month that is over."""

    FAMILIES_REGISTERED = "families_registered"
    FAMILIES_WAITING = "families_waiting"
    WAITED_BEFORE_GUIDE = "waited_before_guide"
    GUIDES_APPLIED = "guides_applied"
    GUIDES_READY = "guides_ready"
    GUIDES_LEFT = "guides_left"
    MATCHES_AGREED = "matches_agreed"
    MATCHES_STARTED = "matches_started"
    MATCHES_ENDED = "matches_ended"
    MATCHES_ACTIVE = "matches_active"
    MEETINGS = "meetings"
    MEETING_MINUTES = "meeting_minutes"


class MonthlyStatistic(MunicipalityScoped, Base):
    """A number of a month that is over. Written once and never changed, whoever is erased."""

    __tablename__ = "monthly_statistic"
    __table_args__ = (
        UniqueConstraint("municipality_id", "month", "measure", "band"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        NOT_PERSONAL,
    )

    month: Mapped[dt.date]  # its first day
    measure: Mapped[Measure] = mapped_column(enum_type(Measure))
    band: Mapped[str] = mapped_column(String(30), default="", info=PLAIN)  # "" where there are none
    number: Mapped[int]
