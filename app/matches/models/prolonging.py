"""That an agreement goes on: the one that was signed stays as it is, and is added to."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base
from app.personal import Facts, about
from app.tenancy import MunicipalityScoped, within


class Prolongation(MunicipalityScoped, Base):
    """So many months more, which both sides have agreed to, as staff noted it."""

    __tablename__ = "prolongation"
    __table_args__ = (
        UniqueConstraint("municipality_id", "once_token"),
        within("match_id", "match"),
        CheckConstraint("months BETWEEN 1 AND 36", name="months"),
        about(Facts.MATCH_FACTS),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    once_token: Mapped[str] = mapped_column(String(64))
    months: Mapped[int]
    guide_agreed_on: Mapped[dt.date]
    family_agreed_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    noted_by: Mapped[User | None] = relationship()
