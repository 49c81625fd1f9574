"""The worker is killed, stopped and starved, on both databases. `FULL=1` kills it 20 times."""

import os
import random
import signal
from collections import Counter

import pytest

from app import tenancy
from app.messages import services
from app.messages.models import MessageStatus, OutgoingMessage
from tests.cast import NOW
from tests.faults.worker_process import WorkerProcess, wait_until
from tests.messages.mailbox import Mailbox

KILLS = 20 if os.environ.get("FULL") else 3
MESSAGES_PER_KILL = 8
TEMPLATE = "login_link"


@pytest.fixture
def mailbox():
    with Mailbox().open() as mailbox:
        yield mailbox


@pytest.fixture
def outbox(session_factory, asker):
    """Writes messages, each in its own transaction, and reads how they fared."""

    class Outbox:
        def write(self, count: int) -> None:
            for number in range(count):
                with session_factory() as session:
                    tenancy.bind(session, asker.municipality.id)
                    services.send_email(
                        session,
                        template=TEMPLATE,
                        recipient=f"guide-{number}@asker.example",
                        locale="en",
                        values={"first_name": "Zelalem", "link": "https://guide.example/token"},
                        now=NOW,
                    )
                    session.commit()

        def statuses(self) -> Counter[MessageStatus]:
            with session_factory() as session:
                tenancy.bind(session, asker.municipality.id)
                ours = session.query(OutgoingMessage).filter_by(template=TEMPLATE)
                return Counter(message.status for message in ours)  # not of the day's own letters

    return Outbox()


@pytest.mark.timeout(900)
def test_killed_worker_loses_nothing_and_repeats_only_itself(database, mailbox, outbox):
    """SIGKILL by turns just before a letter arrives and just before the worker learns of it."""
    dice = random.Random(2)  # noqa: S311 (dice, no secret)
    count = MESSAGES_PER_KILL * (KILLS + 1)
    outbox.write(count)
    mailbox.seconds_per_letter = 0.05
    worker = WorkerProcess(database.url, mailbox.url)
    for kill in range(KILLS):
        on_its_way = kill % 2 == 0
        before = mailbox.begun if on_its_way else len(mailbox.letters)
        enough = before + dice.randint(1, MESSAGES_PER_KILL)
        process = worker.start()
        wait_until(lambda: (mailbox.begun if on_its_way else len(mailbox.letters)) >= enough)  # noqa: B023
        process.kill()
        assert worker.end(process) == -signal.SIGKILL, f"kill {kill}"
    process = worker.start()
    wait_until(lambda: outbox.statuses()[MessageStatus.SENT] == count)
    process.terminate()

    assert worker.end(process) == 0
    ours = [letter for letter in mailbox.letters if letter["To"].startswith("guide-")]
    by_id = Counter(letter["Message-ID"] for letter in ours)  # by day, its own letters come too
    assert len(by_id) == count, "a letter was lost or written twice"
    assert sum(by_id.values()) - count <= KILLS, "a kill repeats at most one letter"
    texts = {(letter["Message-ID"], letter.as_string()) for letter in ours}
    assert len(texts) == count, "a letter that comes twice is the same letter"
    assert "@asker.example" not in worker.output
    assert "Zelalem" not in worker.output


def test_stopped_worker_finishes_the_letter_at_hand(database, mailbox, outbox):
    outbox.write(2)
    mailbox.seconds_per_letter = 0.3
    worker = WorkerProcess(database.url, mailbox.url, lease_seconds=60)
    process = worker.start()
    wait_until(lambda: mailbox.begun == 1)

    process.terminate()

    assert worker.end(process) == 0, worker.output
    assert len(mailbox.letters) == 1
    assert outbox.statuses() == {MessageStatus.SENT: 1, MessageStatus.WAITING: 1}


def test_worker_once_does_what_waits_and_ends(database, mailbox, outbox):
    outbox.write(3)
    worker = WorkerProcess(database.url, mailbox.url)

    process = worker.start("--once")

    assert worker.end(process) == 0, worker.output
    assert outbox.statuses() == {MessageStatus.SENT: 3}


def test_two_workers_share_the_work_and_send_each_letter_once(database, mailbox, outbox):
    outbox.write(12)
    workers = [WorkerProcess(database.url, mailbox.url, lease_seconds=60) for _ in range(2)]
    processes = [worker.start("--once") for worker in workers]

    ends = [w.end(p) for w, p in zip(workers, processes, strict=True)]

    assert ends == [0, 0], [w.output for w in workers]
    assert outbox.statuses() == {MessageStatus.SENT: 12}
    assert set(Counter(letter["Message-ID"] for letter in mailbox.letters).values()) == {1}


def test_worker_without_a_mail_server_says_so_once_and_leaves_the_messages(database, outbox):
    outbox.write(2)
    worker = WorkerProcess(database.url, "")

    process = worker.start("--once")

    assert worker.end(process) == 0
    assert worker.output.count("SMTP_URL") == 1
    assert outbox.statuses() == {MessageStatus.WAITING: 2}
