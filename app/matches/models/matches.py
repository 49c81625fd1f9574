import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.errors import Conflict
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide
from app.matches.models.changes import GuideChange
from app.matches.models.lists import (
    BOTH_SAID_YES,
    KNOWN_TO_GUIDE,
    OPEN,
    TRANSITIONS,
    WAITS_FOR_ANSWER,
    AnswerWay,
    DeclineReason,
    EndReason,
    GuideKind,
    MatchKind,
    MatchStatus,
    Origin,
    Side,
)
from app.matches.models.prolonging import Prolongation
from app.matches.models.starting import Agreement, StartMeeting
from app.personal import COUNTED, DONE_BY, HOLDS_TOGETHER, ONWARDS, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, unique_where, within
from app.who_sees import Relation, Viewer, sees

S = MatchStatus


class WrongMatchStatus(Conflict):
    """The match is not at the step that this one follows."""


# Who said no and why, and whether staff have asked: for who said it, and for staff.
CONFIDED = tells(Facts.MATCH_FACTS, Erased.KEPT, why=COUNTED, confided=True)


def _in(statuses: frozenset[MatchStatus]) -> str:
    listed = ", ".join(f"'{status.value}'" for status in sorted(statuses))
    return f"status IN ({listed})"


def _in_order(rows: "Iterable[MatchGuide]") -> list[Guide]:
    return sorted((row.guide for row in rows), key=lambda guide: guide.id)


class Match(MunicipalityScoped, Base):
    """One to three guides and a family, from proposal to end."""

    __tablename__ = "match"
    __table_args__ = (
        scoped_key(),
        within("family_id", "family"),
        unique_where("uq_match_open_per_family", "family_id", "kind", where=_in(OPEN)),
        CheckConstraint("score BETWEEN 0 AND 1000", name="score_in_range"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=COUNTED),
    )

    kind: Mapped[MatchKind] = mapped_column(enum_type(MatchKind), default=MatchKind.HOUSEHOLD)
    family_id: Mapped[uuid.UUID]
    status: Mapped[MatchStatus] = mapped_column(
        enum_type(MatchStatus), default=S.PROPOSED, info=CONFIDED
    )
    origin: Mapped[Origin] = mapped_column(enum_type(Origin), default=Origin.MATCHING)
    score: Mapped[int | None] = mapped_column(info=tells(Facts.MATCH_REASONING))
    explanation: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, info=tells(Facts.MATCH_REASONING)
    )
    choice_note: Mapped[str] = mapped_column(
        String(280), default="", info=tells(Facts.MATCH_WORDS)
    )  # why, when chosen by hand
    proposed_at: Mapped[dt.datetime]
    expires_on: Mapped[dt.date | None]  # last day to answer, while an answer is waited for
    asked_on: Mapped[dt.date | None]  # the coordinator confirmed it, and the guide was asked
    agreed_on: Mapped[dt.date | None]
    started_on: Mapped[dt.date | None]  # the start meeting was held, the agreement noted
    checked_on: Mapped[dt.date | None] = mapped_column(info=CONFIDED)  # staff asked how it goes
    family_rest_told_on: Mapped[dt.date | None]  # was told that the meetings rest just now
    ended_on: Mapped[dt.date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_type(EndReason), info=CONFIDED)
    declined_by: Mapped[Side | None] = mapped_column(enum_type(Side), info=CONFIDED)
    decline_reason: Mapped[DeclineReason | None] = mapped_column(
        enum_type(DeclineReason), info=CONFIDED
    )

    family: Mapped[Family] = relationship()
    guides: Mapped[list["MatchGuide"]] = relationship(
        back_populates="match", cascade="all, delete-orphan", order_by="MatchGuide.kind.desc()"
    )
    events: Mapped[list["MatchEvent"]] = relationship(
        back_populates="match", cascade="all, delete-orphan", order_by="MatchEvent.at"
    )
    start_meeting: Mapped[StartMeeting | None] = relationship(cascade="all, delete-orphan")
    agreement: Mapped[Agreement | None] = relationship(cascade="all, delete-orphan")
    changes: Mapped[list[GuideChange]] = relationship(viewonly=True)
    prolongations: Mapped[list[Prolongation]] = relationship(
        cascade="all, delete-orphan", order_by="Prolongation.noted_at"
    )

    @property
    def lead(self) -> Guide:
        return next(row.guide for row in self.guides if row.kind is GuideKind.LEAD)

    @property
    def guide_user_ids(self) -> frozenset[uuid.UUID | None]:
        """Whose match it is: nobody's before it is confirmed, a backup's when they step in."""
        if not self.is_known_to_guide:
            return frozenset()
        known_to = self.present if self.agreed_on else self.takers
        return frozenset(guide.user_id for guide in known_to)

    @property
    def taking_part_user_ids(self) -> frozenset[uuid.UUID | None]:
        """Who is never staff for it: all its guides, asked or not, backups too."""
        return frozenset(row.guide.user_id for row in self.guides) - {None}

    @property
    def left_user_ids(self) -> frozenset[uuid.UUID | None]:
        """Who is never staff for it either: guides who have left it since they were asked."""
        met = (GuideKind.LEAD, GuideKind.CO)
        left = {one.guide.user_id for one in self.changes if one.before in met}
        return frozenset(left if self.asked_on else ()) - {None}

    @property
    def is_known_to_guide(self) -> bool:
        """Whether the guide was ever asked: a proposal that was dropped is none of theirs."""
        return self.asked_on is not None or self.status in KNOWN_TO_GUIDE

    @property
    def both_said_yes(self) -> bool:
        """Whether each side may know the other's name and contact: not after anybody left."""
        left = self.family.status is FamilyStatus.WITHDRAWN
        return self.status in BOTH_SAID_YES and not left

    @property
    def between(self) -> Relation | None:
        """How the two sides stand to each other, for the table of who sees what."""
        if self.both_said_yes:
            return Relation.AGREED
        return Relation.ASKED if self.is_open else None

    def tells(self, viewer: Viewer, facts: Facts) -> bool:
        """Return whether one of the two sides is shown facts of the other, as it is now."""
        return sees([viewer], facts, self.between)

    @property
    def family_name_for_guide(self) -> str:
        """The family's first name where its guide may know it, else ""."""
        known = self.tells(Viewer.GUIDE, Facts.FAMILY_NAME)
        return self.family.first_name if known else ""

    @property
    def takers(self) -> list[Guide]:
        """The guides whose place the match takes, in one order: backups wait without one."""
        return _in_order(row for row in self.guides if row.kind is not GuideKind.BACKUP)

    @property
    def present(self) -> list[Guide]:
        """The guides who have said yes themselves, or were in it before one had to."""
        return _in_order(row for row in self.guides if row.takes_part)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_overdue(self, today: dt.date) -> bool:
        """Whether the last day to answer has passed."""
        return self.expires_on is not None and self.expires_on < today

    def move_to(
        self,
        status: MatchStatus,
        *,
        at: dt.datetime,
        by: uuid.UUID | None,
        side: Side | None = None,
        way: AnswerWay | None = None,
    ) -> None:
        """Take a step of the one transition table and note it.

        Args:
            status: where to.
            at: when.
            by: the user who did it; None when somebody answered through a link, or time did.
            side: whose answer it was, where it was one.
            way: how the answer reached us.

        Raises:
            WrongMatchStatus: the step does not follow from the present status.
        """
        if status not in TRANSITIONS[self.status]:
            raise WrongMatchStatus(f"{self.id}: {self.status} to {status}")
        self.events.append(
            MatchEvent(
                at=at, from_status=self.status, to_status=status, by_id=by, side=side, way=way
            )
        )
        self.status = status
        if status not in WAITS_FOR_ANSWER:
            self.expires_on = None


class MatchGuide(MunicipalityScoped, Base):
    """A guide's part in a match."""

    __tablename__ = "match_guide"
    __table_args__ = (
        UniqueConstraint("municipality_id", "match_id", "guide_id"),
        within("match_id", "match"),
        within("guide_id", "guide"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=HOLDS_TOGETHER),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(
        info=tells(Facts.MATCH_FACTS, Erased.KEPT, why=HOLDS_TOGETHER, finds=ONWARDS)
    )
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[GuideKind] = mapped_column(enum_type(GuideKind), default=GuideKind.LEAD)
    joined_on: Mapped[dt.date | None]  # None: was there from the proposal on
    awaits_yes: Mapped[bool] = mapped_column(
        default=False, server_default=text("false")
    )  # asked, and has not said yes: takes a place, and is told nothing before
    said_yes_on: Mapped[dt.date | None]
    rest_told_on: Mapped[dt.date | None]  # was told that the meetings of the group rest just now

    match: Mapped[Match] = relationship(back_populates="guides", overlaps="guide")
    guide: Mapped[Guide] = relationship(overlaps="guides,match")

    @hybrid_property
    def takes_part(self) -> bool:
        """Whether the guide meets the family: neither waits as a backup nor has yet to say yes."""
        return self.kind is not GuideKind.BACKUP and not self.awaits_yes

    @takes_part.inplace.expression
    @classmethod
    def _takes_part(cls) -> ColumnElement[bool]:
        return and_(cls.kind != GuideKind.BACKUP, cls.awaits_yes.is_(False))

    @hybrid_property
    def has_answered_no(self) -> bool:
        """In a match that guides declined: whether the no was this guide's, not another's."""
        return (
            self.kind is not GuideKind.BACKUP and not self.awaits_yes and self.said_yes_on is None
        )

    @has_answered_no.inplace.expression
    @classmethod
    def _has_answered_no(cls) -> ColumnElement[bool]:
        return and_(
            cls.kind != GuideKind.BACKUP, cls.awaits_yes.is_(False), cls.said_yes_on.is_(None)
        )


class MatchEvent(MunicipalityScoped, Base):
    """A step in a match's life: who took it and when."""

    __tablename__ = "match_event"
    __table_args__ = (
        within("match_id", "match"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=COUNTED, confided=True),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    at: Mapped[dt.datetime]
    from_status: Mapped[MatchStatus] = mapped_column(enum_type(MatchStatus, "from_status"))
    to_status: Mapped[MatchStatus] = mapped_column(enum_type(MatchStatus, "to_status"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    side: Mapped[Side | None] = mapped_column(enum_type(Side))
    way: Mapped[AnswerWay | None] = mapped_column(enum_type(AnswerWay))

    match: Mapped[Match] = relationship(back_populates="events")
    by: Mapped[User | None] = relationship(lazy="joined")
