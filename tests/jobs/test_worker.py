"""What the worker defers by the clock, and the tasks it knows."""

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from app.commands import worker
from app.guides.models import Guide
from app.jobs.tasks import TASKS
from app.matches.models import Match, MatchStatus
from app.messages.models import MessageStatus
from app.messages.services import send_email
from app.municipalities.models import Municipality
from app.tenancy import bound_municipality
from tests.cast import NOW, TODAY
from tests.databases import ROOT
from tests.jobs.listing import list_jobs
from tests.jobs.running import bring_forward, run_due_jobs

OSLO = ZoneInfo("Europe/Oslo")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def daily(monkeypatch):
    """A daily task that notes where and for which day it ran."""
    ran: list[tuple] = []

    def note(session, _now, today: dt.date) -> None:
        ran.append((bound_municipality(session), today))

    monkeypatch.setattr(worker, "DAILY", {"note": note})
    return ran


def tick_at(factory, *instants: dt.datetime) -> None:
    moments = iter(instants)
    clock = worker.Clock(factory, lambda: next(moments))
    for _ in instants:
        clock.tick()


@pytest.mark.parametrize(
    "period",
    [
        (dt.datetime(2026, 3, 28, 0, 0, tzinfo=OSLO), 3),  # clocks go forward on the 29th
        (dt.datetime(2026, 10, 24, 0, 0, tzinfo=OSLO), 3),  # and back on the 25th
        (dt.datetime(2026, 12, 31, 0, 0, tzinfo=OSLO), 2),
    ],
)
def test_each_town_gets_one_run_per_oslo_day_whatever_the_clocks_do(
    session_factory, session, asker, baerum, daily, period
):
    first, days = period
    end = dt.datetime.combine(first.date() + dt.timedelta(days=days), dt.time(), tzinfo=OSLO)
    now, instants = first.astimezone(dt.UTC), []
    while now < end:
        instants.append(now)
        now += HOUR
    tick_at(session_factory, *instants)
    tick_at(session_factory, *instants)  # a second worker

    jobs = [arguments for name, arguments in list_jobs(session) if name == "daily"]
    per_town = Counter(arguments["municipality_id"] for arguments in jobs)
    assert per_town == {str(town.municipality.id): days for town in (asker, baerum)}


def test_daily_task_runs_in_every_town_with_the_town_bound(session_factory, asker, baerum, daily):
    now = dt.datetime.now(dt.UTC)
    tick_at(session_factory, now)
    bring_forward(session_factory)
    run_due_jobs(session_factory)

    assert Counter(daily) == {
        (town.municipality.id, now.astimezone(OSLO).date()): 1 for town in (asker, baerum)
    }


def test_unanswered_proposal_expires_and_an_old_draft_goes_by_themselves(
    flask_app, session_factory, session, asker
):
    proposal = session.get(Match, asker.proposal.id)
    proposal.move_to(MatchStatus.GUIDE_ASKED, at=NOW, by=asker.coordinator.id)
    proposal.expires_on = TODAY
    session.get(Guide, asker.guide.id).places_taken = 1
    session.commit()
    tick_at(session_factory, dt.datetime.now(dt.UTC))
    bring_forward(session_factory)
    run_due_jobs(session_factory, flask_app.extensions["settings"])

    session.expire_all()
    assert session.get(Match, asker.proposal.id).status is MatchStatus.EXPIRED
    assert {name for name, _ in list_jobs(session)} <= {"deliver_message"}  # it may be night


def test_town_that_joins_during_the_day_is_looked_after(session_factory, session, asker, daily):
    morning = dt.datetime(2026, 11, 21, 7, 0, tzinfo=dt.UTC)
    tick_at(session_factory, morning)
    session.add(Municipality(name="Drammen", slug="drammen", number="3301"))
    session.commit()
    tick_at(session_factory, morning + HOUR)

    assert [name for name, _ in list_jobs(session)].count("daily") == 2


def test_clock_that_stands_still_writes_nothing(session_factory, asker, daily):
    now = dt.datetime(2026, 11, 21, 7, 0, tzinfo=dt.UTC)
    instants = iter([now, now, now])
    clock = worker.Clock(session_factory, lambda: next(instants))
    clock.tick()
    clock.sessions = None  # a tick in the same slot must not even open a session
    clock.tick()
    clock.tick()


def test_forgotten_message_is_found_once_there_is_a_mail_server(
    flask_app, session_factory, session, asker
):
    now = dt.datetime.now(dt.UTC)
    message = send_email(
        session,
        template="login_link",
        recipient="kari@asker.example",
        locale="en",
        values={"first_name": "Kari", "link": "https://guide.example/x"},
        now=now - HOUR,
    )
    session.commit()
    without_server = flask_app.extensions["settings"]
    run_due_jobs(session_factory, without_server)  # its job ends and leaves it waiting
    tick_at(session_factory, now)
    run_due_jobs(session_factory, without_server)
    assert str(message.id) not in [facts.get("message_id") for _, facts in list_jobs(session)]
    session.rollback()

    tick_at(session_factory, now + HOUR)
    bring_forward(session_factory)
    run_due_jobs(session_factory, replace(without_server, DEMO=True))

    session.refresh(message)
    assert message.status is MessageStatus.SENT


def test_every_deferred_name_is_a_task():
    named = re.compile(r'enqueue\(\s*(?:\w+),\s*"(\w+)"')
    names = {
        name
        for path in (ROOT / "app").rglob("*.py")
        for name in named.findall(path.read_text(encoding="utf-8"))
    }

    assert {"deliver_message", "daily", "sweep_messages", "tidy_jobs"} <= names
    assert names <= set(TASKS)
