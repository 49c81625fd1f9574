"""The place that a guide gives up, as if they had said so themselves: no number tells of a family.

`places_taken` would say "1 of 2" of a guide with whom nobody can find anybody. Nothing gives it
back: what the guide and colleagues have changed since is theirs, and one of the two asks on the
telephone what the guide can take now.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.guides.models import Guide, GuideStatus
from app.protected.models import GaveUp


class NoPlaceLeft(Conflict):
    """Another family was confirmed for the guide in the meantime."""


def give_up(session: Session, guide: Guide) -> GaveUp:
    """Let a guide offer one place less, or, with one alone, take a break without an end.

    One statement each: to look first and write later lets two in.

    Raises:
        NoPlaceLeft: there is none to give up any more, or the guide is not ready.
    """
    ready = update(Guide).where(Guide.id == guide.id, Guide.status == GuideStatus.READY)
    fewer = ready.where(Guide.capacity > 1, Guide.capacity > Guide.places_taken)
    rests = ready.where(Guide.capacity == 1, Guide.places_taken == 0)
    if _changed(session, guide, fewer.values(capacity=Guide.capacity - 1)):
        return GaveUp.PLACE
    if _changed(session, guide, rests.values(status=GuideStatus.PAUSED, paused_until=None)):
        return GaveUp.BREAK
    raise NoPlaceLeft(f"guide {guide.id}")


def _changed(session: Session, guide: Guide, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    session.refresh(guide, ["capacity", "status", "paused_until", "places_taken"])
    return bool(cast("CursorResult[Any]", result).rowcount)
