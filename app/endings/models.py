"""How a pair comes to an end: what somebody wished, what the two say afterwards, who moves where.

Nothing here is free text but the name of a municipality: no reasons are told, only chosen.
"""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import Match, Side
from app.personal import Facts, about
from app.tenancy import MunicipalityScoped, scoped_key, unique_where, within

TELL_WITHIN_DAYS = 90  # after the move


class EndWish(StrEnum):
    """What somebody in a match wants to be different. The first six a guide may say."""

    PAUSE = "pause"
    TOO_MUCH = "too_much"
    COMPLETED = "completed"  # the agreed time is over
    ANOTHER_FAMILY = "another_family"
    FAMILY_MOVED = "family_moved"
    STOP = "stop"
    ANOTHER_GUIDE = "another_guide"
    NO_GUIDE = "no_guide"
    NEVER_MET = "never_met"
    OTHER = "other"


class FamilyAfter(StrEnum):
    """What becomes of the family when the match has ended."""

    WAITS = "waits"
    TRANSFERS = "transfers"
    LEAVES = "leaves"


class Tap(StrEnum):
    """An answer that takes one tap."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Again(StrEnum):
    """Whether a guide can be asked again."""

    NOW = "now"
    LATER = "later"
    NO_MORE = "no_more"


class TransferStatus(StrEnum):
    PENDING = "pending"
    TOLD = "told"  # the other municipality knows
    DROPPED = "dropped"  # the family moved elsewhere, or did not want it after all


class MatchEnding(MunicipalityScoped, Base):
    """What somebody wished about an active match, and how it is to end.

    One of each guide who has said something, and one of what staff have decided. As long as the
    guide does not know the plan of staff, their own word stands as it did; told, it takes its place.
    """

    __tablename__ = "match_ending"
    __table_args__ = (
        unique_where("uq_match_ending_of_guide", "match_id", "guide_id", where="side = 'guide'"),
        unique_where("uq_match_ending_of_staff", "match_id", where="side <> 'guide'"),
        within("match_id", "match"),
        within("guide_id", "guide"),
        about(Facts.FOLLOW_UP_FACTS),
    )

    match_id: Mapped[uuid.UUID]
    wish: Mapped[EndWish] = mapped_column(enum_type(EndWish, "wish"))
    side: Mapped[Side] = mapped_column(enum_type(Side))  # whose wish it is
    guide_id: Mapped[uuid.UUID | None]  # which guide said it, or it is about
    said_at: Mapped[dt.datetime]
    said_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    last_meeting_on: Mapped[dt.date | None]  # planned; the match ends when the day has passed
    family_after: Mapped[FamilyAfter | None] = mapped_column(enum_type(FamilyAfter))
    was_resting: Mapped[bool | None]  # before the break that began here; None: none began
    rested_until: Mapped[dt.date | None]  # the last day of the break before, if it had one
    handled_on: Mapped[dt.date | None]  # staff have talked with them about it
    handled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    match: Mapped[Match] = relationship(overlaps="guide")
    guide: Mapped[Guide | None] = relationship(overlaps="match")

    @hybrid_property
    def is_known_to_guide(self) -> bool:
        """Whether the guide said it, or staff have noted that the guide has been told."""
        return self.side is Side.GUIDE or self.handled_on is not None

    @is_known_to_guide.inplace.expression
    @classmethod
    def _is_known_to_guide(cls) -> ColumnElement[bool]:
        return or_(cls.side == Side.GUIDE, cls.handled_on.is_not(None))


class EndAnswer(MunicipalityScoped, Base):
    """The five questions to one side of a match that has ended, and what was tapped."""

    __tablename__ = "end_answer"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "match_id", "guide_id"),
        unique_where("uq_end_answer_of_family", "match_id", where="guide_id IS NULL"),
        within("match_id", "match"),
        within("guide_id", "guide"),
        CheckConstraint("again IS NULL OR guide_id IS NOT NULL", name="again_is_for_guides"),
        about(Facts.FOLLOW_UP_FACTS),
    )

    match_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # None: the family
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    went_well: Mapped[Tap | None] = mapped_column(enum_type(Tap, "went_well"))
    met_enough: Mapped[Tap | None] = mapped_column(enum_type(Tap, "met_enough"))
    got_help: Mapped[Tap | None] = mapped_column(enum_type(Tap, "got_help"))
    gained: Mapped[Tap | None] = mapped_column(enum_type(Tap, "gained"))
    keep_in_touch: Mapped[Tap | None] = mapped_column(enum_type(Tap, "keep_in_touch"))
    again: Mapped[Again | None] = mapped_column(enum_type(Again))

    match: Mapped[Match] = relationship(overlaps="guide")
    guide: Mapped[Guide | None] = relationship(overlaps="match")


class Transfer(MunicipalityScoped, Base):
    """A family that moves to another municipality, which is to be told: that it does, no more.

    Whoever planned it knows where; nobody does once it is closed. It closes by itself when it has
    waited for long after the move: the family said yes to that move, not for ever.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        scoped_key(),
        unique_where("uq_transfer_pending_per_family", "family_id", where="status = 'pending'"),
        within("family_id", "family"),
        about(Facts.FAMILY_PLACE),
    )

    family_id: Mapped[uuid.UUID]
    to_municipality: Mapped[str] = mapped_column(String(60))
    moves_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    status: Mapped[TransferStatus] = mapped_column(
        enum_type(TransferStatus, "status"), default=TransferStatus.PENDING
    )
    closed_on: Mapped[dt.date | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    family: Mapped[Family] = relationship()
    noted_by: Mapped[User | None] = relationship(foreign_keys="Transfer.noted_by_id")

    @property
    def last_on(self) -> dt.date:
        """The last day on which the other municipality can be told."""
        return self.moves_on + dt.timedelta(days=TELL_WITHIN_DAYS)

    def place_for(self, user_id: uuid.UUID) -> str:
        """Return where the family moves, for who planned it; for others if that person has left.

        Somebody whom a family flees from may work here.
        """
        left = self.noted_by is None or not self.noted_by.active
        return self.to_municipality if left or self.noted_by_id == user_id else ""
