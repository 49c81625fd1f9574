"""Somebody comes onto a family's list while a match is under way: no step goes on before a decision."""

import datetime as dt

import pytest

from app.guides.models import GuideStatus
from app.matches import services as matches
from app.matches.models import GuideKind, MatchStatus
from app.matches.models.starting import MeetingPlace
from app.matches.services import Arrangement, PairVetoed, Plan
from app.no_contact import services
from app.no_contact.models import Verdict
from app.no_contact.services import Feared
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.guides.answers import letters
from tests.matches.people import ADDRESSES, Steps, match_at
from tests.pages import get_page, post_page

S, K = MatchStatus, GuideKind


@pytest.fixture
def keeper(session, asker):
    actor = cast.actor(asker, Role.COORDINATOR)
    services.become_coordinator(session, actor, asker.family, now=NOW)
    return actor


@pytest.fixture
def fear(session, asker, keeper):
    """Return a function that notes that the family fears a guide."""

    def fear(guide):
        feared = Feared(name=guide.name, emails=(guide.email,))
        services.add_person(session, keeper, asker.family, feared, once_token="t", now=NOW)
        return guide

    return fear


@pytest.fixture
def other(session, asker):
    return cast.make_guide(
        session, asker, name="Ida Andre", email="ida@asker.example", status=GuideStatus.READY
    )


def arrange(session, keeper, match, parts):
    wanted = Arrangement({guide.id: kind for guide, kind in parts.items()}, None, TODAY)
    return matches.arrange_guides(session, keeper, match, wanted, addresses=ADDRESSES, now=NOW)


def test_the_familys_yes_opens_nothing_whoever_gives_it(
    client, session, asker, keeper, fear, time_machine
):
    time_machine.move_to(NOW)
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    link = Steps(session, asker).family_asked(match).removeprefix("https://guide.example")
    guide = fear(match.lead)
    session.commit()
    with pytest.raises(PairVetoed):
        Steps(session, asker).agreed(match)
    session.rollback()
    page = post_page(client, f"{link}?lang=en", {"answer": "yes"}, status=409)
    assert "the link stays open" in page.main.text.lower()
    session.refresh(match)
    assert match.status is S.FAMILY_ASKED
    assert "match_agreed" not in [one.template for one in letters(session, guide.email)]
    services.decide_hit(session, keeper, match.family, guide.id, Verdict.FAMILY_SAYS_OTHER, now=NOW)
    session.commit()
    assert get_page(client, link).select_one("[name=answer]")
    assert client.post(link, data={"answer": "yes"}).status_code == 303
    session.refresh(match)
    assert match.status is S.AGREED


def test_no_time_no_place_and_no_start(session, asker, keeper, fear):
    place = MeetingPlace(name="The library")
    session.add(place)
    match = match_at(session, asker, S.AGREED)
    fear(match.lead)
    plan = Plan(NOW + dt.timedelta(days=2), place.id)
    with pytest.raises(PairVetoed):
        matches.plan_start_meeting(session, keeper, match, plan, addresses=ADDRESSES, now=NOW)
    with pytest.raises(PairVetoed):
        Steps(session, asker).active(match)


def test_who_is_asked_to_come_in_sees_nothing_of_the_family(session, asker, keeper, fear, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, keeper, match, {match.lead: K.LEAD, other: K.CO})
    fear(other)
    said = matches.NewcomersAnswer(other.id, says_yes=True)
    with pytest.raises(PairVetoed):
        matches.answer_as_newcomer(
            session, keeper, match, answer=said, addresses=ADDRESSES, now=NOW
        )


def test_a_backup_does_not_step_in(session, asker, keeper, fear, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, keeper, match, {match.lead: K.LEAD, other: K.BACKUP})
    fear(other)
    with pytest.raises(PairVetoed):
        arrange(session, keeper, match, {match.lead: K.LEAD, other: K.CO})
    arrange(session, keeper, match, {match.lead: K.LEAD})  # but goes, if they are to go
