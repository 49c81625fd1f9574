import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base
from app.personal import DONE_BY, Facts, about
from app.tenancy import MunicipalityScoped


class Assignment(MunicipalityScoped, Base):
    """Who of the staff has taken on a task of the desk. Gone when the task is handed back."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("municipality_id", "kind", "record_id"),
        about(Facts.STAFF_WORK),
    )

    kind: Mapped[str] = mapped_column(String(40))  # the desk's word for what there is to do
    record_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    assigned_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Absence(MunicipalityScoped, Base):
    """Somebody of the staff is away, and who stands in. Kept: it says who saw what, and why."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="until_after_from"),
        CheckConstraint("user_id <> substitute_id", name="another_person"),
        about(Facts.STAFF_WORK),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    substitute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    ended_at: Mapped[dt.datetime | None]  # somebody came back before the last day

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    substitute: Mapped[User] = relationship(foreign_keys=[substitute_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
