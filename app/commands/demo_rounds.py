"""The demo's suggestions: those of some days ago, and today's, after two families more have come."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.commands.demo_people import ASKER_NEWCOMERS
from app.commands.demo_records import add_family
from app.municipalities.models import Municipality, Neighbourhood
from app.permissions import Actor, Role
from app.rounds.services import compute_round

FIRST_ROUND_DAYS_AGO = 4


def add_rounds(
    session: Session,
    municipality: Municipality,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> None:
    """Let the coordinator make suggestions, register who has come since, and make them again."""
    coordinator = select(Membership.user_id).where(
        Membership.municipality_id == municipality.id, Membership.role == Role.COORDINATOR
    )
    user_id = session.scalars(coordinator).one()
    actor = Actor(user_id, municipality.id, frozenset({Role.COORDINATOR}))
    compute_round(session, actor, now=now - dt.timedelta(days=FIRST_ROUND_DAYS_AGO))
    for row in ASKER_NEWCOMERS:
        add_family(session, row, hoods, now=now)
    session.flush()
    compute_round(session, actor, now=now)
