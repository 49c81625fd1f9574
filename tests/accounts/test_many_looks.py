"""Sixty pages of people within an hour: then whoever looks shows once more that it is them."""

import datetime as dt
import uuid

import pytest
import time_machine

from app.accounts.many_looks import MOST
from app.accounts.models import Membership, RecordKind
from app.accounts.services.looks import Onlooker, Seen, record_looks
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.tenancy import bind
from tests.accounts.staff import Desk
from tests.cast import sign_in
from tests.pages import get_page

MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def reader(flask_app, client, session, asker, clock):
    """A coordinator who has signed in, and opened as many pages as may be."""
    desk = Desk(flask_app, session, asker)
    desk.type_password(client)
    desk.type_code(client)
    clock.shift(dt.timedelta(seconds=1))
    reading(session, desk.user, MOST - 1)
    assert client.get(f"/asker/guides/{asker.guide.id}").status_code == 200
    return desk


def reading(session, user, pages: int) -> None:
    """Note that somebody has opened pages that show two records each."""
    for _each in range(pages):
        onlooker = Onlooker(
            user.id, frozenset(), "families.show", uuid.uuid4(), dt.datetime.now(dt.UTC)
        )
        seen = [Seen(RecordKind.FAMILY, uuid.uuid4()), Seen(RecordKind.MATCH, uuid.uuid4())]
        record_looks(session, onlooker, seen)
    session.commit()


def test_the_sixty_first_page_asks_and_then_it_goes_on(client, reader, asker, clock):
    page = f"/asker/families/{asker.family.id}"
    answer = client.get(page)
    assert answer.status_code == 303
    assert answer.location == f"/me/confirmation?next={page}&why=pages"
    page_text = get_page(client, answer.location).main.get_text()
    assert "many people" in page_text or "mange" in page_text
    clock.shift(dt.timedelta(minutes=1))
    answer = client.post(answer.location, data={"confirmation_code": reader.code()})
    assert answer.location == page
    get_page(client, page)


def test_who_comes_back_to_the_same_people_is_not_asked(client, session, asker, clock):
    sign_in(client, asker.coordinator)
    clock.shift(dt.timedelta(seconds=1))
    for _again in range(MOST + 1):
        assert client.get(f"/asker/guides/{asker.guide.id}").status_code == 200


def test_pages_in_another_municipality_count_too(
    client, session_factory, session, asker, baerum, clock
):
    """Whoever works in two reads no more than whoever works in one."""
    user = asker.coordinator
    place = baerum.municipality.id
    session.add(Membership(user_id=user.id, municipality_id=place, role=Role.COORDINATOR))
    session.commit()
    sign_in(client, user)
    clock.shift(dt.timedelta(seconds=1))
    with session_factory() as there:
        bind(there, place)
        reading(there, user, MOST - 2)
    guide, family = f"guides/{asker.guide.id}", f"families/{asker.family.id}"
    for page, asked in ((guide, False), (family, False), (guide, True)):
        assert (client.get(f"/asker/{page}").status_code == 303) is asked
    assert client.get(f"/baerum/guides/{baerum.guide.id}").status_code == 303
    get_page(client, "/asker/guides")


def test_lists_and_what_one_types_are_not_stopped(client, reader, asker):
    get_page(client, "/asker/guides")
    get_page(client, "/asker/desk")
    form = client.post(f"/asker/guides/{asker.applicant.id}/contact", data={})
    assert form.status_code != 303 or "confirmation" not in form.location


def test_an_hour_later_nothing_is_asked(client, reader, asker, clock):
    for _each in range(3):  # the session is kept alive, and nobody is looked at
        clock.shift(dt.timedelta(minutes=20))
        get_page(client, "/asker/guides")
    get_page(client, f"/asker/guides/{asker.guide.id}")


def test_others_pages_count_for_others_alone(flask_app, reader, asker):
    colleague = flask_app.test_client()
    sign_in(colleague, asker.users[Role.COORDINATOR])  # the same person, in another browser
    get_page(colleague, f"/asker/guides/{asker.guide.id}")
    other = flask_app.test_client()
    sign_in(other, asker.caseworker)
    get_page(other, f"/asker/families/{asker.family.id}")


def test_who_may_not_see_it_is_not_asked_either(client, reader, asker, baerum):
    assert client.get(f"/baerum/guides/{baerum.guide.id}").status_code == 404


def test_a_guides_own_pages_are_never_too_many(client, session, asker, clock):
    sign_in(client, asker.guide_user)
    asked = session.get(Match, asker.proposal.id)
    asked.status, asked.expires_on = MatchStatus.GUIDE_ASKED, MORNING.date()
    reading(session, asker.guide_user, MOST)
    get_page(client, f"/asker/matches/{asker.proposal.id}")
