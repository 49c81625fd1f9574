"""Who was asked and has not answered is reminded once, in time, and by day."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from app.families.models import FamilyStatus
from app.jobs.tasks import Tools
from app.matches.models import Match, MatchStatus
from app.matches.services.answering import answer_by_link
from app.matches.services.reminding import has_unanswered, remind_unanswered
from app.matches.tasks import run_reminders
from app.messages.models import OutgoingMessage
from app.messages.reach import move
from app.messages.services import To
from app.municipalities.models import Municipality
from app.oslo import OSLO
from tests.cast import NOW, sign_in
from tests.matches.people import ADDRESSES, Steps
from tests.pages import fill, get_page

S = MatchStatus
ASKED_ON = NOW.date()


def morning(days):
    """Return six in the morning so many days after the question."""
    day = ASKED_ON + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(6), tzinfo=OSLO).astimezone(dt.UTC)


def daily_work(session, *days):
    for number in days:
        now = morning(number)
        today = ASKED_ON + dt.timedelta(days=number)
        if has_unanswered(session, today=today):
            remind_unanswered(session, addresses=ADDRESSES, now=now, today=today)


def reminders(session):
    statement = select(OutgoingMessage).where(OutgoingMessage.template.endswith("_reminded"))
    return session.scalars(statement.order_by(OutgoingMessage.created_at)).all()


def token_in(letter):
    return letter.body.split("/answers/")[1].split()[0]


@pytest.fixture
def asked(session, asker) -> Match:
    match = session.get(Match, asker.proposal.id)
    match.family.contact_email = "amal@home.example"
    Steps(session, asker).guide_asked(match)
    return match


@pytest.fixture
def family_asked(session, asker, asked) -> Match:
    steps = Steps(session, asker)
    steps.guide_accepted(asked)
    steps.family_asked(asked)
    return asked


def test_a_guide_who_has_not_answered_is_reminded_once_and_by_day(session, asked):
    daily_work(session, 1, 2)
    assert reminders(session) == []
    daily_work(session, 3, 4, 5)
    (letter,) = reminders(session)
    assert (letter.template, letter.about_id) == ("guide_reminded", asked.lead.id)
    assert letter.due_at.astimezone(OSLO).time() == dt.time(8)
    assert asked.family.contact_name not in letter.body + letter.subject


def test_a_family_is_reminded_in_its_own_language(session, family_asked):
    family_asked.family.locale = "ar"
    daily_work(session, 3, 4)
    (letter,) = reminders(session)
    assert (letter.template, letter.locale) == ("family_reminded", "ar")
    assert family_asked.lead.first_name not in letter.body


def test_both_letters_open_until_one_of_them_is_answered(session, asked):
    first = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == "guide_asked")
    ).one()
    daily_work(session, 3)
    (second,) = reminders(session)
    assert token_in(first) != token_in(second)
    answer_by_link(session, token_in(first), refusal=None, addresses=ADDRESSES, now=morning(4))
    assert asked.status is S.GUIDE_ACCEPTED
    daily_work(session, 4, 5)
    assert len(reminders(session)) == 1


def test_after_a_stop_the_reminder_comes_while_there_is_still_time(session, asked):
    daily_work(session, 5)
    assert len(reminders(session)) == 1


def test_nobody_is_reminded_when_it_is_too_late(session, asked):
    daily_work(session, 8)
    assert reminders(session) == []


def test_who_has_answered_left_or_moved_is_not_reminded(session, family_asked):
    move(session, replace(To.family(family_asked.family), email="", phone=""), now=morning(1))
    daily_work(session, 3)
    family_asked.family.status = FamilyStatus.WITHDRAWN
    daily_work(session, 3)
    assert reminders(session) == []


def test_who_is_reached_by_no_letter_is_left_to_staff(session, family_asked):
    family_asked.family.contact_email = ""
    assert not has_unanswered(session, today=ASKED_ON + dt.timedelta(days=3))


def test_a_family_asked_again_has_its_days_from_then_on(session, asker, family_asked):
    Steps(session, asker, now=morning(2)).family_asked(family_asked)
    daily_work(session, 3, 4)
    assert reminders(session) == []
    daily_work(session, 5, 6)
    assert len(reminders(session)) == 1


@pytest.mark.parametrize(("days", "first"), [(1, 1), (4, 4), (0, None)])
def test_the_municipality_decides_when_and_whether(client, asker, session, asked, days, first):
    session.commit()
    sign_in(client, asker.coordinator)
    answers = fill(get_page(client, asker.url("/settings")), "/settings")
    assert answers["reminder_days"] == "3"
    answers |= {"reminder_days": str(days)}
    assert client.post(asker.url("/settings"), data=answers).status_code == 303
    session.expire_all()
    assert session.get(Municipality, asker.municipality.id).reminder_days == days
    for number in range(6):
        daily_work(session, number)
        assert len(reminders(session)) == (first is not None and number >= first)


def test_the_worker_writes_it_and_its_link_leads_to_the_question(
    client, asker, session, session_factory, flask_app, asked
):
    session.commit()
    tools = Tools(session_factory, lambda: morning(3), flask_app.extensions["settings"])
    for _ in range(2):
        outcome = run_reminders(tools, str(asker.municipality.id))
        with session_factory() as own:
            outcome.write(own)
            own.commit()
    (letter,) = reminders(session)
    token = token_in(letter)
    assert f"http://localhost/asker/answers/{token}" in letter.body
    session.commit()
    with time_machine.travel(morning(3), tick=False):
        assert get_page(client, asker.url(f"/answers/{token}")).form
