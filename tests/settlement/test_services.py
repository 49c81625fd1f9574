"""The dated series of requests, decisions and settled people."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, select

from app.errors import NotFound, NotPermitted
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.settlement import queries, services
from app.settlement.models import FigureKind, SettlementFigure
from app.settlement.services import FigureExists, NewFigure
from tests import cast

MAY_NOT_CHANGE = [r for r in Role if Permission.SETTLEMENT_CHANGE not in ROLE_PERMISSIONS[r]]
MAY_NOT_VIEW = [r for r in Role if Permission.SETTLEMENT_VIEW not in ROLE_PERMISSIONS[r]]


def figure(year=2023, kind=FigureKind.DECIDED, on=dt.date(2023, 8, 22), persons=435, **more):
    return NewFigure(year=year, kind=kind, dated_on=on, persons=persons, **more)


def add(session, town, *args, role=Role.COORDINATOR, **more):
    return services.add_figure(session, cast.actor(town, role), figure(*args, **more))


def test_a_year_is_a_series_and_its_latest_figure_holds(session, asker):
    add(session, asker, persons=435, minors_under_15=4, minors_over_15=18)
    add(session, asker, on=dt.date(2023, 1, 31), persons=360, date_is_approximate=True)
    add(session, asker, kind=FigureKind.REQUESTED, on=dt.date(2023, 5, 31))
    add(session, asker, year=2024, on=dt.date(2023, 12, 14), persons=300)
    years = queries.list_years(session, cast.actor(asker, Role.MANAGER))
    assert [year.number for year in years] == [2024, 2023]
    assert [row.persons for row in years[1].figures] == [360, 435, 435]
    assert years[1].latest(FigureKind.DECIDED).minors_over_15 == 18
    assert years[1].latest(FigureKind.SETTLED) is None


def test_one_kind_has_one_figure_on_a_date(session, asker):
    add(session, asker)
    with pytest.raises(FigureExists):
        add(session, asker, persons=1)
    assert session.scalar(select(SettlementFigure.persons)) == 435


def test_municipalities_have_their_own_series(session, baerum_session, asker, baerum):
    foreign = add(baerum_session, baerum)
    baerum_session.commit()
    assert queries.list_years(session, cast.actor(asker, Role.COORDINATOR)) == []
    for stranger in (foreign.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            queries.get_figure(session, cast.actor(asker, Role.COORDINATOR), stranger)
    assert add(session, asker).persons == 435


@pytest.mark.parametrize("role", MAY_NOT_CHANGE)
def test_only_who_may_changes_the_series(session, asker, role):
    row = add(session, asker, role=Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        add(session, asker, on=dt.date(2023, 9, 1), role=role)
    with pytest.raises(NotPermitted):
        services.remove_figure(session, cast.actor(asker, role), row)
    assert session.scalar(select(func.count(SettlementFigure.id))) == 1


@pytest.mark.parametrize("role", MAY_NOT_VIEW)
def test_only_who_may_sees_the_series(session, asker, role):
    with pytest.raises(NotPermitted):
        queries.list_years(session, cast.actor(asker, role))


def test_a_mistake_is_taken_out(session, asker):
    row = add(session, asker)
    services.remove_figure(session, cast.actor(asker, Role.COORDINATOR), row)
    assert queries.list_years(session, cast.actor(asker, Role.COORDINATOR)) == []
