"""A family leaves, or is forgotten."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable

from sqlalchemy import delete
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
# Who keeps the list of those that a backup would bring back, told by whom and how many rows.
NOTE_ERASED: list[Callable[[Session, uuid.UUID, uuid.UUID, Counter[str], dt.date], None]] = []


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


def forget_family(session: Session, family: Family, *, now: dt.datetime) -> Counter[str]:
    """Forget a family, in the one way there is: on request, by age, or since its address is protected.

    What is left must not tell which of them it was. Returns how many rows changed, by table.
    """
    if family.takes_part:
        leave(session, family, now=now)
    return forget(session, Person.FAMILY, family.id)
