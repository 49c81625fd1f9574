"""The municipality's own list of public places where start meetings are held."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.matches.models import MeetingPlace
from app.permissions import Actor, Permission, ensure_may


class MeetingPlaceTaken(Conflict):
    """Another place on the list has this name."""


@dataclass(frozen=True, slots=True)
class PlaceInput:
    """A place as staff write it down. One out of use stays with the meetings it was chosen for."""

    name: str
    way_there: str = ""
    active: bool = True


def save_meeting_place(
    session: Session, actor: Actor, wanted: PlaceInput, place: MeetingPlace | None = None
) -> MeetingPlace:
    """Add a place to the list, or change one.

    Raises:
        NotPermitted: the actor may not change places.
        MeetingPlaceTaken: another place has this name.
    """
    ensure_may(actor, Permission.PLACES_CHANGE)
    try:
        with session.begin_nested():
            place = place or MeetingPlace()
            place.name, place.way_there = wanted.name, wanted.way_there
            place.active = wanted.active
            session.add(place)
            session.flush()
    except IntegrityError as error:
        if "meeting_place" not in str(error.orig):
            raise
        raise MeetingPlaceTaken(wanted.name) from error
    return place
