"""What the desk reads of this room: in one question to the database, and gone when done."""

import datetime as dt

import pytest
from sqlalchemy import event

from app.database import engine_of
from app.follow_ups import queries, services
from app.follow_ups.models import ContactedBy, FollowUpSettings, Light, PairSide, Reply, SpokeWith
from app.follow_ups.queries import Sign
from app.follow_ups.services import Contact
from app.matches.models import Agreement
from app.matches.services.prolonging import MoreTime, prolong_agreement
from app.oslo import plus_months
from app.permissions import Role
from app.vocabulary import Rhythm
from tests import cast
from tests.endings.people import say
from tests.follow_ups.people import ask, day, live_through, make_pair, morning
from tests.pages import get_page

DAY = dt.timedelta(days=1)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def test_the_whole_list_takes_one_question(session, session_factory, asker, coordinator):
    for _number in range(3):
        make_pair(session, asker)
    session.add(FollowUpSettings(changed_at=cast.NOW))
    session.flush()
    session.expunge_all()
    asked: list[str] = []
    engine = engine_of(session_factory)

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert len(queries.list_due(session, coordinator, day(30))) == 3
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1, asked


def test_the_days_of_silence_are_the_own_municipalitys(
    session, asker, coordinator, baerum, baerum_session
):
    baerum_session.add(FollowUpSettings(silent_days=7, changed_at=cast.NOW))
    baerum_session.commit()
    make_pair(session, asker)
    assert queries.list_due(session, coordinator, day(27)) == []
    assert [d.sign for d in queries.list_due(session, coordinator, day(28))] == [Sign.SILENT]


def test_one_line_a_pair_and_the_gravest_first(session, asker, coordinator):
    quiet, calling, talking = (make_pair(session, asker) for _number in range(3))
    links = ask(session, talking, on=day(35))
    for pair in (quiet, calling):
        services.note_contact(
            session,
            coordinator,
            pair,
            Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.GOOD, day(36)),
            once_token=f"once {pair.id}",
            now=morning(day(35)),
        )
    again = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.GOOD)
    services.note_contact(
        session, coordinator, quiet, again, once_token="again", now=morning(day(35))
    )
    services.answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(36)))
    due = queries.list_due(session, coordinator, day(36))
    assert [(d.match_id, d.sign) for d in due] == [
        (talking.id, Sign.TALK),
        (calling.id, Sign.CONTACT),
    ]


def test_the_desk_leads_to_the_pair_and_lets_it_go_when_staff_have_called(
    client, session, asker, coordinator, time_machine
):
    match = make_pair(session, asker)
    live_through(session, day(7))
    session.commit()
    time_machine.move_to(morning(day(7)), tick=False)
    cast.sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{match.id}/follow-ups")
    assert get_page(client, asker.url("/desk")).select_one(f"a[href='{url}']")
    answers = {"once_token": "x", "spoke_with": "both", "way": "phone", "light": "good"}
    answers |= {"talked_on": day(7).isoformat()}
    assert client.post(url, data=answers).status_code == 303
    assert not get_page(client, asker.url("/desk")).select_one(f"a[href='{url}']")


def agree(session, match, months=9) -> dt.date:
    """Give a match its agreement; return the day on which it is over."""
    match.agreement = Agreement(months=months, rhythm=Rhythm.WEEKLY, family_locale="nb")
    session.flush()
    return plus_months(match.started_on, months)


def signs_of(session, actor, match, on):
    return queries.find_standing(session, actor, match.id, on).signs


def test_the_agreed_time_runs_out_and_no_call_settles_that(session, asker, coordinator):
    match = make_pair(session, asker)
    over = agree(session, match)
    soon = over - 14 * DAY
    live_through(session, soon - DAY)
    assert Sign.RUNS_OUT not in signs_of(session, coordinator, match, soon - DAY)
    live_through(session, soon, since=soon)
    good = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.GOOD)
    services.note_contact(session, coordinator, match, good, once_token="once", now=morning(soon))
    [line] = [
        due for due in queries.list_due(session, coordinator, soon) if due.match_id == match.id
    ]
    assert (line.sign, line.since, line.due_on) == (Sign.RUNS_OUT, soon, over)
    live_through(session, over + 20 * DAY, since=soon)
    assert Sign.RUNS_OUT in signs_of(session, coordinator, match, over + 20 * DAY)


def test_more_months_or_a_planned_end_settle_it(session, asker, coordinator):
    longer, ends = make_pair(session, asker), make_pair(session, asker)
    over = agree(session, longer)
    agree(session, ends)
    live_through(session, over)
    assert Sign.RUNS_OUT in signs_of(session, coordinator, longer, over)
    more = MoreTime(3, over, over)
    prolong_agreement(session, coordinator, longer, more, once_token="one", now=morning(over))
    say(session, asker, ends, "completed", last_meeting_on=over + DAY, now=morning(over))
    for match in (longer, ends):
        assert Sign.RUNS_OUT not in signs_of(session, coordinator, match, over)
    again = plus_months(longer.started_on, 12) - 14 * DAY
    live_through(session, again, since=over)
    assert signs_of(session, coordinator, longer, again)[Sign.RUNS_OUT] == again
