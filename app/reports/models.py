import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.matching.simulation.pace import Pace
from app.rounds.models import UNDER_WAY, RoundStatus
from app.tenancy import MunicipalityScoped, scoped_key

_UNDER_WAY = text("status IN ('queued', 'running')")


class SimulationRun(MunicipalityScoped, Base):
    """A replay of last year's arrivals, as it was asked for and what it came to.

    Holds weights and counts of at least five families: nothing about one of them.
    One is under way at a time: the database sees to it, whoever presses twice.
    """

    __tablename__ = "simulation_run"
    __table_args__ = (
        scoped_key(),
        Index(
            "uq_simulation_run_under_way",
            "municipality_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_percent"),
    )

    status: Mapped[RoundStatus] = mapped_column(enum_type(RoundStatus))
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    until: Mapped[dt.date]  # the last day of the year that is replayed
    pace: Mapped[Pace] = mapped_column(enum_type(Pace))
    weights: Mapped[dict[str, int]] = mapped_column(JSON)  # what is tried
    held: Mapped[dict[str, int] | None] = mapped_column(JSON)  # what held then; None: not kept
    settings_version: Mapped[int]  # of the weights that held, with which the tried ones compare
    done_at: Mapped[dt.datetime | None]
    updated_at: Mapped[dt.datetime]  # a worker's last sign of life
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(60), default="")  # its kind, never a message
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.status is RoundStatus.DONE
