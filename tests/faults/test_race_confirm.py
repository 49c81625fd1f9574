"""A hundred coordinators press "Confirm" at once for one guide with room for one family.

Real HTTP against a real server, on the database that `--database` chooses. The same harness is
then run on a service that looks first and writes later: on PostgreSQL it overbooks. On SQLite
it does not, because writers come one at a time there: a race test on SQLite alone proves nothing.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from app import tenancy
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.matches.services import GuideAtCapacity, confirming
from app.messages.models import OutgoingMessage
from tests import cast
from tests.cast import NOW, Town

REQUESTS = 100
PATIENCE_SECONDS = 60


@pytest.fixture
def guide_and_proposals(session_factory, asker) -> tuple[Guide, list[Match]]:
    """A guide with one place, proposed to a hundred families."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        guide = cast.make_guide(session, asker, status=GuideStatus.READY, capacity=1)
        matches = [_propose(session, asker, guide, number) for number in range(REQUESTS)]
        session.commit()
        return guide, matches


def _propose(session, asker: Town, guide: Guide, number: int) -> Match:
    family = cast.make_family(session, asker, reference=f"R-{number}")
    match = Match(family_id=family.id, proposed_at=NOW, score=500)
    match.guides.append(MatchGuide(guide_id=guide.id, kind=GuideKind.LEAD))
    session.add(match)
    session.flush()
    return match


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve the application, a thread for every request; yield the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _post(port: int, path: str, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": "0",
    }
    try:
        connection.request("POST", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def confirm_all_at_once(app: Flask, asker: Town, matches: list[Match]) -> Counter[int]:
    """Post every confirmation at the same moment; return how often each final status came back.

    A database that makes somebody wait too long answers 503, "try again"; so that is done.
    """
    client = app.test_client()
    cast.sign_in(client, asker.coordinator)
    cookie = client.get(asker.url("/matches")).request.headers["Cookie"]
    barrier = threading.Barrier(len(matches))
    answers: list[int] = []

    def press(port: int, match: Match) -> None:
        barrier.wait()
        while (
            status := _post(port, asker.url(f"/matches/{match.id}/confirmation"), cookie)
        ) == 503:
            time.sleep(0.1)  # the database was busy, nothing was written: one presses again
        answers.append(status)

    with served(app) as port:
        threads = [threading.Thread(target=press, args=(port, match)) for match in matches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    return Counter(answers)


def outcome(session_factory, asker: Town, guide: Guide) -> tuple[int, int, int]:
    """Return how many matches were confirmed, places counted as taken, and letters written."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        asked = session.scalars(select(Match).where(Match.status == MatchStatus.GUIDE_ASKED)).all()
        letters = session.scalars(select(OutgoingMessage)).all()
        return len(asked), session.get(Guide, guide.id).places_taken, len(letters)


def test_one_of_a_hundred_confirmations_gets_the_place(
    flask_app, session_factory, asker, guide_and_proposals
):
    guide, matches = guide_and_proposals
    answers = confirm_all_at_once(flask_app, asker, matches)
    assert answers == {303: 1, 409: REQUESTS - 1}
    assert outcome(session_factory, asker, guide) == (1, 1, 1)


def look_first_and_write_later(session, guide: Guide, **_options: bool) -> None:
    """The mutant: what one writes before one has thought of the other coordinator."""
    session.refresh(guide)
    if guide.places_taken >= guide.capacity:
        raise GuideAtCapacity(str(guide.id))
    time.sleep(0.2)  # long enough for another to look, on a slow machine too
    guide.places_taken += 1


def test_to_look_first_and_write_later_overbooks(
    flask_app, session_factory, asker, guide_and_proposals, monkeypatch, database_kind
):
    monkeypatch.setattr(confirming, "take_place", look_first_and_write_later)
    guide, matches = guide_and_proposals
    confirm_all_at_once(flask_app, asker, matches)
    asked, _places, _letters = outcome(session_factory, asker, guide)
    if database_kind == "postgresql":
        assert asked > 1, "the harness would not have noticed"
    else:
        assert asked == 1  # SQLite lets one writer in at a time
