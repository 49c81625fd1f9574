"""What a manager, who may see no family, can find out from replays: no household's own."""

import datetime as dt

import pytest
import time_machine

from app.errors import NotFound
from app.matches.services.protecting import protect_family
from app.permissions import Role
from app.reports.models import SimulationRun
from app.reports.queries.results import Result
from app.reports.queries.runs import arrivals_for, get_run, list_latest_runs, result_for
from app.reports.services import simulating
from app.vocabulary import Gender, GenderWish, Interest
from tests.cast import NOW, actor, sign_in
from tests.pages import get_page
from tests.reports.people import YEAR, a_year, family_on, guide_on
from tests.reports.test_simulating import DEFAULTS, trial
from tests.reports.test_simulation_pages import typed

PAGE = "/simulation"
NEAR_ALONE = dict.fromkeys(DEFAULTS, 0) | {"neighbourhood": 1000}


@pytest.fixture(autouse=True)
def _the_last_day_of_the_year():
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        yield


@pytest.fixture
def big(monkeypatch):
    """Every trial is left to the worker."""
    monkeypatch.setattr(simulating, "SMALL_PAIRS", 0)


@pytest.fixture
def a_swinging_guide(session, asker):
    """Seven families of each language and place get a guide; an eighth of one or the other."""
    for language, home in (("ar", asker.centre.id), ("uk", asker.village.id)):
        for _ in range(12):
            family_on(
                session,
                asker,
                200,
                languages={language: (4, 4)},
                neighbourhood_id=home,
                must_share_language=True,
                interests=frozenset({Interest.HIKING} if language == "uk" else {Interest.COOKING}),
            )
        for _ in range(7):
            guide_on(
                session, asker, 200, capacity=1, languages={language: 4}, neighbourhood_id=home
            )
    guide_on(
        session,
        asker,
        210,
        capacity=1,
        languages={"uk": 4, "ar": 2},
        interests=frozenset({Interest.HIKING}),
    )
    session.commit()


def page_as(client, town, role, weights):
    """Try weights as somebody and return the page of what they come to."""
    sign_in(client, town.users[role])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = client.post(town.url(PAGE), data={**typed(weights), "pace": "weekly"})
    assert answer.status_code == 303
    return get_page(client, answer.location)


def changes(page):
    return [cell for cell in page.select("main td") if "→" in cell.text]


def named_on(page):
    """Return the names of all lines, table by table."""
    return [
        line.text.strip()
        for line in page.select("#groups ~ * tbody th, #groups ~ * tbody td:first-child")
    ]


def swings(session, town):
    """Return each line of which another number gets a guide, and how many as it was and is tried."""
    run = trial(session, town, NEAR_ALONE)
    result = Result.from_json(run.result)
    session.delete(run)
    session.commit()
    return [
        (dimension.value, now.figures.matched, tried.figures.matched)
        for dimension, lines in result.now.groups.items()
        for now, tried in zip(lines, result.tried.groups[dimension], strict=True)
        if now.figures.matched != tried.figures.matched
    ]


@pytest.mark.usefixtures("a_swinging_guide")
def test_a_family_that_swings_with_the_weights_is_nobody_to_the_manager(client, session, asker):
    """To the coordinator it shows by language and by place at once: that is its profile."""
    assert {("language", 7, 8), ("language", 8, 7)} <= set(swings(session, asker))
    assert {("neighbourhood", 7, 8), ("neighbourhood", 8, 7)} <= set(swings(session, asker))
    assert changes(page_as(client, asker, Role.COORDINATOR, NEAR_ALONE))
    told = page_as(client, asker, Role.MANAGER, NEAR_ALONE)
    assert told.select("main table") and not changes(told)
    assert "No difference large enough to be shown" in told.main.text
    assert "comes to the same figures" not in told.main.text  # there is one, and it is not told
    assert "rounded to protect households" in told.main.text


@pytest.mark.usefixtures("a_swinging_guide")
def test_every_number_in_the_managers_tables_is_a_step(client, asker):
    page = page_as(client, asker, Role.MANAGER, DEFAULTS)
    rows = [row.select("th, td") for row in page.select("main tbody tr")]
    assert rows
    for row in rows:
        _name, *counts, median, p95, fit = [cell.get_text(" ", strip=True) for cell in row]
        assert all(count == "fewer than 5" or int(count) % 5 == 0 for count in counts)
        assert median == p95 == "not shown"  # of fewer than twenty with a guide
        assert fit == "not shown" or int(fit) % 50 == 0
    assert "25 families, 15 guides" in page.main.text
    assert "25 families came or waited, and 15 guides" in page.main.text


@pytest.mark.parametrize("there", range(9, 14))
def test_one_family_of_a_rare_kind_makes_no_line_come_or_go(client, session, asker, there):
    """Side by side, a page of before it came and one of after would say what kind it is of."""
    for _ in range(there):
        family_on(session, asker, 5, languages={"ar": (4, 4)}, contact_gender=Gender.WOMAN)
    for _ in range(11):
        family_on(session, asker, 7, languages={"uk": (4, 4)}, neighbourhood_id=asker.village.id)
    session.commit()
    before = named_on(page_as(client, asker, Role.MANAGER, DEFAULTS))
    assert "Ukrainian" in before
    assert "The others together" not in before
    family_on(
        session,
        asker,
        100,
        languages={"ti": (4, 4)},
        contact_gender=Gender.MAN,
        neighbourhood_id=asker.village.id,
        gender_wish=GenderWish.WOMAN,
    )
    session.commit()
    assert named_on(page_as(client, asker, Role.MANAGER, DEFAULTS)) == before


def test_few_are_told_as_fewer_than_five_also_before_anything_is_tried(client, session, asker):
    a_year(session, asker, families=2, guides=3)
    sign_in(client, asker.users[Role.MANAGER])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    text = get_page(client, asker.url(PAGE)).main.text
    assert "fewer than 5 families came or waited, and fewer than 5 guides" in text
    manager = actor(asker, Role.MANAGER)
    assert arrivals_for(session, manager, YEAR) == (0, 0)
    assert arrivals_for(session, actor(asker, Role.COORDINATOR), YEAR) == (3, 3)


@pytest.mark.parametrize("came", range(8, 13))
def test_one_family_more_or_less_is_mostly_the_same_number(session, asker, came):
    a_year(session, asker, families=came - 1)  # and the cast's own
    run = trial(session, asker, role=Role.MANAGER)
    assert result_for(actor(asker, Role.MANAGER), run).now.total.families == 10
    assert result_for(actor(asker, Role.COORDINATOR), run).now.total.families == came


def test_who_may_see_families_too_is_told_exactly(session, asker):
    both = actor(asker, Role.MANAGER, Role.CASEWORKER)
    assert not result_for(both, trial(session, asker)).is_coarse


# Whose replays one may open


def test_a_replay_is_opened_by_who_started_it_and_by_coordinators(client, session, asker):
    a_year(session, asker)
    theirs = trial(session, asker).id
    own = trial(session, asker, role=Role.MANAGER).id
    session.commit()
    manager, coordinator = actor(asker, Role.MANAGER), actor(asker, Role.COORDINATOR)
    with pytest.raises(NotFound):
        get_run(session, manager, theirs)
    assert [run.id for run in list_latest_runs(session, manager)] == [own]
    assert {run.id for run in list_latest_runs(session, coordinator)} == {own, theirs}
    session.commit()
    sign_in(client, asker.users[Role.MANAGER])
    assert client.get(asker.url(f"{PAGE}/{theirs}")).status_code == 404
    assert client.get(asker.url(f"{PAGE}/{own}")).status_code == 200
    assert str(theirs) not in client.get(asker.url(PAGE)).text
    sign_in(client, asker.coordinator)
    assert client.get(asker.url(f"{PAGE}/{own}")).status_code == 200


# A family that becomes protected


def test_a_protected_family_leaves_every_replay_as_it_was(session, asker):
    """One that goes would tell: nothing else deletes them."""
    family = family_on(session, asker, 10)
    told = trial(session, asker).result
    protect_family(session, actor(asker, Role.COORDINATOR), family, now=NOW)
    session.expire_all()
    assert [run.result for run in session.query(SimulationRun)] == [told]
