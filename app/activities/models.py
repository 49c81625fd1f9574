import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, enum_type
from app.guides.models import Guide
from app.matches.models import Match
from app.personal import COUNTED, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, within


class ActivityKind(StrEnum):
    """What a guide and a family do, in the founding documents' own examples."""

    CHAT = "chat"
    LANGUAGE_PRACTICE = "language_practice"
    DINNER = "dinner"
    FOOTBALL_LIFT = "football_lift"
    HOMEWORK = "homework"
    NATURE = "nature"
    CV_AND_JOB = "cv_and_job"
    OFFICE_VISIT = "office_visit"
    OTHER = "other"


class Mood(StrEnum):
    """How it went."""

    HARD = "1"
    FINE = "2"
    GOOD = "3"


class Activity(MunicipalityScoped, Base):
    """A meeting between a guide and a family, as the guide logged it."""

    __tablename__ = "activity"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "once_token"),
        within("match_id", "match"),
        within("guide_id", "guide"),
        CheckConstraint("duration_minutes BETWEEN 15 AND 1440", name="duration"),
        about(Facts.ACTIVITY_FACTS, Erased.KEPT, why=COUNTED),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    once_token: Mapped[str] = mapped_column(
        String(64), info=PLAIN
    )  # the same form sent twice counts once
    done_on: Mapped[dt.date]
    duration_minutes: Mapped[int]
    kind: Mapped[ActivityKind] = mapped_column(enum_type(ActivityKind))
    mood: Mapped[Mood] = mapped_column(enum_type(Mood))
    note: Mapped[str] = mapped_column(String(280), default="", info=tells(Facts.ACTIVITY_WORDS))
    logged_at: Mapped[dt.datetime]

    match: Mapped[Match] = relationship(overlaps="guide")
    guide: Mapped[Guide] = relationship(overlaps="match")

    @property
    def taking_part_user_ids(self) -> frozenset[uuid.UUID | None]:
        """Who is never staff for it: the match's guides."""
        return self.match.taking_part_user_ids
