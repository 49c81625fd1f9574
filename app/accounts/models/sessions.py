import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.personal import (
    Erased,
    Facts,
    about,
    tells,
)


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
    # In words of ours, e.g. "Firefox, Windows": to be known again by whoever sits there.
    browser: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]  # when the person last showed that it is them

    @property
    def limits(self) -> SessionLimits:
        """Return how long a session of this kind of person lasts."""
        if self.user_id is None:
            return VISITOR_LIMITS
        return STAFF_LIMITS if self.staff else GUIDE_LIMITS

    def lasts(self, now: dt.datetime) -> bool:
        """Return whether the session is neither left alone for too long nor too old."""
        return now < self.seen_at + self.limits.idle and now < self.created_at + self.limits.whole


class KnownBrowser(Base):
    """A browser in which somebody of staff has signed in before; its cookie opens nothing.

    Who signs in from another one is told by letter, and it is the other ones that the attempts of
    strangers shut out.
    """

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("user_id", "token_hash"), about(Facts.ACCOUNT))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[dt.datetime]


class RecoveryCode(Base):
    """A printed code that does once what the app on a lost telephone did. Only its hash is here:
    argon2id, with one salt for all codes of a sheet, so that one calculation tells which it is.
    """

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"), about(Facts.SECRET))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Attempt(Base):
    """How often something was tried since a moment, by a keyed hash of what and by whom."""

    __tablename__ = "attempt"
    __table_args__ = about(Facts.SECRET, Erased.BY_AGE)

    key_hash: Mapped[str] = mapped_column(
        String(64), unique=True, info=tells(Facts.SECRET, Erased.BY_AGE)
    )
    since: Mapped[dt.datetime] = mapped_column(index=True)
    count: Mapped[int]
