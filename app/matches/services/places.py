"""A guide's places: taken and given back by one statement each, so that none is lost or doubled."""

from typing import Any, cast

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.guides.models import ADULT_AGE_GROUPS, Guide, GuideStatus
from app.vocabulary import AgeGroup

_AS_IT_IS = {"synchronize_session": False}


class GuideAtCapacity(Conflict):
    """The guide has no free place: another family was confirmed in the meantime."""


class GuideNotReady(Conflict):
    """The guide is paused, has left or was never ready."""


class GuideTooYoung(Conflict):
    """The guide is under 18, and meets groups only."""


def take_place(session: Session, guide: Guide, *, in_group: bool = False) -> None:
    """Take one of the guide's places, whoever else asks for it at the same moment.

    The check and the taking are one UPDATE: to look first and write later lets two in.
    A place with a household is for grown-up guides alone.

    Raises:
        GuideNotReady: the guide is not ready any more.
        GuideTooYoung: the place is with a household, and the guide is under 18.
        GuideAtCapacity: all places are taken.
    """
    ages = frozenset(AgeGroup) if in_group else ADULT_AGE_GROUPS
    statement = (
        update(Guide)
        .where(
            Guide.id == guide.id,
            Guide.status == GuideStatus.READY,
            Guide.age_group.in_(ages),
            Guide.places_taken < Guide.capacity,
        )
        .values(places_taken=Guide.places_taken + 1)
    )
    taken = _changed(session, statement)
    session.refresh(guide, ["places_taken", "capacity", "status", "age_group"])
    if taken:
        return
    if guide.age_group not in ages:
        raise GuideTooYoung(f"guide {guide.id}")
    if guide.status is not GuideStatus.READY:
        raise GuideNotReady(f"guide {guide.id} is {guide.status}")
    raise GuideAtCapacity(f"guide {guide.id}")


def give_back_place(session: Session, guide: Guide) -> None:
    """Give back one place; never below none."""
    statement = (
        update(Guide)
        .where(Guide.id == guide.id, Guide.places_taken > 0)
        .values(places_taken=Guide.places_taken - 1)
    )
    _changed(session, statement)
    session.refresh(guide, ["places_taken"])


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options=_AS_IT_IS)
    return bool(cast("CursorResult[Any]", result).rowcount)
