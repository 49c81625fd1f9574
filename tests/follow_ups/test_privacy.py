"""What a family says stays from its guide: in every page, message and step of the match."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts.models import Membership
from app.errors import NotFound
from app.follow_ups import queries, services
from app.follow_ups.models import ContactedBy, Light, PairSide, Reply, SpokeWith
from app.follow_ups.services import Contact
from app.matches.models import Match, MatchEvent
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.architecture.test_routes import ids_of
from tests.follow_ups.people import ask, day, make_pair, morning

MADE_ANEW = re.compile(rb'name="(once_token|csrf_token|seen)" value="[^"]*"')


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def links(session, match):
    tokens = ask(session, match, on=day(21))
    session.commit()
    return tokens


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(morning(day(22)), tick=False)


def staff_speak_with_the_family(session, asker, match):
    services.note_contact(
        session,
        cast.actor(asker, Role.COORDINATOR),
        session.get_one(Match, match.id),
        Contact(SpokeWith.FAMILY, ContactedBy.THROUGH_INTERPRETER, Light.BAD, day(24)),
        once_token="once",
        now=morning(day(22)),
    )


def family_says(session, links):
    token, now = links[PairSide.FAMILY], morning(day(22))
    services.answer_by_link(session, token, reply=Reply.TALK, now=now)
    services.raise_concern_by_link(session, token, once_token="worried", now=now)


def pages_of(flask_app, client, asker, match, links):
    """Return every page that somebody can open about a match, with the family's link left out."""
    known = ids_of(asker) | {"match_id": match.id, "token": links[PairSide.GUIDE]}
    known["family_id"] = match.family_id
    pages = {}
    for rule in flask_app.url_map.iter_rules():
        if rule.rule.endswith("/looks"):
            continue  # each visit adds a line to the log
        if "municipality" in rule.arguments <= set(known) and "GET" in rule.methods:
            url = flask_app.url_map.bind("").build(rule.endpoint, known)
            response = client.get(url)
            pages[url] = (response.status_code, MADE_ANEW.sub(b"", response.data))
    return pages


def changed(before, after):
    return sorted(url for url in before if before[url] != after[url])


@pytest.mark.campaign
@pytest.mark.usefixtures("clock")
def test_a_guide_sees_the_same_pages_whatever_the_family_says_and_staff_do(
    flask_app, client, session, asker, match, links
):
    cast.sign_in(client, asker.guide_user)
    before = pages_of(flask_app, client, asker, match, links)
    assert any(str(match.id) in url and page[0] == 200 for url, page in before.items())
    family_says(session, links)
    session.commit()
    assert changed(before, pages_of(flask_app, client, asker, match, links)) == []
    staff_speak_with_the_family(session, asker, match)
    session.commit()
    assert changed(before, pages_of(flask_app, client, asker, match, links)) == []


@pytest.mark.campaign
@pytest.mark.usefixtures("clock")
def test_a_guide_who_is_also_staff_sees_the_same_pages_too(
    flask_app, client, session, asker, match, links
):
    town, user = asker.municipality.id, asker.guide_user.id
    session.add(Membership(user_id=user, municipality_id=town, role=Role.COORDINATOR))
    session.commit()
    cast.sign_in(client, asker.guide_user)
    before = pages_of(flask_app, client, asker, match, links)
    family_says(session, links)
    session.commit()
    assert changed(before, pages_of(flask_app, client, asker, match, links)) == []
    staff_speak_with_the_family(session, asker, match)
    session.commit()
    assert changed(before, pages_of(flask_app, client, asker, match, links)) == []


def test_no_message_and_no_step_follows_from_what_a_family_says(session, asker, match, links):
    def traces():
        return (
            session.scalar(select(func.count(OutgoingMessage.id))),
            session.scalar(select(func.count(MatchEvent.id))),
            match.status,
            match.family.status,
        )

    before = traces()
    family_says(session, links)
    assert traces() == before
    staff_speak_with_the_family(session, asker, match)
    session.flush()
    assert traces() == before


def test_staff_who_are_the_guide_themselves_are_told_nothing_and_open_nothing(
    session, asker, match, links
):
    family_says(session, links)
    both = cast.actor(asker, Role.GUIDE, Role.COORDINATOR)
    assert queries.list_due(session, both, day(22)) == []
    assert queries.list_standings(session, both, day(22)) == []
    assert queries.find_standing(session, both, match.id, day(22)) is None
    concern = queries.get_record(session, cast.actor(asker, Role.COORDINATOR), match.id).concerns[0]
    for look in (
        lambda: queries.get_pair(session, both, match.id),
        lambda: queries.get_record(session, both, match.id),
        lambda: queries.get_concern(session, both, concern.id),
    ):
        with pytest.raises(NotFound):
            look()
    colleague = cast.actor(asker, Role.COORDINATOR)
    assert [due.match_id for due in queries.list_due(session, colleague, day(22))] == [match.id]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
@pytest.mark.usefixtures("clock")
def test_others_than_the_coordinator_do_not_see_how_it_goes(
    client, session, asker, match, links, role
):
    family_says(session, links)
    session.commit()
    cast.sign_in(client, asker.users[role])
    for path in (f"/matches/{match.id}/follow-ups", f"/matches/{match.id}/family-link"):
        assert client.get(asker.url(path)).status_code == 404
        assert client.post(asker.url(path)).status_code == 404
    assert client.get(asker.url("/follow-ups")).status_code == 404
    told = client.get(asker.url(f"/matches/{match.id}"))
    assert "Wants to talk" not in told.text and "Somebody must act" not in told.text
