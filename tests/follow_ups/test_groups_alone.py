"""A guide of 16 or 17 is not left alone with a group: whoever has a break or left is not there."""

import datetime as dt

import pytest

from app.desk.queries import TaskKind, list_tasks
from app.endings.models import EndWish, MatchEnding
from app.follow_ups.models import ContactedBy, Light, SpokeWith
from app.follow_ups.queries import Sign, list_standings
from app.follow_ups.services.noting import Contact, note_contact
from app.matches import services
from app.matches.models import MatchStatus, Side
from app.matches.services import LackCode
from app.permissions import Role
from tests.cast import NOW, TODAY, actor
from tests.matches.groups import YOUNG, make_group, make_group_guide
from tests.matches.people import WAY_TO, Steps


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def adult(session, asker):
    return make_group_guide(session, asker, "Anne Voksen")


@pytest.fixture
def match(session, asker, coordinator, adult):
    young = make_group_guide(session, asker, "Emil Ung", age_group=YOUNG)
    choice = services.GroupChoice(adult.id, frozenset({young.id}))
    group = make_group(session, asker)
    match = services.propose_group(session, coordinator, group, choice, now=NOW)
    for step in WAY_TO[MatchStatus.ACTIVE]:
        Steps(session, asker).take(match, step)
    return match


def standing_of(session, coordinator, match):
    [found] = [s for s in list_standings(session, coordinator, TODAY) if s.match is match]
    return found


def test_a_group_with_its_grown_up_is_fine(session, coordinator, match):
    assert Sign.ALONE not in standing_of(session, coordinator, match).signs
    assert services.lacks_of(session, match) == []


def test_a_break_of_the_grown_up_is_red_and_stays_on_the_desk(session, coordinator, match, adult):
    adult.pause(until=TODAY + dt.timedelta(days=14))
    session.flush()
    codes = {lack.code for lack in services.lacks_of(session, match)}
    assert {LackCode.NO_ADULT_GUIDE, LackCode.NUMBER_OF_GUIDES} <= codes
    talked = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.GOOD)
    note_contact(session, coordinator, match, talked, once_token="once", now=NOW)
    standing = standing_of(session, coordinator, match)
    assert standing.light is Light.BAD
    assert standing.signs[Sign.ALONE] == TODAY
    match.guides[0].rest_told_on = TODAY - dt.timedelta(days=6)
    session.flush()
    since = standing_of(session, coordinator, match).signs[Sign.ALONE]
    assert since == TODAY - dt.timedelta(days=6)
    first = list_tasks(session, coordinator, now=NOW, today=TODAY, first_contact_days=7)[0]
    assert (first.kind, first.record_id) == (TaskKind.GROUP_ALONE, match.id)


@pytest.mark.parametrize(("days", "alone"), [(1, False), (0, True), (-3, True)])
def test_a_goodbye_of_the_grown_up_leaves_the_others_alone(
    session, coordinator, match, adult, days, alone
):
    ending = MatchEnding(match_id=match.id, wish=EndWish.STOP, side=Side.GUIDE, said_at=NOW)
    ending.guide_id, ending.handled_on = adult.id, TODAY
    ending.last_meeting_on = TODAY + dt.timedelta(days=days)
    session.add(ending)
    session.flush()
    assert (Sign.ALONE in standing_of(session, coordinator, match).signs) is alone
