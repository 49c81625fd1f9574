"""Where everybody who could act is a guide of the pair, somebody else is told that there is it."""

import pytest
from sqlalchemy import select

from app.accounts.models import Membership, User
from app.follow_ups.models import Concern, PairSide, Reply
from app.follow_ups.services import answer_by_link, raise_concern_by_link
from app.follow_ups.services.unheard import list_unheard, tell_what_nobody_hears
from app.follow_ups.tasks import defer_unheard, tell_unheard
from app.jobs.tasks import Tools
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests.cast import NOW
from tests.follow_ups.people import ask, day, make_pair, morning

STAFF = "https://guide.example/asker/staff"


def letters(session):
    statement = select(OutgoingMessage).where(OutgoingMessage.template == "nobody_hears")
    return session.scalars(statement).all()


@pytest.fixture
def match(session, asker):
    """A pair whose guide is the town's only coordinator."""
    pair = make_pair(session, asker)
    pair.lead.user_id = asker.coordinator.id
    session.flush()
    return pair


@pytest.fixture(params=["wish", "concern"])
def said(request, session, match):
    links = ask(session, match, on=day(21))
    if request.param == "wish":
        answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(22)))
    else:
        raise_concern_by_link(
            session, links[PairSide.FAMILY], once_token="once", now=morning(day(22))
        )
    return match


def test_the_administrator_is_told_once_that_there_is_something_and_not_what(session, asker, said):
    for number in (22, 23):
        assert tell_what_nobody_hears(session, staff_url=STAFF, now=morning(day(number))) == 1
    (letter,) = letters(session)
    assert letter.recipient == asker.users[Role.ADMINISTRATOR].email
    assert STAFF in letter.body
    for word in (said.family.reference, said.family.contact_name, said.lead.first_name):
        assert word not in letter.body + letter.subject


def test_another_coordinator_hears_it_and_no_letter_is_written(session, asker, said):
    colleague = User(name="Tora To", email="tora@asker.example", created_at=NOW)
    colleague.memberships.append(
        Membership(municipality_id=asker.municipality.id, role=Role.COORDINATOR)
    )
    session.add(colleague)
    session.flush()
    assert list_unheard(session) == []
    colleague.active = False
    session.flush()
    assert len(list_unheard(session)) == 1


def test_what_has_been_looked_after_is_not_told(session, said):
    for concern in session.scalars(select(Concern)):
        concern.handled_on = day(22)
    session.flush()
    heard = session.scalars(select(Concern)).all()
    assert len(list_unheard(session)) == (0 if heard else 1)


def test_a_pair_whose_guide_coordinates_nothing_is_on_the_desk(session, asker):
    pair = make_pair(session, asker)
    links = ask(session, pair, on=day(21))
    answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(22)))
    assert list_unheard(session) == []


def test_the_daily_work_writes_it(session, session_factory, flask_app, asker, said):
    now = morning(day(22))
    defer_unheard(session, now, day(22))
    session.commit()
    tools = Tools(session_factory, lambda: now, flask_app.extensions["settings"])
    with session_factory() as own:
        tell_unheard(tools, str(asker.municipality.id)).write(own)
        own.commit()
    assert "http://localhost/asker/staff" in letters(session)[0].body
