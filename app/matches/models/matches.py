import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.errors import Conflict
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide
from app.matches.models.prolonging import Prolongation
from app.matches.models.starting import Agreement, StartMeeting
from app.personal import COUNTED, DONE_BY, HOLDS_TOGETHER, ONWARDS, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, within


class MatchStatus(StrEnum):
    """A match's life, from the matching's proposal to its end."""

    PROPOSED = "proposed"
    GUIDE_ASKED = "guide_asked"
    GUIDE_ACCEPTED = "guide_accepted"
    FAMILY_ASKED = "family_asked"
    AGREED = "agreed"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


S = MatchStatus
STOPS = frozenset({S.DECLINED, S.EXPIRED, S.WITHDRAWN})
TRANSITIONS: dict[MatchStatus, frozenset[MatchStatus]] = {
    S.PROPOSED: frozenset({S.GUIDE_ASKED}) | STOPS,
    S.GUIDE_ASKED: frozenset({S.GUIDE_ACCEPTED}) | STOPS,
    S.GUIDE_ACCEPTED: frozenset({S.FAMILY_ASKED}) | STOPS,
    S.FAMILY_ASKED: frozenset({S.AGREED}) | STOPS,
    S.AGREED: frozenset({S.ACTIVE}) | STOPS,
    S.ACTIVE: frozenset({S.ENDED}),
    S.ENDED: frozenset(),
    S.DECLINED: frozenset(),
    S.EXPIRED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
# From the coordinator's confirmation until the end or a no, the guide's place is taken.
TAKES_PLACE = frozenset({S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE})
OPEN = TAKES_PLACE | {S.PROPOSED}
# Both sides have said yes: from here each may know the other's name and contact.
# In these the guide has been asked; a closed match tells by `asked_on`.
KNOWN_TO_GUIDE = TAKES_PLACE | {S.ENDED}
BOTH_SAID_YES = frozenset({S.AGREED, S.ACTIVE})
WAITS_FOR_ANSWER = frozenset({S.GUIDE_ASKED, S.FAMILY_ASKED})


class MatchKind(StrEnum):
    """With a household; or two or three guides with a group of minors, never one with one."""

    HOUSEHOLD = "household"
    GROUP = "group"


class Origin(StrEnum):
    """Whether the matching ranked the guide, or a coordinator chose against its list."""

    MATCHING = "matching"
    BY_HAND = "by_hand"


class GuideKind(StrEnum):
    LEAD = "lead"
    CO = "co"
    BACKUP = "backup"


class Side(StrEnum):
    """Who said no."""

    GUIDE = "guide"
    FAMILY = "family"
    COORDINATOR = "coordinator"


class DeclineReason(StrEnum):
    NO_TIME = "no_time"
    TOO_FAR = "too_far"
    NOT_A_FIT = "not_a_fit"
    KNOWS_THE_OTHER = "knows_the_other"
    CHANGED_SITUATION = "changed_situation"
    FOUND_ANOTHER = "found_another"
    NO_REASON = "no_reason"


class AnswerWay(StrEnum):
    """How an answer reached us. Never who said what beyond yes or no."""

    LINK = "link"
    MY_PAGE = "my_page"
    IN_PERSON = "in_person"
    PHONE = "phone"
    THROUGH_INTERPRETER = "through_interpreter"


class EndReason(StrEnum):
    COMPLETED = "completed"
    MOVED = "moved"
    NEVER_MET = "never_met"
    NOT_A_FIT = "not_a_fit"
    GUIDE_STOPPED = "guide_stopped"
    FAMILY_STOPPED = "family_stopped"
    OTHER = "other"


class WrongMatchStatus(Conflict):
    """The match is not at the step that this one follows."""


def _in(statuses: frozenset[MatchStatus]) -> Any:
    listed = ", ".join(f"'{status.value}'" for status in sorted(statuses))
    return text(f"status IN ({listed})")


class Match(MunicipalityScoped, Base):
    """One to three guides and a family, from proposal to end."""

    __tablename__ = "match"
    __table_args__ = (
        scoped_key(),
        within("family_id", "family"),
        Index(
            "uq_match_open_per_family",
            "municipality_id",
            "family_id",
            "kind",
            unique=True,
            sqlite_where=_in(OPEN),
            postgresql_where=_in(OPEN),
        ),
        CheckConstraint("score BETWEEN 0 AND 1000", name="score_in_range"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=COUNTED),
    )

    kind: Mapped[MatchKind] = mapped_column(enum_type(MatchKind), default=MatchKind.HOUSEHOLD)
    family_id: Mapped[uuid.UUID]
    status: Mapped[MatchStatus] = mapped_column(enum_type(MatchStatus), default=S.PROPOSED)
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
    asked_contact: Mapped[str] = mapped_column(
        String(64), default="", info=tells(Facts.FAMILY_CONTACT)
    )  # hash: where the family was
    agreed_on: Mapped[dt.date | None]
    started_on: Mapped[dt.date | None]  # the start meeting was held, the agreement noted
    checked_on: Mapped[dt.date | None]  # staff asked how it goes, last
    ended_on: Mapped[dt.date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_type(EndReason))
    declined_by: Mapped[Side | None] = mapped_column(enum_type(Side))
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_type(DeclineReason))

    family: Mapped[Family] = relationship()
    guides: Mapped[list["MatchGuide"]] = relationship(
        back_populates="match", cascade="all, delete-orphan", order_by="MatchGuide.kind.desc()"
    )
    events: Mapped[list["MatchEvent"]] = relationship(
        back_populates="match", cascade="all, delete-orphan", order_by="MatchEvent.at"
    )
    start_meeting: Mapped[StartMeeting | None] = relationship(cascade="all, delete-orphan")
    agreement: Mapped[Agreement | None] = relationship(cascade="all, delete-orphan")
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
        return frozenset(guide.user_id for guide in self.takers)

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
    def takers(self) -> list[Guide]:
        """The guides whose place the match takes, in one order: backups wait without one."""
        takers = (row.guide for row in self.guides if row.kind is not GuideKind.BACKUP)
        return sorted(takers, key=lambda guide: guide.id)

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
        if status is not S.FAMILY_ASKED:
            self.asked_contact = ""  # a short number could be guessed from its hash


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

    match: Mapped[Match] = relationship(back_populates="guides", overlaps="guide")
    guide: Mapped[Guide] = relationship(overlaps="guides,match")


class MatchEvent(MunicipalityScoped, Base):
    """A step in a match's life: who took it and when."""

    __tablename__ = "match_event"
    __table_args__ = (
        within("match_id", "match"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=COUNTED),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    at: Mapped[dt.datetime]
    from_status: Mapped[MatchStatus] = mapped_column(enum_type(MatchStatus, "from_status"))
    to_status: Mapped[MatchStatus] = mapped_column(enum_type(MatchStatus, "to_status"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    side: Mapped[Side | None] = mapped_column(enum_type(Side))
    way: Mapped[AnswerWay | None] = mapped_column(enum_type(AnswerWay))

    match: Mapped[Match] = relationship(back_populates="events")
    by: Mapped[User | None] = relationship()
