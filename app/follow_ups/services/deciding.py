"""What a municipality decides about following up."""

import datetime as dt
from dataclasses import asdict

from sqlalchemy.orm import Session

from app.follow_ups import queries
from app.follow_ups.models import FollowUpSettings
from app.follow_ups.queries import Rules
from app.permissions import Actor, Permission, ensure_may


def change_rules(session: Session, actor: Actor, wanted: Rules, *, now: dt.datetime) -> None:
    """Take over when pairs are asked and called; the plans follow the next morning.

    Raises:
        NotPermitted: the actor is neither coordinator nor administrator.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE)
    row = queries.find_settings(session)
    if row is None:
        row = FollowUpSettings(changed_at=now)
        session.add(row)
    for name, value in asdict(wanted).items():
        setattr(row, name, value)
    row.changed_at, row.changed_by_id = now, actor.user_id
    session.flush()
