import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.personal import NOT_PERSONAL, PLAIN
from app.tenancy import MunicipalityScoped


class FigureKind(StrEnum):
    """IMDi asks, the municipality decides, people are settled."""

    REQUESTED = "requested"
    DECIDED = "decided"
    SETTLED = "settled"


class SettlementFigure(MunicipalityScoped, Base):
    """One dated figure: a target changes during the year, so it is a series, never a number."""

    __tablename__ = "settlement_figure"
    __table_args__ = (
        UniqueConstraint("municipality_id", "year", "kind", "dated_on"),
        CheckConstraint("persons >= 0", name="persons_not_negative"),
        NOT_PERSONAL,
    )

    year: Mapped[int]
    kind: Mapped[FigureKind] = mapped_column(enum_type(FigureKind))
    dated_on: Mapped[dt.date]
    date_is_approximate: Mapped[bool] = mapped_column(default=False)  # only the month is known
    persons: Mapped[int]
    minors_under_15: Mapped[int | None]  # unaccompanied, part of `persons`
    minors_over_15: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200), default="", info=PLAIN)
    is_example: Mapped[bool] = mapped_column(default=False)
