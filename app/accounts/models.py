import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, TagSet, enum_type
from app.permissions import Role
from app.personal import (
    ADDRESS,
    ANYBODY,
    DONE_BY,
    NOBODY,
    NOT_PERSONAL,
    PLAIN,
    WHO_LOOKED,
    Erased,
    Facts,
    about,
    tells,
)
from app.tenancy import MunicipalityScoped


class User(Base):
    """A person who can sign in. Belongs to no municipality; a membership does."""

    __tablename__ = "user"
    __table_args__ = about(Facts.ACCOUNT, Erased.EMPTIED)

    name: Mapped[str] = mapped_column(String(120), info=tells(Facts.ACCOUNT, blank=NOBODY))
    email: Mapped[str] = mapped_column(
        String(254), unique=True, info=tells(Facts.ACCOUNT, Erased.REPLACED)
    )  # stored in lower case
    locale: Mapped[str] = mapped_column(
        String(5), default="nb", info=tells(Facts.ACCOUNT, blank="nb")
    )
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(
        String(255), info=tells(Facts.SECRET)
    )  # argon2 hash; None: e-mail link only
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64),
        unique=True,
        default=lambda: uuid.uuid4().hex,
        info=tells(Facts.SECRET, Erased.REPLACED),
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64), info=tells(Facts.ACCOUNT))
    tf_totp_secret: Mapped[str | None] = mapped_column(
        String(255), info=tells(Facts.SECRET)
    )  # encrypted
    totp_counter: Mapped[int | None]  # of the last code used: a code counts once
    created_at: Mapped[dt.datetime] = mapped_column(info=tells(Facts.ACCOUNT, Erased.MONTH))

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="Membership.role"
    )


class Membership(Base):
    """A user's role in one municipality. Several rows are several roles.

    Read before the municipality is known (at sign-in), so it stands outside the wall.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "municipality_id", "role"),
        about(Facts.ACCOUNT),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))

    user: Mapped[User] = relationship(back_populates="memberships")


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a browser's session lasts: since the last page, and in all."""

    idle: dt.timedelta
    whole: dt.timedelta


STAFF_LIMITS = SessionLimits(idle=dt.timedelta(minutes=30), whole=dt.timedelta(hours=10))
GUIDE_LIMITS = SessionLimits(idle=dt.timedelta(days=14), whole=dt.timedelta(days=30))
VISITOR_LIMITS = SessionLimits(idle=dt.timedelta(hours=1), whole=dt.timedelta(days=1))


class UserSession(Base):
    """A browser's session. The cookie holds an opaque token; only its hash is stored."""

    __tablename__ = "user_session"
    __table_args__ = (
        Index("ix_user_session_seen_at", "seen_at"),
        about(Facts.ACCOUNT),
    )

    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, info=tells(Facts.SECRET, Erased.ROW)
    )
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    staff: Mapped[bool] = mapped_column(default=False)  # stricter limits: see `lasts`
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]

    @property
    def limits(self) -> SessionLimits:
        """Return how long a session of this kind of person lasts."""
        if self.user_id is None:
            return VISITOR_LIMITS
        return STAFF_LIMITS if self.staff else GUIDE_LIMITS

    def lasts(self, now: dt.datetime) -> bool:
        """Return whether the session is neither left alone for too long nor too old."""
        return now < self.seen_at + self.limits.idle and now < self.created_at + self.limits.whole


class Invitation(Base):
    """An invitation to work in a municipality. Its roles are nobody's until it is accepted.

    Read by its link before a municipality is known, so it stands outside the wall.
    """

    __tablename__ = "invitation"
    __table_args__ = about(Facts.ACCOUNT)

    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(
        String(254), info=tells(Facts.ACCOUNT, Erased.ROW, finds=ADDRESS)
    )  # stored in lower case
    roles: Mapped[frozenset[Role]] = mapped_column(TagSet(Role))
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    invited_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]


class LinkKind(StrEnum):
    """What a link in a message opens."""

    LOGIN = "login"
    INVITATION = "invitation"
    STATUS = "status"
    ANSWER = "answer"
    DECLARATION = "declaration"
    FOLLOW_UP = "follow_up"
    FEED = "feed"
    ENDING = "ending"


class Link(Base):
    """A secret link sent to somebody: what it opens, for whom, until when."""

    __tablename__ = "link"
    __table_args__ = about(Facts.SECRET)

    kind: Mapped[LinkKind] = mapped_column(enum_type(LinkKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    subject_id: Mapped[uuid.UUID] = mapped_column(
        index=True, info=tells(Facts.SECRET, Erased.ROW, finds=ANYBODY)
    )  # user, invitation, guide, match
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class LookKind(StrEnum):
    """How somebody came to see a person's record."""

    LIST = "list"
    VIEW = "view"
    REVEAL = "reveal"
    EXPORT = "export"
    PRINT = "print"
    SEARCH = "search"


class RecordKind(StrEnum):
    """What sort of record was seen. A meeting or an ending is told of as its match."""

    GUIDE = "guide"
    FAMILY = "family"
    MATCH = "match"
    STAFF = "staff"
    MESSAGE = "message"
    TASK = "task"  # what waits on the desk, for whomever
    ACCESS_LOG = "access_log"


class LookReason(StrEnum):
    """Why somebody asked to see what is covered at first."""

    FIRST_CONTACT = "first_contact"
    MATCHING = "matching"
    FOLLOW_UP = "follow_up"
    CONCERN = "concern"
    RIGHTS = "rights"  # somebody asked to see, correct or erase what is kept of them
    SUPERVISION = "supervision"
    MISTAKE = "mistake"  # something was registered wrongly
    OTHER = "other"


class LookOutcome(StrEnum):
    """What came of it. What was refused showed nothing, and is a line of the running log."""

    SHOWN = "shown"
    NOTHING_FOUND = "nothing_found"


class Look(MunicipalityScoped, Base):
    """Somebody saw a person's record. Written with the look itself, and never changed.

    Keys to nothing: it outlives the account and the record, and then holds their ids alone.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_at", "municipality_id", "at"),
        Index("ix_access_log_record_id", "municipality_id", "record_id", "at"),
        Index("ix_access_log_user_id", "municipality_id", "user_id", "at"),
        about(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED),
    )

    at: Mapped[dt.datetime]
    user_id: Mapped[uuid.UUID | None]  # nobody where a secret link was all there was
    roles: Mapped[frozenset[Role]] = mapped_column(
        TagSet(Role), info=tells(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED)
    )
    what: Mapped[LookKind] = mapped_column(enum_type(LookKind))
    record: Mapped[RecordKind] = mapped_column(enum_type(RecordKind))
    record_id: Mapped[uuid.UUID | None] = mapped_column(
        info=tells(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED, finds=ANYBODY)
    )  # none for a list: `row_count` says how long it was
    row_count: Mapped[int | None]
    page: Mapped[str] = mapped_column(
        String(60), info=tells(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED)
    )  # the view's name
    term: Mapped[str] = mapped_column(
        String(64), default="", info=tells(Facts.LOOK, Erased.KEPT, why=WHO_LOOKED)
    )  # keyed hash of what was searched for
    reason: Mapped[LookReason | None] = mapped_column(enum_type(LookReason))
    outcome: Mapped[LookOutcome] = mapped_column(enum_type(LookOutcome))
    request_id: Mapped[uuid.UUID]


class LookSeal(MunicipalityScoped, Base):
    """The looks of one closed hour, hashed with the seal before: the chain shows any change."""

    __tablename__ = "access_log_seal"
    __table_args__ = (
        UniqueConstraint("municipality_id", "hour"),
        UniqueConstraint("municipality_id", "previous_hash"),  # a chain has no branches
        NOT_PERSONAL,
    )

    hour: Mapped[dt.datetime]  # when it began
    row_count: Mapped[int]
    previous_hash: Mapped[str] = mapped_column(String(64), info=PLAIN)
    own_hash: Mapped[str] = mapped_column(String(64), info=PLAIN)
    sealed_at: Mapped[dt.datetime]
