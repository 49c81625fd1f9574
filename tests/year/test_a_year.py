"""A year in the life of a municipality: at every step the desk shows exactly what is due.

FULL=1 lives through several years, each with other luck, and reads the desk on every day.
"""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import select

from app.desk.queries import TaskKind
from app.follow_ups.models import FollowUp
from app.guides.models import Guide as GuideRow
from app.guides.models import GuideStatus
from app.matches.models import OPEN, WAITS_FOR_ANSWER, Match, MatchStatus
from app.messages.models import MessageStatus, OutgoingMessage
from tests.year.calendar_of_events import (
    APPLICANTS,
    FAMILIES,
    FIRST,
    FULL,
    ILL,
    LAST,
    NO_POST,
    STOPS,
    TWICE,
    Year,
)
from tests.year.oracle import Books, days, last_day
from tests.year.town import MAIN, SECOND, PostOffice, Town

SEEDS = (1, 2, 3, 4) if FULL else (1,)
READ_EVERY = 1 if FULL else 5  # days
# What must have stood on the desk in any year, or the script has become too quiet.
OFTEN = {
    TaskKind.CONTACT_APPLICANT,
    TaskKind.INTERVIEW,
    TaskKind.STEPS_MISSING,
    TaskKind.APPROVE,
    TaskKind.CONFIRM,
    TaskKind.ASK_FAMILY,
    TaskKind.REMIND_GUIDE,
    TaskKind.REMIND_FAMILY,
    TaskKind.PLAN_START,
    TaskKind.START_MEETING,
    TaskKind.RUNS_OUT,
    TaskKind.CONTACT_PAIR,
    TaskKind.NOT_MEETING,
    TaskKind.MAY_NOT_MEET,
    TaskKind.GUIDE_STOPS,
    TaskKind.TRANSFER,
    TaskKind.FIND_GUIDE,
    TaskKind.FIND_GROUP_GUIDES,
    TaskKind.ATTENDANCE,
    TaskKind.FAILED_MESSAGE,
    TaskKind.POSSIBLE_HIT,
}


@pytest.fixture
def post():
    with PostOffice().open() as post:
        yield post


@pytest.fixture
def town(flask_app, time_machine, post) -> Town:
    town = Town(flask_app, time_machine, post)
    town.go_to(FIRST, 5)
    town.build()
    return town


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_desk_shows_what_is_due_all_year_and_nothing_is_forgotten(town, seed):
    books = Books()
    year = Year(town, books, seed)
    for number in range((LAST - FIRST).days + 1):
        live(year, FIRST + days(number), reads=number % READ_EVERY == 0)
    ensure_much_has_happened(year)
    ensure_nothing_is_forgotten(town, books)


def live(year: Year, day: dt.date, *, reads: bool) -> None:
    """Live one day: the worker, then the people, then the office."""
    town = year.town
    stands_still = any(first <= day <= last for first, last in STOPS)
    town.post.closed = NO_POST[0] <= day <= NO_POST[1]
    if not stands_still:
        begin_day(year, day)
    town.go_to(day, 9)
    year.people_act()
    town.go_to(day, 10)
    if reads:
        compare(year, "before work")
    year.work()
    if reads:
        compare(year, "after work")
    if FULL and not stands_still:
        town.go_to(day, 15)
        town.let_worker_run()


def begin_day(year: Year, day: dt.date) -> None:
    """Do the day's work: at six on some days, on others when the night's letters leave."""
    town = year.town
    for hour, minute in ((6, 1), (8, 30)) if FULL or day.weekday() == 0 else ((8, 30),):
        town.go_to(day, hour, minute)
        town.let_worker_run()
    year.books.morning(day)
    if day in TWICE:
        before = len(town.post.letters)
        town.do_daily_work_again()
        assert len(town.post.letters) == before, "a letter was written twice"


def compare(year: Year, when: str) -> None:
    """Compare the desk with the books, and with them who has which place."""
    town, books = year.town, year.books
    shown, due = town.desk(), books.due(town.now, town.today)
    extra, missing = sorted(shown - due), sorted(due - shown)
    where = f"seed {year.seed}, {town.today} {when}"
    assert not (extra or missing), f"{where}: not due {extra}, not shown {missing}"
    with town.at_work() as session:
        rows = session.scalars(select(GuideRow).where(GuideRow.status != GuideStatus.ENDED))
        kept = {row.name: (row.status.value, row.places_taken, row.paused_until) for row in rows}
    told = {
        guide.name: (guide.status, guide.taken, guide.paused_until)
        for guide in books.guides
        if guide.status != "ended"
    }
    assert kept == told, f"{where}: {sorted(set(kept.items()) ^ set(told.items()), key=str)}"


def ensure_nothing_is_forgotten(town: Town, books: Books) -> None:
    """Look at the records themselves: nobody and nothing waits without a day."""
    today = town.today
    with town.at_work() as session:
        matches = session.scalars(select(Match)).all()
        waiting = [match for match in matches if match.status in WAITS_FOR_ANSWER]
        assert all(today <= one.expires_on <= last_day(today) for one in waiting)
        assert not [one for one in matches if one.status not in WAITS_FOR_ANSWER and one.expires_on]
        messages = Counter(session.scalars(select(OutgoingMessage.status)))
        failed = session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.status == MessageStatus.FAILED)
        ).all()
        unhandled = {row.id for row in failed if row.needs_somebody}
        planned = select(FollowUp).where(FollowUp.done_on.is_(None), FollowUp.asked_at.is_(None))
        active = {match.id for match in matches if match.status is MatchStatus.ACTIVE}
        unasked = [
            row for row in session.scalars(planned) if row.due_on < today and row.match_id in active
        ]
        ahead = {row.match_id for row in session.scalars(planned) if row.due_on >= today}
        places = Counter(
            guide.name
            for one in matches
            if one.status in OPEN - {"proposed"}
            for guide in one.takers
        )
        taken = {guide.name: guide.places_taken for guide in session.scalars(select(GuideRow))}
    assert messages[MessageStatus.SENT] > 500
    due = {line.who for line in books.due(town.now, today)}
    # What still waits was written today, or leaves when its night is over.
    assert unhandled == {b.key for b in books.bounces if not b.handled}
    assert {town.names[row.match_id] for row in unasked} <= due
    begun = {pair.key for pair in books.pairs if pair.stepped_on == today}  # planned tomorrow
    assert active <= ahead | begun | {key for key, name in town.names.items() if name in due}
    assert {name: number for name, number in taken.items() if number} == dict(places)
    # Whoever applied was contacted, has left, or stands on the desk.
    assert all(guide.status != "applied" or guide.name in due for guide in books.guides)
    assert all(
        course.called_off or set(course.booked) == course.ticked or course.name in due
        for course in books.courses
        if course.ends_at < town.now
    )
    assert all(move.closed or move.name in due for move in books.moves)


def ensure_much_has_happened(year: Year) -> None:
    """Keep the script from becoming a quiet one: each of these it must have told of."""
    books, town = year.books, year.town
    ends = Counter(pair.status for pair in books.pairs)
    wishes = {(pair.wish.what, pair.wish.side) for pair in books.pairs if pair.wish}
    replies = Counter(
        reply.said
        for pair in books.pairs
        for contact in pair.contacts
        for said in contact.replies.values()
        for reply in said
    )
    assert (len(books.guides), len(books.families)) == (APPLICANTS, FAMILIES + 1)
    assert all(ends[status] for status in ("declined", "expired", "withdrawn", "ended")), ends
    assert all(replies[said] for said in ("fine", "not_meeting", "talk")), replies
    assert len(wishes) >= 4, wishes
    of_group = [(pair.name, pair.status) for pair in books.pairs if pair.family.is_group]
    met = any(pair.family.is_group and pair.started_on for pair in books.pairs)
    assert met, of_group
    young = [(guide.name, guide.status, guide.certificate) for guide in books.guides if guide.young]
    assert any(guide.young for pair in books.pairs for guide in pair.others), (young, of_group)
    assert books.moves and books.bounces and any(pair.worries for pair in books.pairs)
    assert year.stepped_in and any(guide.leads_couple for guide in books.guides)
    assert any(course.queue_was_long for course in books.courses) or not FULL
    assert year.seen >= OFTEN, sorted(OFTEN - year.seen)
    with town.at_work() as session:
        keys = select(OutgoingMessage.once_key).where(OutgoingMessage.template == "desk_digest")
        digests = set(session.scalars(keys))
    main, second = (town.users[name] for name in (MAIN, SECOND))
    week = ILL[0].isocalendar().week + 1  # she was away from its first day to its last
    assert f"digest 2030 {week} {second}" in digests
    assert (
        f"digest 2030 {week} {main}" not in digests and f"digest 2030 {week + 3} {main}" in digests
    )
