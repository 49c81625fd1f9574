"""Reads of the settlement figures."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.permissions import Actor, Permission, ensure_may
from app.settlement.models import FigureKind, SettlementFigure


@dataclass(frozen=True, slots=True)
class Year:
    """One year's series, oldest figure first."""

    number: int
    figures: Sequence[SettlementFigure]

    def latest(self, kind: FigureKind) -> SettlementFigure | None:
        """Return the figure of a kind that holds now: the one with the latest date."""
        return next((row for row in reversed(self.figures) if row.kind is kind), None)


def list_years(session: Session, actor: Actor) -> list[Year]:
    """Return the series year by year, the latest year first."""
    ensure_may(actor, Permission.SETTLEMENT_VIEW)
    statement = select(SettlementFigure).order_by(
        SettlementFigure.year.desc(),
        SettlementFigure.dated_on,
        SettlementFigure.kind,
        SettlementFigure.id,
    )
    rows = groupby(session.scalars(statement), key=lambda row: row.year)
    return [Year(number, list(figures)) for number, figures in rows]


def get_figure(session: Session, actor: Actor, figure_id: uuid.UUID) -> SettlementFigure:
    """Return a figure, or raise NotFound."""
    ensure_may(actor, Permission.SETTLEMENT_VIEW)
    statement = select(SettlementFigure).where(SettlementFigure.id == figure_id)
    figure = session.scalar(statement)
    if figure is None:
        raise NotFound(f"figure {figure_id}")
    return figure
