from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.database import engine_of


@pytest.fixture
def count_queries(session_factory):
    """Return a context manager that lists the statements sent to the database meanwhile."""

    @contextmanager
    def counting():
        sent = []
        engine = engine_of(session_factory)

        def note(_connection, _cursor, statement, *_rest):
            if "set_config(" not in statement and not statement.startswith(("PRAGMA", "BEGIN")):
                sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
