"""Tasks are given and handed back; who is away has somebody who stands in."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from app.accounts.models import Membership
from app.duties import queries, services
from app.duties.models import Absence, Assignment
from app.errors import NotFound, NotPermitted
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY

TASK = ("find_guide", uuid.uuid4())
WEEK = dt.timedelta(days=7)


@pytest.fixture
def office(session, asker, baerum):
    """Two coordinators of Asker, and one of Bærum."""
    other = asker.users[Role.MANAGER]  # who has a second role
    town = asker.municipality.id
    session.add(Membership(user_id=other.id, municipality_id=town, role=Role.COORDINATOR))
    session.commit()
    return asker.coordinator, other, baerum.coordinator


@pytest.fixture
def actor(asker):
    return cast.actor(asker, Role.COORDINATOR)


def away(who, stands_in, first=TODAY, last=TODAY + WEEK) -> services.Away:
    return services.Away(who.id, stands_in.id, first, last)


def test_a_task_has_one_owner_and_can_be_handed_back(session, actor, office):
    one, other, _stranger = office
    for who in (one, other, other):
        services.assign_task(session, actor, *TASK, user_id=who.id, now=NOW)
        assert session.scalars(select(Assignment)).one().user_id == who.id
    for _again in range(2):
        assert services.assign_task(session, actor, *TASK, user_id=None, now=NOW) is None
    assert session.scalars(select(Assignment)).all() == []


def test_tasks_go_to_colleagues_only(session, actor, asker, office):
    for stranger in (office[2].id, asker.guide.user_id, asker.caseworker.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            services.assign_task(session, actor, *TASK, user_id=stranger, now=NOW)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MANAGER, Role.GUIDE, Role.ADMINISTRATOR])
def test_others_give_no_tasks_and_see_no_absences(session, asker, office, role):
    outsider = cast.actor(asker, role)
    with pytest.raises(NotPermitted):
        services.assign_task(session, outsider, *TASK, user_id=office[0].id, now=NOW)
    with pytest.raises(NotPermitted):
        services.note_absence(session, outsider, away(*office[:2]), now=NOW)
    with pytest.raises(NotPermitted):
        queries.list_absences(session, outsider)


def test_the_substitute_stands_in_from_the_first_day_to_the_last(session, actor, office):
    one, other, _stranger = office
    services.note_absence(session, actor, away(one, other), now=NOW)
    for day, stands_in in ((-1, {}), (0, {one.id: other.id}), (7, {one.id: other.id}), (8, {})):
        assert queries.substitutes_on(session, TODAY + dt.timedelta(days=day)) == stands_in


def test_who_comes_back_early_has_the_tasks_again_and_the_note_stays(session, actor, office):
    absence = services.note_absence(session, actor, away(*office[:2]), now=NOW)
    services.end_absence(session, actor, absence, now=NOW)
    assert queries.substitutes_on(session, TODAY) == {}
    assert queries.list_absences(session, actor) == [absence]
    with pytest.raises(services.AbsenceOver):
        services.end_absence(session, actor, absence, now=NOW)


@pytest.mark.parametrize("shift", [-7, -3, 0, 7])
def test_nobody_is_away_twice_and_no_substitute_is_away(session, actor, office, shift):
    one, other, _stranger = office
    services.note_absence(session, actor, away(one, other), now=NOW)
    first = TODAY + dt.timedelta(days=shift)
    with pytest.raises(services.AwayAlready):
        services.note_absence(session, actor, away(one, other, first, first + WEEK), now=NOW)
    with pytest.raises(services.SubstituteIsAway):
        services.note_absence(session, actor, away(other, one, first, first + WEEK), now=NOW)
    assert len(session.scalars(select(Absence)).all()) == 1


def test_the_day_after_an_absence_another_may_begin(session, actor, office):
    services.note_absence(session, actor, away(*office[:2]), now=NOW)
    later = TODAY + WEEK + dt.timedelta(days=1)
    services.note_absence(session, actor, away(*office[:2], later, later), now=NOW)
    assert len(session.scalars(select(Absence)).all()) == 2
