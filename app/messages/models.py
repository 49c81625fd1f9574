import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.personal import ADDRESS, ANYBODY, DONE_BY, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped


class MessageStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Channel(StrEnum):
    """What a message travels by."""

    EMAIL = "email"
    SMS = "sms"


class Addressee(StrEnum):
    """Whom a message is for: where staff find out how else to reach somebody."""

    GUIDE = "guide"
    FAMILY = "family"
    STAFF = "staff"


class OutgoingMessage(MunicipalityScoped, Base):
    """A message on its way, written in the transaction that it tells of.

    Names nobody and no place but the recipient's first name: see `services.send_message`.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (
        UniqueConstraint("municipality_id", "once_key"),
        Index(
            "ix_outgoing_message_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        about(Facts.MESSAGE),
    )

    about_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True, info=tells(Facts.MESSAGE, Erased.ROW, finds=ANYBODY)
    )  # the addressee: a family must be forgettable, letters and all
    addressee: Mapped[Addressee | None] = mapped_column(enum_type(Addressee))
    channel: Mapped[Channel] = mapped_column(
        enum_type(Channel), default=Channel.EMAIL, server_default=Channel.EMAIL.value
    )
    template: Mapped[str] = mapped_column(String(60))
    once_key: Mapped[str | None] = mapped_column(String(120))  # what is said once only, ever
    recipient: Mapped[str] = mapped_column(
        String(254), info=tells(Facts.MESSAGE, Erased.ROW, finds=ADDRESS)
    )  # an e-mail address or a phone number
    sender: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    locale: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    # The same by the recipient's other channel, taken once where the first one leads nowhere.
    other_recipient: Mapped[str] = mapped_column(
        String(254),
        default="",
        server_default=text("''"),
        info=tells(Facts.MESSAGE, Erased.ROW, finds=ADDRESS),
    )
    other_body: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    tried_in_vain: Mapped[Channel | None] = mapped_column(enum_type(Channel, "tried_in_vain"))
    status: Mapped[MessageStatus] = mapped_column(
        enum_type(MessageStatus), default=MessageStatus.WAITING
    )
    created_at: Mapped[dt.datetime]
    at_once: Mapped[bool] = mapped_column(
        default=False, server_default=text("false")
    )  # at night too
    due_at: Mapped[dt.datetime]  # when to try next; long past and still waiting is forgotten
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[dt.datetime | None]
    failed_at: Mapped[dt.datetime | None]
    handled_at: Mapped[dt.datetime | None]  # by staff, who called instead
    handled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    @property
    def needs_somebody(self) -> bool:
        """Whether it failed and nobody has called instead."""
        return self.status is MessageStatus.FAILED and self.handled_at is None
