"""What the room forgets with a family whose address has become protected: every replay.

A replay of before and one of after, side by side, would tell who is gone.
"""

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.families.services import leaving
from app.municipalities.services import take_turn
from app.reports.models import SimulationRun


def forget_replays(session: Session, _family_id: uuid.UUID) -> None:
    """Delete all replays of the municipality, also one that is being computed."""
    take_turn(session)
    session.execute(delete(SimulationRun), execution_options={"synchronize_session": False})


leaving.WHEN_ONE_IS_REMOVED.append(forget_replays)
