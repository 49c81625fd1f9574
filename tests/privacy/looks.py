"""Looks for tests, and hands that change them as nobody may."""

import datetime as dt
import uuid

from sqlalchemy import Engine

from app.accounts.models import Look, LookKind, LookOutcome, RecordKind
from app.permissions import Role

TRIGGERS = (
    "access_log_never_changed",
    "access_log_seal_never_changed",
    "access_log_kept",
    "access_log_seal_kept",
    "protected_look_never_changed",
    "protected_look_kept",
)


def make_look(session, town, **changes) -> Look:
    """Add a look by the town's coordinator at the town's family."""
    values = {
        "at": dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC),
        "user_id": town.coordinator.id,
        "roles": frozenset({Role.COORDINATOR}),
        "what": LookKind.VIEW,
        "record": RecordKind.FAMILY,
        "record_id": town.family.id,
        "page": "families.show",
        "outcome": LookOutcome.SHOWN,
        "request_id": uuid.uuid4(),
    } | changes
    row = Look(**values)
    session.add(row)
    session.flush()
    return row


def tamper(database, app, statement: str, **values) -> None:
    """Run a statement as somebody with the database in their hands, past walls and triggers."""
    engine: Engine = database.past_the_walls(app)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for trigger in TRIGGERS:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.exec_driver_sql(statement.format(**values))
