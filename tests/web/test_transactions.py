"""One request, one transaction; and a page that only reads cannot write by accident."""

import pytest
from sqlalchemy import select

from app.desk import queries
from app.guides.models import Guide
from app.web.context import current_session
from tests.cast import sign_in


def test_a_page_that_reads_never_writes(client, asker, session_factory, monkeypatch):
    list_tasks = queries.list_tasks

    def meddle(session, *args, **kwargs):
        current_session().scalars(select(Guide)).first().phone = "meddled"
        return list_tasks(session, *args, **kwargs)

    monkeypatch.setattr(queries, "list_tasks", meddle)
    sign_in(client, asker.coordinator)
    with pytest.raises(RuntimeError, match="Guide"):
        client.get(asker.url("/desk"))
