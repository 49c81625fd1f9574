"""What stands out in a week of looks, and who is told."""

import datetime as dt
import time
import uuid

import pytest
from sqlalchemy import func, insert, select

from app.accounts.models import Look, LookKind, LookOutcome, LookSeal, RecordKind, User
from app.commands.looks import looks
from app.commands.worker import DAILY, enqueue_slots
from app.follow_ups.models import ContactedBy, FollowUpContact, Light, SpokeWith
from app.jobs.tasks import Tools
from app.messages.models import OutgoingMessage
from app.oslo import OSLO
from app.permissions import Role
from app.privacy.looks_tasks import run_checking, run_sealing
from app.privacy.queries.looks_week import MANY_A_DAY, OFTEN_A_WEEK, read_week
from app.privacy.services.looks_letters import write_week
from tests.cast import sign_in
from tests.pages import get_page
from tests.privacy.looks import make_look, tamper

MONDAY = dt.date(2026, 11, 9)
NOON = dt.datetime(2026, 11, 10, 12, tzinfo=OSLO)
NEXT = dt.datetime(2026, 11, 16, 7, tzinfo=OSLO)
PAGE = "https://guides.example/asker/data-protection/looks/week"


@pytest.fixture(autouse=True)
def another_name(session, asker):
    """In the cast everybody of a town has its name for a family name: that would stand out."""
    session.get(User, asker.coordinator.id).name = "Ingrid Solberg"
    session.commit()


def look_often(session, asker, count, **changes):
    for number in range(count):
        values = {"at": NOON + number * dt.timedelta(minutes=1)} | changes
        make_look(session, asker, **values)


def look_around(session, asker, count):
    for number in range(count):
        at = NOON + number * dt.timedelta(minutes=1)
        make_look(session, asker, at=at, record=RecordKind.GUIDE, record_id=uuid.uuid4())


def test_a_week_of_ordinary_work_tells_nothing(session, asker):
    look_often(session, asker, OFTEN_A_WEEK - 1)
    week = read_week(session, MONDAY)
    assert (week.looks, week.count) == (OFTEN_A_WEEK - 1, 0)


def test_a_record_that_is_seen_very_often_stands_out(session, asker):
    look_often(session, asker, OFTEN_A_WEEK)
    (often,) = read_week(session, MONDAY).often
    assert (often.record_id, often.looks, often.people) == (asker.family.id, OFTEN_A_WEEK, 1)
    assert read_week(session, MONDAY + dt.timedelta(days=7)).count == 0


def test_thirty_records_in_a_day_without_a_step_stand_out(session, asker):
    look_around(session, asker, MANY_A_DAY)
    (busy,) = read_week(session, MONDAY).busy
    assert (busy.user_id, busy.day, busy.looks) == (asker.coordinator.id, NOON.date(), MANY_A_DAY)
    session.add(
        FollowUpContact(
            match_id=asker.proposal.id,
            once_token="once",
            talked_on=NOON.date(),
            noted_at=NOON,
            by_id=asker.coordinator.id,
            spoke_with=SpokeWith.GUIDE,
            way=ContactedBy.PHONE,
            light=Light.GOOD,
        )
    )
    session.flush()
    assert read_week(session, MONDAY).busy == []


@pytest.mark.parametrize(
    ("at", "stands_out"),
    [
        (dt.datetime(2026, 11, 10, 5, 59, tzinfo=OSLO), True),
        (dt.datetime(2026, 11, 10, 6, 0, tzinfo=OSLO), False),
        (dt.datetime(2026, 11, 10, 19, 59, tzinfo=OSLO), False),
        (dt.datetime(2026, 11, 10, 20, 0, tzinfo=OSLO), True),
        (dt.datetime(2026, 11, 14, 12, 0, tzinfo=OSLO), True),
    ],
)
def test_nights_and_weekends_stand_out(session, asker, at, stands_out):
    make_look(session, asker, at=at)
    assert len(read_week(session, MONDAY).late) == stands_out


def test_the_same_family_name_stands_out(session, asker):
    colleague = session.get(User, asker.coordinator.id)
    make_look(session, asker, at=NOON, record=RecordKind.GUIDE, record_id=asker.guide.id)
    assert read_week(session, MONDAY).namesakes == []
    colleague.name = f"Ingrid {asker.guide.name.split()[-1].upper()}"
    session.flush()
    (found,) = read_week(session, MONDAY).namesakes
    assert (found.user_id, found.record_id) == (colleague.id, asker.guide.id)


def test_what_guides_see_of_their_own_matches_is_no_pattern(session, asker):
    look_often(session, asker, OFTEN_A_WEEK, user_id=asker.guide_user.id, roles={Role.GUIDE})
    assert read_week(session, MONDAY).count == 0


def letters(session, template):
    return session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == template)
    ).all()


def test_leader_and_privacy_officer_hear_of_it_once_and_without_names(session, asker):
    look_often(session, asker, OFTEN_A_WEEK)
    for days in range(7):
        now = NEXT + dt.timedelta(days=days)
        write_week(session, page_url=PAGE, now=now, today=now.date())
    found = letters(session, "looks_week")
    assert {letter.recipient for letter in found} == {
        asker.users[role].email for role in (Role.MANAGER, Role.PRIVACY_OFFICER)
    }
    assert len(found) == 2
    for letter in found:
        assert PAGE in letter.body
        for name in ("Ingrid Solberg", asker.family.contact_name, asker.family.reference):
            assert name not in letter.subject + letter.body


def test_nothing_to_ask_about_is_no_letter(session, asker):
    make_look(session, asker, at=NOON)
    write_week(session, page_url=PAGE, now=NEXT, today=NEXT.date())
    assert letters(session, "looks_week") == []


def test_the_page_of_a_week_leads_to_the_rows(client, session, asker):
    look_often(session, asker, OFTEN_A_WEEK)
    session.commit()
    sign_in(client, asker.users[Role.MANAGER])
    page = get_page(client, asker.url("/data-protection/looks/week?lang=en&from=2026-11-11"))
    assert "From 9 November to 15 November" in page.text
    link = page.find("a", string=lambda text: text and text.startswith("Family "))
    assert get_page(client, link["href"]).h1.text == "Who has looked"
    assert asker.family.reference not in page.text
    quiet = get_page(client, asker.url("/data-protection/looks/week?lang=en&from=2026-10-01"))
    assert "Nothing stood out" in quiet.text


@pytest.fixture
def tools(flask_app, session_factory):
    return Tools(session_factory, lambda: NEXT, flask_app.extensions["settings"])


def run(task, tools, town):
    with tools.sessions() as own:
        task(tools, municipality_id=str(town.municipality.id)).write(own)
        own.commit()


def test_the_worker_seals_and_checks_and_tells_of_a_change(
    session, asker, tools, flask_app, database, caplog
):
    caplog.set_level("INFO")
    look_often(session, asker, 3)
    session.commit()
    run(run_sealing, tools, asker)
    run(run_checking, tools, asker)
    head = session.scalar(select(LookSeal.own_hash))
    assert f"access log of asker holds, last seal {head}" in caplog.text
    assert letters(session, "looks_changed") == []
    session.commit()
    tamper(database, flask_app, "UPDATE access_log SET page = 'other'")
    for _again in range(2):
        run(run_checking, tools, asker)
    assert "IS BROKEN" in caplog.text
    assert len(letters(session, "looks_changed")) == 2  # leader and privacy officer, once each


def test_sealing_checking_and_forgetting_are_among_the_work_that_comes_by_the_clock(
    session, asker, one_app
):
    assert {"check_looks", "forget_old_looks"} <= set(DAILY)
    enqueue_slots(session, NEXT.date(), 1, now=NEXT)


def run_command(flask_app, *words):
    return flask_app.test_cli_runner().invoke(looks, list(words))


def test_the_command_says_whether_the_chain_holds(session, asker, tools, flask_app, database):
    look_often(session, asker, 3)
    session.commit()
    run(run_sealing, tools, asker)
    head = session.scalar(select(LookSeal.own_hash))
    session.commit()
    whole = run_command(flask_app, "check", "--head", head)
    assert (whole.exit_code, f"1 hours, 3 rows, last {head}" in whole.output) == (0, True)
    assert run_command(flask_app, "check", "--head", "made anew").exit_code == 1
    tamper(database, flask_app, "DELETE FROM access_log")
    broken = run_command(flask_app, "check")
    assert broken.exit_code == 1
    assert "CHANGED in the hour from 2026-11-10 11:00 UTC" in broken.output


def test_who_saw_a_record_is_known_in_less_than_a_minute(session, asker, flask_app):
    """The drill of the runbook, among many other looks."""
    many = [
        {
            "id": uuid.uuid4(),
            "municipality_id": asker.municipality.id,
            "at": NOON + number * dt.timedelta(seconds=1),
            "user_id": asker.caseworker.id,
            "roles": {Role.CASEWORKER},
            "what": LookKind.VIEW,
            "record": RecordKind.FAMILY,
            "record_id": asker.family.id if number % 1000 == 0 else uuid.uuid4(),
            "page": "families.show",
            "term": "",
            "outcome": LookOutcome.SHOWN,
            "request_id": uuid.uuid4(),
        }
        for number in range(5_000)
    ]
    session.connection().execute(insert(Look.__table__), many)
    make_look(session, asker, at=NOON - dt.timedelta(days=3))
    session.commit()
    assert session.scalar(select(func.count(Look.id))) == 5_001
    session.commit()
    begun = time.monotonic()
    days = ("--from", "2026-11-10", "--until", "2026-11-10")
    told = run_command(flask_app, "who", "family", str(asker.family.id), *days)
    assert time.monotonic() - begun < 60
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert len(lines) == 6
    assert f"2026-11-10 12:00:00  asker  view    {asker.caseworker.name}" in told.output
    assert "Ingrid" not in told.output
    assert lines[-1].startswith("5 looks")
