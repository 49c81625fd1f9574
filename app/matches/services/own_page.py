"""What a family does on its own page, without an account: the secret link is the permission."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.families.models import Family
from app.families.services.leaving import leave
from app.matches import queries


def withdraw_by_link(session: Session, token: str, *, now: dt.datetime) -> Family:
    """Let a family leave the programme: its right, without a reason and without consequence.

    An open match stays for the coordinator to close; from now on it shows nobody's contact.

    Raises:
        NotFound: the link does not open.
        FamilyWithdrawn: the family has left already.
    """
    family = queries.get_family_by_link(session, token, now=now)
    lock(session, family)
    leave(session, family, now=now)
    return family
