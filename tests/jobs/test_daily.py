"""Daily work is done once per Oslo day and municipality, whatever workers and clocks do.

The days lie ahead, so that no database takes a job for overdue before the test does.
"""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from app.commands import worker
from app.jobs import queue
from app.oslo import day_of
from app.tenancy import bound_municipality
from tests.jobs.running import bring_forward, run_due_jobs

OSLO = ZoneInfo("Europe/Oslo")


class Town:
    """Workers of one installation, at moments that a test chooses."""

    def __init__(self, factory, settings, monkeypatch) -> None:
        self.factory, self.settings, self.ran, self.breaks = factory, settings, [], 0
        self.time = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
        self.workers = [worker.Clock(factory, lambda: self.time) for _ in range(2)]
        monkeypatch.setattr(worker, "DAILY", {"note": self.note})

    def note(self, session, _now, today: dt.date) -> None:
        self.ran.append((bound_municipality(session), today))
        if self.breaks:
            self.breaks -= 1
            self.ran.pop()
            raise RuntimeError("the work broke off")

    def wake(self, *moments: str, workers: int = 2) -> None:
        """Let workers look at the clock and do what is due, at times of Oslo's clock."""
        for moment in moments:
            self.time = dt.datetime.fromisoformat(moment).replace(tzinfo=OSLO).astimezone(dt.UTC)
            for clock in self.workers[:workers]:
                clock.tick()
            bring_forward(self.factory, due_by=self.time)
            run_due_jobs(self.factory, self.settings, lambda: self.time)

    def restart(self) -> None:
        self.workers = [worker.Clock(self.factory, lambda: self.time) for _ in range(2)]

    def days(self, town) -> list[str]:
        return [str(day) for municipality, day in self.ran if municipality == town.municipality.id]


@pytest.fixture
def town(flask_app, session_factory, asker, baerum, monkeypatch) -> Town:
    return Town(session_factory, flask_app.extensions["settings"], monkeypatch)


def hours(day: str, *clock: int) -> list[str]:
    return [f"{day}T{hour:02}:00" for hour in clock]


@pytest.mark.parametrize(
    ("day", "after"), [("2030-03-31", "2030-04-01"), ("2030-10-27", "2030-10-28")]
)
def test_once_on_the_days_when_the_clocks_change(town, asker, baerum, day, after):
    town.wake(*hours(day, 0, 1, 4, 6, 7, 23), *hours(after, 0, 2, 6, 12))

    assert town.days(asker) == town.days(baerum) == [day, after]


def test_nothing_runs_before_six(town, asker):
    town.wake(*hours("2030-03-02", 0, 5), "2030-03-02T05:59")

    assert town.days(asker) == []


def test_after_a_stop_of_days_the_work_is_caught_up_with_once(town, asker):
    town.wake(*hours("2030-03-02", 5))  # deferred, and stopped before it was due
    town.restart()
    town.wake(*hours("2030-03-06", 1, 5, 6, 7, 23), *hours("2030-03-07", 9))

    assert town.days(asker) == ["2030-03-06", "2030-03-07"]


def test_worker_that_is_only_woken_at_night_works_every_night(town, asker):
    """A crontab that calls `flask worker --once` at two."""
    for day in range(2, 7):
        town.restart()
        town.wake(f"2030-03-0{day}T02:00")

    assert town.days(asker) == [f"2030-03-0{day}" for day in range(3, 7)]


def test_worker_that_starts_just_before_midnight_still_does_the_day(town, asker):
    town.wake("2030-03-02T23:58", "2030-03-03T00:01", "2030-03-03T06:00")

    assert town.days(asker) == ["2030-03-02", "2030-03-03"]


def test_work_that_broke_off_is_done_on_the_same_day_and_counts_once(town, asker, baerum):
    town.breaks = 3
    town.wake("2030-03-02T06:00", "2030-03-02T06:01", "2030-03-02T06:10", "2030-03-02T18:00")

    assert town.days(asker) == town.days(baerum) == ["2030-03-02"]


def test_jobs_that_are_there_twice_do_the_work_once(town, session, asker):
    town.time = dt.datetime(2030, 3, 2, 9, tzinfo=dt.UTC)
    for _ in range(3):
        key = str(asker.municipality.id)
        queue.enqueue(session, "daily", now=town.time, name="note", municipality_id=key)
    session.commit()
    run_due_jobs(town.factory, town.settings, lambda: town.time)

    assert town.days(asker) == ["2030-03-02"]


def test_every_day_of_a_fortnight_around_the_change_with_workers_that_come_and_go(town, asker):
    first = dt.date(2030, 10, 20)
    for number in range(14):
        day = first + dt.timedelta(days=number)
        if number % 3 == 0:
            town.restart()
        town.wake(
            *hours(str(day), *((0, 6, 13) if number % 2 else (7, 22))), workers=1 + number % 2
        )

    assert town.days(asker) == [str(first + dt.timedelta(days=n)) for n in range(14)]


def test_marks_of_long_ago_are_forgotten_and_today_s_is_kept(session):
    now = dt.datetime(2030, 3, 20, 9, tzinfo=dt.UTC)
    old, today = day_of(now) - dt.timedelta(days=20), day_of(now)
    assert queue.take_day(session, "note", old, now=now - dt.timedelta(days=20))
    assert queue.take_day(session, "note", today, now=now)
    queue.tidy(session, now - dt.timedelta(days=14))

    taken = Counter({day: queue.take_day(session, "note", day, now=now) for day in (old, today)})
    assert taken == {old: True, today: False}
