import datetime as dt

import pytest

from app.jobs import queue
from app.jobs.queue import enqueue
from app.jobs.tasks import Outcome, task, wait_after
from tests.jobs.listing import list_jobs
from tests.jobs.running import bring_forward, real_now, run_due_jobs

pytestmark = pytest.mark.usefixtures("own_tasks")


@pytest.fixture
def done() -> list[str]:
    seen: list[str] = []

    @task("note")
    def note(_tools, word: str) -> Outcome:
        seen.append(word)
        return Outcome()

    return seen


def test_job_is_there_when_the_transaction_is_kept(session, session_factory, done):
    enqueue(session, "note", now=real_now(), word="one")
    run_due_jobs_of_others(session_factory)
    assert done == []

    session.commit()
    run_due_jobs(session_factory)
    run_due_jobs(session_factory)

    assert done == ["one"]
    assert list_jobs(session) == []


def run_due_jobs_of_others(factory) -> None:
    """Run the worker while our transaction is open, where the database lets another write."""
    if factory.kw["bind"].dialect.name == "postgresql":
        run_due_jobs(factory)


def test_dropped_transaction_leaves_no_job_and_no_key(session, session_factory, done):
    enqueue(session, "note", now=real_now(), key="k", word="dropped")
    session.rollback()
    enqueue(session, "note", now=real_now(), key="k", word="kept")
    session.commit()

    run_due_jobs(session_factory)

    assert done == ["kept"]


def test_job_with_a_key_is_made_once_even_after_it_was_done(session, session_factory, done):
    for _ in range(3):
        enqueue(session, "note", now=real_now(), key="daily 2026-11-21", word="one")
        session.commit()
        run_due_jobs(session_factory)

    assert done == ["one"]


def test_job_waits_for_its_time(session, session_factory, done):
    later = real_now() + dt.timedelta(hours=1)
    enqueue(session, "note", now=real_now(), run_at=later, word="later")
    session.commit()

    run_due_jobs(session_factory)
    assert done == []
    bring_forward(session_factory)
    run_due_jobs(session_factory)

    assert done == ["later"]


def test_task_that_breaks_off_writes_nothing_and_is_tried_again(
    session, session_factory, asker, caplog
):
    attempts = []

    @task("shaky")
    def shaky(_tools) -> Outcome:
        def write(writing) -> None:
            attempts.append(1)
            enqueue(writing, "follow", now=real_now())
            if len(attempts) == 1:
                raise ValueError("Kari Nordmann, kari@asker.example")

        return Outcome(write)

    @task("follow")
    def follow(_tools) -> Outcome:
        return Outcome()

    enqueue(session, "shaky", now=real_now())
    session.commit()
    run_due_jobs(session_factory)

    assert [name for name, _ in list_jobs(session)] == ["shaky"]
    assert "ValueError" in caplog.text
    assert "Kari" not in caplog.text  # what a person typed does not reach the log
    session.rollback()
    bring_forward(session_factory)
    run_due_jobs(session_factory)
    assert len(attempts) == 2
    assert list_jobs(session) == []


def test_task_may_ask_to_be_run_again(session, session_factory):
    runs = []

    @task("patient")
    def patient(_tools) -> Outcome:
        runs.append(1)
        return Outcome(again_at=real_now() + dt.timedelta(hours=1) if len(runs) == 1 else None)

    enqueue(session, "patient", now=real_now())
    session.commit()
    run_due_jobs(session_factory)
    assert runs == [1]
    bring_forward(session_factory)
    run_due_jobs(session_factory)
    run_due_jobs(session_factory)

    assert runs == [1, 1]


def test_two_tasks_may_give_their_jobs_the_same_key(session, session_factory, done):
    @task("sing")
    def sing(_tools, word: str) -> Outcome:
        done.append(f"sung {word}")
        return Outcome()

    for name in ("note", "sing"):
        enqueue(session, name, now=real_now(), key="2026-11-21", word="one")
    session.commit()
    run_due_jobs(session_factory)

    assert sorted(done) == ["one", "sung one"]


def test_old_jobs_are_forgotten_with_their_keys_and_open_ones_are_not(
    session, session_factory, done
):
    enqueue(session, "note", now=real_now(), key="old", word="one")
    session.commit()
    run_due_jobs(session_factory)
    enqueue(session, "note", now=real_now(), key="open", word="open")
    session.commit()

    queue.tidy(session, real_now() - dt.timedelta(days=1))
    enqueue(session, "note", now=real_now(), key="old", word="too early")
    queue.tidy(session, real_now() + dt.timedelta(days=1))
    enqueue(session, "note", now=real_now(), key="old", word="again")
    session.commit()
    run_due_jobs(session_factory)

    assert done == ["one", "open", "again"]


def test_waits_double_to_an_hour_and_end_within_twelve():
    waits = [wait_after(attempt) for attempt in range(1, 30)]

    assert waits[:4] == [dt.timedelta(seconds=30 * 2**n) for n in range(4)]
    assert max(w for w in waits if w) == dt.timedelta(hours=1)
    assert sum((w for w in waits if w), dt.timedelta()) <= dt.timedelta(hours=12)
    assert waits[-1] is None
