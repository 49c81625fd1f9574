import datetime as dt
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.jobs.progress import Computed, one_under_way
from app.matching.simulation.pace import Pace
from app.personal import NOT_PERSONAL, PLAIN
from app.tenancy import MunicipalityScoped, scoped_key


class SimulationRun(Computed, MunicipalityScoped, Base):
    """A replay of last year's arrivals, as it was asked for and what it came to.

    Holds weights and counts of at least five families: nothing about one of them.
    """

    __tablename__ = "simulation_run"
    __table_args__ = (
        scoped_key(),
        *one_under_way("simulation_run"),
        NOT_PERSONAL,
    )

    until: Mapped[dt.date]  # the last day of the year that is replayed
    pace: Mapped[Pace] = mapped_column(enum_type(Pace))
    weights: Mapped[dict[str, int]] = mapped_column(JSON, info=PLAIN)  # what is tried
    held: Mapped[dict[str, int] | None] = mapped_column(
        JSON, info=PLAIN
    )  # what held then; None: not kept
    settings_version: Mapped[int]  # of the weights that held, with which the tried ones compare
    done_at: Mapped[dt.datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=PLAIN)
