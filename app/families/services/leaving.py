"""A family leaves: because it wants to, or because its address has become protected."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.data_map import forget
from app.database import lock
from app.families.models import Family, GroupApproval
from app.messages.reach import let_go
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.personal import Person

# What rooms above keep of a family and let go of with it: they put their names down here.
Forget = Callable[[Session, uuid.UUID], None]
WHEN_ONE_LEAVES: list[Forget] = []
WHEN_ONE_IS_REMOVED: list[Forget] = []
# Who keeps the list of those that a backup would bring back.
NOTE_ERASED: list[Callable[[Session, Actor, uuid.UUID, Counter[str], dt.date], None]] = []


def withdraw_family(session: Session, actor: Actor, family: Family, *, now: dt.datetime) -> Family:
    """Note that a family no longer wants a guide: no reason asked, no consequence.

    An open match stays for the coordinator to close; from now on it shows nobody's contact.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyWithdrawn: the family has left already.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    lock(session, family)
    leave(session, family, now=now)
    return family


def leave(session: Session, family: Family, *, now: dt.datetime) -> None:
    """End a family's part, whatever led to it; rooms above let go of what they keep of it.

    Its links close, and letters that have not left yet never do.

    Raises:
        FamilyWithdrawn: the family has left already.
    """
    family.withdraw(on=day_of(now))
    let_go(session, family.id, now=now)
    for forget_in_room in WHEN_ONE_LEAVES:
        forget_in_room(session, family.id)
    _forget_approvals(session, family)
    session.flush()


def _forget_approvals(session: Session, family: Family) -> None:
    """Let go of the names of those who said yes for a group."""
    session.execute(
        delete(GroupApproval).where(GroupApproval.family_id == family.id),
        execution_options={"synchronize_session": "fetch"},
    )


def remove_protected_family(
    session: Session, actor: Actor, family: Family, *, today: dt.date
) -> None:
    """Forget a family whose address has become protected: such households are not kept here.

    The row goes. Where a match of the past points at it, everything goes that could lead to
    the household, and its settlement figures stay. That the family has no open match is for the
    caller to see to: matches lie above this room.

    Raises:
        NotPermitted: the actor registers no families.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    for forget_in_room in WHEN_ONE_IS_REMOVED:
        forget_in_room(session, family.id)
    if family.takes_part:
        family.withdraw(on=today)
    counts = forget(session, Person.FAMILY, family.id)
    for note in NOTE_ERASED:
        note(session, actor, family.id, counts, today)
    # A past match may point at the family: then what is left of it stays.
    with suppress(IntegrityError), session.begin_nested():
        session.delete(family)
