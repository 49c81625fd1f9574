import datetime as dt
import uuid

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN
from app.tenancy import MunicipalityScoped


class MatchingSettings(MunicipalityScoped, Base):
    """What a municipality has decided about its matching. Without a row, the defaults hold."""

    __tablename__ = "matching_settings"
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(
            "neighbourhood + language + availability + family_situation + age + interests"
            " + occupation + waiting + burden = 1000",
            name="weights_sum_to_1000",
        ),
        CheckConstraint("min_shared_slots BETWEEN 0 AND 21", name="slots_of_a_week"),
        CheckConstraint("stability BETWEEN 0 AND 1000", name="stability_in_points"),
        NOT_PERSONAL,
    )

    version: Mapped[int] = mapped_column(default=1)  # counts the changes
    neighbourhood: Mapped[int]
    language: Mapped[int]
    availability: Mapped[int]
    family_situation: Mapped[int]
    age: Mapped[int]
    interests: Mapped[int]
    occupation: Mapped[int]
    waiting: Mapped[int]
    burden: Mapped[int]
    min_shared_slots: Mapped[int]
    stability: Mapped[int]  # what an unchanged pair is worth in the next round
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)


class WeightChange(MunicipalityScoped, Base):
    """What the weights were changed from and to, and by whom. Never altered afterwards."""

    __tablename__ = "weight_change"
    __table_args__ = NOT_PERSONAL

    at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    before: Mapped[dict[str, int]] = mapped_column(JSON, info=PLAIN)
    after: Mapped[dict[str, int]] = mapped_column(JSON, info=PLAIN)
    version: Mapped[int]  # of the settings, from this change on

    by: Mapped[User | None] = relationship()
