import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, enum_type
from app.permissions import Role


class User(Base):
    """A person who can sign in. Belongs to no municipality; a membership does."""

    __tablename__ = "user"

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # stored in lower case
    locale: Mapped[str] = mapped_column(String(5), default="nb")
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))  # argon2 hash; None: e-mail link only
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, default=lambda: uuid.uuid4().hex
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[dt.datetime]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="Membership.role"
    )


class Membership(Base):
    """A user's role in one municipality. Several rows are several roles.

    Read before the municipality is known (at sign-in), so it stands outside the wall.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "municipality_id", "role"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))

    user: Mapped[User] = relationship(back_populates="memberships")


class UserSession(Base):
    """A browser's session. The cookie holds an opaque token; only its hash is stored."""

    __tablename__ = "user_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]


class LinkKind(StrEnum):
    """What a link in a message opens."""

    LOGIN = "login"
    INVITATION = "invitation"
    STATUS = "status"
    ANSWER = "answer"


class Link(Base):
    """A secret link sent to somebody: what it opens, for whom, until when."""

    __tablename__ = "link"

    kind: Mapped[LinkKind] = mapped_column(enum_type(LinkKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)  # a user, guide or match, by kind
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
