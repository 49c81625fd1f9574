"""What the record of a long computation holds, whatever it computes: how far it has come."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import enum_type
from app.personal import DONE_BY, PLAIN


class WorkStatus(StrEnum):
    """A computation's life. A small one is done at once; a big one waits for the worker."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = frozenset({WorkStatus.QUEUED, WorkStatus.RUNNING})
_UNDER_WAY = text("status IN ('queued', 'running')")


class Computed:
    """The columns of a computation's record, for its model to inherit."""

    status: Mapped[WorkStatus] = mapped_column(enum_type(WorkStatus, "round_status"))
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
    updated_at: Mapped[dt.datetime]  # a worker's last sign of life
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(
        String(60), default="", info=PLAIN
    )  # its kind, never a message

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.status is WorkStatus.DONE


def one_under_way(table: str) -> tuple[Any, ...]:
    """Return the rules of a table of computations.

    A municipality has one under way at a time: the database sees to it, whoever presses twice.
    """
    return (
        Index(
            f"uq_{table}_under_way",
            "municipality_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_percent"),
    )
