"""Staff keep the dated series: a target changes during the year, so nothing is overwritten."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.permissions import Actor, Permission, ensure_may
from app.settlement.models import FigureKind, SettlementFigure


class FigureExists(Conflict):
    """There is a figure of this kind and year on this date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFigure:
    """A figure as staff write it. The minors are part of `persons`; None is not stated."""

    year: int
    kind: FigureKind
    dated_on: dt.date
    date_is_approximate: bool = False
    persons: int
    minors_under_15: int | None = None
    minors_over_15: int | None = None
    source: str = ""
    is_example: bool = False


def add_figure(session: Session, actor: Actor, figure: NewFigure) -> SettlementFigure:
    """Add a figure to a year's series.

    Raises:
        NotPermitted: the actor may not change the series.
        FigureExists: the series has a figure of this kind on this date.
    """
    ensure_may(actor, Permission.SETTLEMENT_CHANGE)
    row = SettlementFigure(
        year=figure.year,
        kind=figure.kind,
        dated_on=figure.dated_on,
        date_is_approximate=figure.date_is_approximate,
        persons=figure.persons,
        minors_under_15=figure.minors_under_15,
        minors_over_15=figure.minors_over_15,
        source=figure.source,
        is_example=figure.is_example,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise FigureExists(f"{figure.kind} {figure.year} {figure.dated_on}") from None
    return row


def remove_figure(session: Session, actor: Actor, figure: SettlementFigure) -> None:
    """Take a figure out that was written by mistake.

    Raises:
        NotPermitted: the actor may not change the series.
    """
    ensure_may(actor, Permission.SETTLEMENT_CHANGE, figure)
    session.delete(figure)
    session.flush()
