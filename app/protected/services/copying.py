"""A copy of what is kept of a household: one of the two asks, the other agrees, then it is made."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.services.security_log import Event, note
from app.errors import Conflict, NotFound
from app.permissions import Actor
from app.personal import Person
from app.protected import queries
from app.protected.models import ProtectedHousehold
from app.protected.services.meeting import TakesTheOther


class NobodyHasAgreed(Conflict):
    """The copy takes two, and the other one has not agreed yet."""


def ask_for_copy(session: Session, actor: Actor, household: ProtectedHousehold) -> None:
    """Note that the household has asked for a copy. The two talk about who it was that asked."""
    queries.get_choice(session, actor)
    if household.copy_asked_by_id is None:
        household.copy_asked_by_id = actor.user_id
    session.flush()


def agree_to_copy(session: Session, actor: Actor, household: ProtectedHousehold) -> None:
    """Agree as the other one.

    Raises:
        NotFound: nobody has asked for it.
        TakesTheOther: the actor has.
    """
    queries.get_choice(session, actor)
    if household.copy_asked_by_id is None:
        raise NotFound(f"copy of {household.id}")
    if household.copy_asked_by_id == actor.user_id:
        raise TakesTheOther(str(household.id))
    household.copy_agreed_by_id = actor.user_id
    session.flush()


def forget_agreements(session: Session) -> None:
    """Let nobody make a copy on what two of before, or of a backup, had agreed to."""
    session.execute(
        update(ProtectedHousehold).values(copy_asked_by_id=None, copy_agreed_by_id=None)
    )


def hand_out_copy(session: Session, actor: Actor, household: ProtectedHousehold) -> None:
    """Use up what the two have agreed to: each copy takes both anew.

    Raises:
        NobodyHasAgreed: it takes the other one first.
    """
    queries.get_choice(session, actor)
    if household.copy_agreed_by_id is None:
        raise NobodyHasAgreed(str(household.id))
    household.copy_asked_by_id = household.copy_agreed_by_id = None
    session.flush()
    note(Event.RECORD_EXPORTED, by_id=actor.user_id, what=Person.FAMILY.value)
