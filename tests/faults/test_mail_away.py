"""The mail server is away for six hours, or hangs: nothing is lost, and the web does not wait.

The hours are simulated: the worker is told what time it is, and nothing sleeps.
"""

import datetime as dt
import socket
from collections import Counter
from dataclasses import replace

import pytest

from app import tenancy
from app.guides.models import GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.messages import services
from app.messages.models import MessageStatus, OutgoingMessage
from tests import cast
from tests.cast import NOW
from tests.faults.worker_process import WorkerProcess
from tests.jobs.running import bring_forward, noon, run_due_jobs
from tests.messages.mailbox import Mailbox

MATCHES = 12
STEP = dt.timedelta(minutes=5)
AWAY = dt.timedelta(hours=6)
MOST_ATTEMPTS = 12  # in six hours: 30 seconds, doubling to an hour


@pytest.fixture
def proposals(session_factory, asker) -> list[Match]:
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        made = []
        for number in range(MATCHES):
            email = f"guide-{number}@asker.example"
            guide = cast.make_guide(session, asker, status=GuideStatus.READY, email=email)
            family = cast.make_family(session, asker, reference=f"R-{number}")
            match = Match(family_id=family.id, proposed_at=NOW, score=500)
            match.guides.append(MatchGuide(guide_id=guide.id, kind=GuideKind.LEAD))
            session.add(match)
            made.append(match)
        session.commit()
        return made


@pytest.fixture
def confirm(client, asker):
    cast.sign_in(client, asker.coordinator)

    def press(match: Match) -> None:
        answer = client.post(asker.url(f"/matches/{match.id}/confirmation"))
        assert answer.status_code == 303

    return press


@pytest.fixture
def outbox(session_factory, asker):
    def read() -> list[OutgoingMessage]:
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            return session.query(OutgoingMessage).all()

    return read


@pytest.mark.timeout(600)
def test_everything_arrives_once_after_six_hours_without_a_mail_server(
    flask_app, session_factory, proposals, confirm, outbox
):
    mailbox, clock = Mailbox(), noon() - dt.timedelta(hours=3)  # nine in the morning
    settings = replace(flask_app.extensions["settings"], SMTP_URL=mailbox.url)
    waiting = list(proposals)

    def work() -> None:
        bring_forward(session_factory, due_by=clock)
        run_due_jobs(session_factory, settings, lambda: clock)

    back_at = clock + AWAY
    while clock < back_at:
        if waiting:  # the coordinator works on meanwhile
            confirm(waiting.pop())
        work()
        clock += STEP
    tried = {message.id: message.attempts for message in outbox()}
    assert {message.status for message in outbox()} == {MessageStatus.WAITING}
    with mailbox.open():
        while clock < back_at + dt.timedelta(hours=1):
            work()
            clock += STEP

    by_id = Counter(letter["Message-ID"] for letter in mailbox.letters)
    assert len(by_id) == len(tried) == MATCHES, "a letter was lost"
    assert set(by_id.values()) == {1}, "a letter came twice"
    assert {message.status for message in outbox()} == {MessageStatus.SENT}
    assert min(tried.values()) > 1 and max(tried.values()) <= MOST_ATTEMPTS


def test_mail_server_that_hangs_does_not_hold_up_the_web(
    database, session_factory, asker, proposals, confirm, outbox
):
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        services.send_email(
            session,
            template="login_link",
            recipient="kari@asker.example",
            locale="en",
            values={"first_name": "Kari", "link": "https://guide.example/x"},
            now=NOW,
        )
        session.commit()
    pressed = proposals[:3]  # the worker gives up after ten seconds, on any machine
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        port = silent.getsockname()[1]
        worker = WorkerProcess(database.url, f"smtp://127.0.0.1:{port}", lease_seconds=60)
        process = worker.start()
        try:
            caller, _address = silent.accept()
            caller.settimeout(0.01)
            for match in pressed:
                confirm(match)
            with pytest.raises(TimeoutError):  # the worker still waits for a word
                caller.recv(1)
            caller.close()
        finally:
            process.kill()
            worker.end(process)

    asked = [message for message in outbox() if message.template == "guide_asked"]
    assert len(asked) == len(pressed)
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        statuses = [session.get(Match, match.id).status for match in pressed]
    assert set(statuses) == {MatchStatus.GUIDE_ASKED}
