import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, TagSet, enum_type
from app.permissions import Role
from app.personal import (
    ANYBODY,
    NOT_PERSONAL,
    PLAIN,
    WHO_LOOKED,
    Erased,
    Facts,
    about,
    tells,
)
from app.tenancy import MunicipalityScoped


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


class SealedLook(MunicipalityScoped, Base):
    """A log of looks: what the chain of seals covers, and nobody changes.

    A log of a room above is sealed with the hours of the access log, which knows nothing of it.
    """

    __abstract__ = True

    at: Mapped[dt.datetime]


class Look(SealedLook):
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

    at: Mapped[dt.datetime] = mapped_column()  # its place among the columns is what seals hash
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
    """The looks of one closed hour, hashed with the seal before: the chain shows any change.

    `row_count` is of the access log alone: how many rows the other logs have is a hint.
    """

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
    covers_all: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
