"""How long an answer takes tells nobody whose address is known here."""

import time

import pytest
from sqlalchemy import func, select

from app.accounts import even_time
from app.accounts.models import Link


@pytest.mark.parametrize("way", ["/sign-in", "/sign-in/new-password"])
def test_all_is_written_before_the_time_that_everybody_waits(
    client, session, session_factory, asker, monkeypatch, way
):
    """The wait lasts until a fixed time after the request came, whatever was written."""
    session.commit()
    waited, written = [], []

    def sleep(seconds):
        waited.append(seconds)
        with session_factory() as other:
            written.append(other.scalar(select(func.count()).select_from(Link)))

    monkeypatch.setattr(even_time.time, "sleep", sleep)
    known = asker.guide_user if way == "/sign-in" else asker.coordinator
    for email in (known.email, "nobody@post.example"):
        began = time.monotonic()
        assert client.post(way, data={"email": email}).status_code == 303
        took = time.monotonic() - began
        assert waited[-1] == pytest.approx(even_time.ANSWERS_AFTER - took, abs=0.1)
    assert len(waited) == 2
    assert written == [way == "/sign-in"] * 2  # who shows no app gets no new password


def test_a_fault_in_the_form_is_told_at_once(client, asker, monkeypatch):
    monkeypatch.setattr(even_time.time, "sleep", lambda _seconds: pytest.fail("waited"))
    assert client.post("/sign-in", data={"email": "kari"}).status_code == 422
    assert client.get("/sign-in").status_code == 200
