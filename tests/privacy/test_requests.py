"""Somebody asks for what the law gives them: noted, and due in a month."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.errors import NotFound, NotPermitted
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.personal import Person
from app.privacy.models import Right, RightsRequest
from app.privacy.queries.requests import due_on, list_open
from app.privacy.services.asking import Asked, AskedInTheFuture, note_answered, note_request
from app.privacy.services.erasing import erase
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.pages import fill, get_page, post_page

ACCESS = Asked(Right.ACCESS, TODAY)


@pytest.fixture
def officer(asker):
    return cast.actor(asker, Role.PRIVACY_OFFICER)


def ask(session, actor, record_id, *, form="once", asked=ACCESS):
    whom = (Person.GUIDE, record_id)
    return note_request(session, actor, whom, asked, once_token=form, now=NOW)


def test_a_request_is_due_in_a_month_until_it_is_answered(session, asker, officer):
    request = ask(session, officer, asker.guide.id)
    assert due_on(request) == dt.date(2026, 4, 2)
    assert list_open(session, officer) == [request]
    note_answered(session, officer, request.id, now=NOW)
    note_answered(session, officer, request.id, now=NOW + dt.timedelta(days=3))
    assert (list_open(session, officer), request.answered_on) == ([], TODAY)


def test_the_same_form_sent_twice_counts_once(session, asker, officer):
    first = ask(session, officer, asker.guide.id)
    assert ask(session, officer, asker.guide.id) is first
    ask(session, officer, asker.guide.id, form="another")
    assert len(list_open(session, officer)) == 2


def test_nobody_asks_tomorrow(session, asker, officer):
    asked = Asked(Right.ERASURE, TODAY + dt.timedelta(days=1))
    with pytest.raises(AskedInTheFuture):
        ask(session, officer, asker.guide.id, asked=asked)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PRIVACY_OFFICER}))
def test_others_note_nothing(session, asker, officer, role):
    request = ask(session, officer, asker.guide.id)
    with pytest.raises(NotPermitted):
        ask(session, cast.actor(asker, role), asker.guide.id, form="x")
    with pytest.raises(NotPermitted):
        note_answered(session, cast.actor(asker, role), request.id, now=NOW)


def test_requests_stay_in_their_municipality(session, asker, baerum, officer):
    with pytest.raises(NotFound):
        ask(session, officer, baerum.guide.id)


def test_a_request_goes_with_the_person(session, asker, officer):
    ask(session, officer, asker.guide.id)
    session.get(Match, asker.proposal.id).status = MatchStatus.WITHDRAWN
    session.flush()
    erase(session, Person.GUIDE, asker.guide.id, by_id=None, now=NOW)
    assert session.scalars(select(RightsRequest)).all() == []


def test_the_privacy_officer_notes_and_answers(client, asker, time_machine):
    time_machine.move_to(NOW, tick=False)
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    home, own = asker.url("/data-protection"), f"/data-protection/guides/{asker.guide.id}"
    page = get_page(client, asker.url(f"{own}/requests"))
    late = fill(page, "/requests") | {"right": "access", "asked_on": "2026-03-03"}
    assert "in the past" in post_page(client, asker.url(f"{own}/requests"), late).main.text
    answer = late | {"asked_on": "2026-01-31"}
    assert client.post(asker.url(f"{own}/requests"), data=answer).location == asker.url(own)
    waiting = get_page(client, home)
    assert "due 28 February" in waiting.main.text
    assert "Kari" not in waiting.main.text
    form = waiting.select_one("form[action$='/answer']")
    client.post(form["action"], data=fill(waiting, "/answer"))
    assert "due 28 February" not in get_page(client, home).main.text
