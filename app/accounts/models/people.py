import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, TagSet, enum_type
from app.permissions import Role
from app.personal import (
    ADDRESS,
    ANYBODY,
    DONE_BY,
    NOBODY,
    Erased,
    Facts,
    about,
    tells,
)


class User(Base):
    """A person who can sign in. Belongs to no municipality; a membership does."""

    __tablename__ = "user"
    __table_args__ = about(Facts.ACCOUNT, Erased.EMPTIED)

    name: Mapped[str] = mapped_column(String(120), info=tells(Facts.ACCOUNT, blank=NOBODY))
    email: Mapped[str] = mapped_column(
        String(254), unique=True, info=tells(Facts.ACCOUNT, Erased.REPLACED, finds=ADDRESS)
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
    # Where there is another administrator, the letter leaves when they have agreed to it.
    awaits_second: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    accepted_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]

    @property
    def is_open(self) -> bool:
        """Return whether it waits for nobody but the person."""
        return not (self.awaits_second or self.accepted_at or self.withdrawn_at)


class LinkKind(StrEnum):
    """What a link in a message opens."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 (the way to a new one)
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
    # Whom it was sent to: a guide, a family or a user. Where their contact changes, it closes.
    holder_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True, info=tells(Facts.SECRET, Erased.ROW, finds=ANYBODY)
    )
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    def opens(self, now: dt.datetime) -> bool:
        """Return whether it was neither used nor closed, and is not too old."""
        closed = self.used_at is not None or self.revoked_at is not None
        return not closed and (self.expires_at is None or now < self.expires_at)
