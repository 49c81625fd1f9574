import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.tenancy import MunicipalityScoped


class MessageStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMessage(MunicipalityScoped, Base):
    """An e-mail on its way, written in the transaction that it tells of.

    Names nobody and no place but the recipient's first name: see `services.send_email`.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (
        Index(
            "ix_outgoing_message_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    about_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True
    )  # a family that must be forgettable
    template: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[MessageStatus] = mapped_column(
        enum_type(MessageStatus), default=MessageStatus.WAITING
    )
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]  # when to try next; long past and still waiting is forgotten
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[dt.datetime | None]
