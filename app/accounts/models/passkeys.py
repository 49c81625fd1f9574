import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.personal import Erased, Facts, about, tells

LONGEST_ID = 1366  # the 1023 bytes that the standard allows, as text
LONGEST_KEY = 2000


class Passkey(Base):
    """A key that somebody's device keeps and signs with. Only its public half is here."""

    __tablename__ = "passkey"
    __table_args__ = about(Facts.ACCOUNT)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))  # the person's own word for the device
    credential_id: Mapped[str] = mapped_column(
        String(LONGEST_ID), unique=True, info=tells(Facts.SECRET, Erased.ROW)
    )
    public_key: Mapped[str] = mapped_column(
        String(LONGEST_KEY), info=tells(Facts.SECRET, Erased.ROW)
    )
    sign_count: Mapped[int]  # of the last use; a device that keeps none says 0 for ever
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class PasskeyPurpose(StrEnum):
    """What a passkey is asked for. What was signed for the one is nothing for the others."""

    ADD = "add"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


class PasskeyChallenge(Base):
    """What a browser is asked to have signed: for one purpose, for minutes, once."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (
        UniqueConstraint("browser_hash", "purpose"),
        about(Facts.SECRET, Erased.BY_AGE),
    )

    browser_hash: Mapped[str] = mapped_column(
        String(64), info=tells(Facts.SECRET, Erased.BY_AGE)
    )  # of the browser session's token
    purpose: Mapped[PasskeyPurpose] = mapped_column(enum_type(PasskeyPurpose))
    challenge: Mapped[str] = mapped_column(String(86), info=tells(Facts.SECRET, Erased.BY_AGE))
    made_at: Mapped[dt.datetime] = mapped_column(index=True)
