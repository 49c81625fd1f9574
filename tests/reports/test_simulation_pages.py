"""The pages on which other weights are tried, and used."""

import datetime as dt

import pytest
import time_machine
from sqlalchemy import event, update

from app.database import engine_of
from app.families.models import Family
from app.jobs.progress import WorkStatus
from app.matches.queries import settings_for
from app.matching.config import MAX_SCORE, ScoringWeights
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.reports.models import SimulationRun
from app.reports.services import simulating
from app.vocabulary import AgeGroup
from tests.cast import NOW, sign_in
from tests.pages import fill, get_page, post_page
from tests.reports.people import a_year
from tests.reports.test_simulating import DEFAULTS, OTHERS

PAGE = "/simulation"


@pytest.fixture(autouse=True)
def _the_last_day_of_the_year():
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        yield


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def form_of(client, town):
    return fill(get_page(client, town.url(PAGE)), PAGE)


def try_out(client, town, **changes):
    """Post the form and return the page of the result."""
    answer = client.post(town.url(PAGE), data=form_of(client, town) | changes)
    assert answer.status_code == 303
    return get_page(client, answer.location)


def runs_of(session):
    """Return the ids of all trials, and let go of the database."""
    found = [run.id for run in session.query(SimulationRun)]
    session.commit()
    return found


def weights_of(session):
    """Return the weights that hold, and let go of the database."""
    weights = settings_for(session).config.weights
    session.commit()
    return weights


def typed(weights):
    return {name: str(value) for name, value in weights.items()}


def test_the_form_shows_the_weights_that_hold_and_their_sum(coordinator, asker):
    shown = form_of(coordinator, asker)
    assert {name: int(shown[name]) for name in DEFAULTS} == DEFAULTS
    assert shown["pace"] == "weekly"
    page = get_page(coordinator, asker.url(PAGE))
    assert page.select_one("output").text == str(MAX_SCORE)
    assert "nothing to replay yet" in page.main.text  # a family, and no guide who is ready


def test_few_families_are_not_told_of(coordinator, session, asker):
    a_year(session, asker, families=3)
    page = try_out(coordinator, asker, **typed(OTHERS))
    assert "Fewer than five families" in page.main.text
    assert not page.select("main table, main form[action$='/use']")


def test_a_trial_shows_what_it_comes_to_by_group_and_offers_the_weights(
    coordinator, session, asker
):
    a_year(session, asker)
    page = try_out(coordinator, asker, **typed(OTHERS), pace="monthly")
    text = page.main.get_text(" ", strip=True)
    assert "9 families, 6 guides" in text
    assert "read them with care" in text
    assert "All families: half would wait up to" in text
    assert "By mother tongue" in text and "By neighbourhood" in text
    assert "Had you waited for monthly rounds" in text and "This is advice" in text
    first = [cell.get_text(" ", strip=True) for cell in page.select("main tbody tr")[0]("td")]
    assert first[:3] == ["All families", "9", "8"] and "now 6, tried" in first[3]
    use = page.select_one("main form[action$='/use']").extract()["action"]
    assert fill(page, PAGE)["language"] == str(OTHERS["language"])  # to go on from there
    assert coordinator.post(use).status_code == 303
    assert weights_of(session).language == OTHERS["language"]
    assert "hold from now on" in get_page(coordinator, asker.url(PAGE)).text


def test_no_page_names_a_family_or_a_guide(coordinator, session, asker):
    a_year(session, asker)
    page = try_out(coordinator, asker, **typed(OTHERS))
    text = page.main.text
    assert "Secret" not in text and asker.family.reference not in text
    assert asker.guide.name not in text


def test_the_weights_that_hold_are_not_offered_again(coordinator, session, asker):
    a_year(session, asker)
    page = try_out(coordinator, asker)
    assert page.select("main table")
    assert not page.select("main form[action$='/use']")


@pytest.mark.parametrize(
    "changes, field, words",
    [
        ({"age": ""}, "age", "Write a number"),
        ({"age": "-4"}, "age", "from 0 to 1000"),
        ({"age": "lots"}, "age", "from 0 to 1000"),
        ({"pace": "hourly"}, "pace", "Choose how often"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    coordinator, session, asker, changes, field, words
):
    sent = form_of(coordinator, asker) | {"burden": "0", "availability": "220"} | changes
    page = post_page(coordinator, asker.url(PAGE), sent)
    assert words in page.select_one("#error-summary").text
    assert page.select_one(f"#error-summary a[href^='#{field}']")
    assert words in page.select_one(f"#{field}-error").text
    again = fill(page, PAGE)
    kept = [name for name in DEFAULTS if name not in changes or changes[name].isdecimal()]
    assert {name: again[name] for name in kept} == {name: sent[name] for name in kept}
    assert runs_of(session) == []


@pytest.mark.parametrize(
    "weight, words",
    [
        ("300", "sum to 1060, and must sum to 1000: take 60 away"),
        ("70", "sum to 830, and must sum to 1000: add 170"),
    ],
)
def test_an_error_in_the_sum_is_told_at_the_sum(coordinator, session, asker, weight, words):
    sent = form_of(coordinator, asker) | {"language": weight}
    page = post_page(coordinator, asker.url(PAGE), sent)
    assert page.title.text.startswith("Error: ")
    assert words in page.select_one("#error-summary a[href='#weights-total']").text
    assert words in page.select_one("#weights-total #weights-total-error").text
    for name in DEFAULTS:
        assert "weights-total-error" in page.select_one(f"#{name}")["aria-describedby"].split()
        assert not page.select_one(f"#{name}-error")
    assert fill(page, PAGE)["language"] == weight
    assert runs_of(session) == []


def test_a_trial_that_changes_no_figure_says_that_there_is_no_difference(
    coordinator, session, asker
):
    a_year(session, asker)
    text = try_out(coordinator, asker).main.text
    assert "No difference" in text and "would be worse off" not in text
    text = try_out(coordinator, asker, pace="monthly").main.text
    assert "No difference" not in text and "would be worse off" in text


@pytest.mark.parametrize("wish", [None, AgeGroup.FROM_30])
def test_an_age_that_nobody_wished_is_no_hundred_per_cent(coordinator, session, asker, wish):
    a_year(session, asker)
    session.execute(update(Family).values(age_wish=wish))
    session.commit()
    page = try_out(coordinator, asker)
    (row,) = (row for row in page.select(".score-terms > div") if row.dt.text == "The guide's age")
    assert ("no one had a wish" in row.text) is (wish is None)
    assert ("%" in row.text) is (wish is not None)


def test_a_trial_keeps_the_weights_it_tried_and_what_they_are_called(coordinator, session, asker):
    a_year(session, asker)
    page = try_out(coordinator, asker, **typed(OTHERS))
    tried = ["Where they live: 240 → 140", "Language: 240 → 340"]
    assert [text for text in tried if text in page.dl.text] == tried
    assert (
        coordinator.post(page.select_one("main form[action$='/use']")["action"]).status_code == 303
    )
    form = get_page(coordinator, asker.url(PAGE))
    assert ", ".join(tried) in form.select_one("section[aria-labelledby=earlier]").text
    again = get_page(coordinator, asker.url(f"{PAGE}/{runs_of(session)[0]}"))
    assert [text for text in tried if text in again.dl.text] == tried


def test_a_change_of_the_weights_is_shown_and_the_old_ones_can_be_tried_again(
    coordinator, session, asker
):
    a_year(session, asker)
    assert not get_page(coordinator, asker.url(PAGE)).select("#changes")
    page = try_out(coordinator, asker, **typed(OTHERS))
    coordinator.post(page.select_one("main form[action$='/use']")["action"])
    page = get_page(coordinator, asker.url(PAGE))
    assert fill(page, PAGE)["language"] == str(OTHERS["language"])
    section = page.select_one("section[aria-labelledby=changes]")
    assert asker.coordinator.name in section.text
    assert "Where they live: 240 → 140, Language: 240 → 340" in section.text
    page = get_page(coordinator, section.a["href"])
    assert "weights of before" in page.main.text
    shown = fill(page, PAGE)
    assert {name: int(shown[name]) for name in DEFAULTS} == DEFAULTS
    assert weights_of(session).language == OTHERS["language"]  # nothing holds before a replay


def test_who_cannot_use_old_weights_is_told_who_can(coordinator, client, session, asker):
    a_year(session, asker)
    page = try_out(coordinator, asker, **typed(OTHERS))
    coordinator.post(page.select_one("main form[action$='/use']")["action"])
    again = get_page(coordinator, asker.url(PAGE)).select_one("section[aria-labelledby=changes] a")
    assert "then you can use them again" in get_page(coordinator, again["href"]).main.text
    sign_in(client, asker.users[Role.MANAGER])
    text = get_page(client, again["href"]).main.text
    assert "a coordinator can use them again" in text and "you can use them" not in text


def test_the_way_back_is_a_change_too_and_offers_what_does_not_hold(coordinator, session, asker):
    a_year(session, asker)
    for weights in (OTHERS, DEFAULTS):
        page = try_out(coordinator, asker, **typed(weights))
        coordinator.post(page.select_one("main form[action$='/use']")["action"])
    section = get_page(coordinator, asker.url(PAGE)).select_one("section[aria-labelledby=changes]")
    assert len(section("li")) == 2
    assert len(section("a")) == 1  # the first change's old weights are those that hold


@pytest.mark.parametrize("change", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_change_that_nobody_knows_fills_nothing(coordinator, asker, change):
    page = get_page(coordinator, asker.url(f"{PAGE}?change={change}"))
    assert {name: int(fill(page, PAGE)[name]) for name in DEFAULTS} == DEFAULTS


def test_a_big_trial_shows_a_bar_and_a_second_one_waits(coordinator, session, asker, monkeypatch):
    monkeypatch.setattr(simulating, "SMALL_PAIRS", 0)
    page = try_out(coordinator, asker)
    assert page.select_one("[data-follow] progress")["value"] == "0"
    sent = form_of(coordinator, asker) | typed(OTHERS)
    page = post_page(coordinator, asker.url(PAGE), sent)
    assert "Another replay is being computed" in page.select_one("#error-summary").text
    assert fill(page, PAGE)["language"] == str(OTHERS["language"])


def test_a_trial_that_broke_off_says_so_and_can_be_tried_again(coordinator, session, asker):
    try_out(coordinator, asker)
    (run_id,) = runs_of(session)
    run = session.get_one(SimulationRun, run_id)
    run.status, run.result = WorkStatus.FAILED, {}
    session.commit()
    page = get_page(coordinator, asker.url(f"{PAGE}/{run_id}"))
    assert "broke off" in page.main.text and fill(page, PAGE)


def test_outdated_trials_say_so_and_are_not_offered(coordinator, session, asker):
    a_year(session, asker)
    first = try_out(coordinator, asker, **typed(OTHERS))
    second = coordinator.post(
        asker.url(PAGE),
        data=form_of(coordinator, asker) | typed(DEFAULTS | {"age": 0, "waiting": 120}),
    ).location
    action = first.select_one("main form[action$='/use']")["action"]
    assert coordinator.post(action).status_code == 303
    page = get_page(coordinator, second)
    assert "have been changed since" in page.main.text
    assert not page.select("main form[action$='/use']")
    assert coordinator.post(f"{second}/use").status_code == 303
    assert "Somebody has changed the weights" in get_page(coordinator, second).text
    assert weights_of(session).language == OTHERS["language"]


def test_a_manager_tries_and_does_not_use(client, session, asker):
    a_year(session, asker)
    sign_in(client, asker.users[Role.MANAGER])
    page = try_out(client, asker, **typed(OTHERS))
    assert page.select("main table")
    assert not page.select("main form[action$='/use']")
    (run_id,) = runs_of(session)
    assert client.post(asker.url(f"{PAGE}/{run_id}/use")).status_code == 404
    assert weights_of(session) == ScoringWeights()


@pytest.mark.parametrize("role", Role)
def test_planning_opens_the_first_page_that_one_may_see(client, asker, role):
    sign_in(client, asker.users[role])
    answer = client.get(asker.url("/planning"))
    held = ROLE_PERMISSIONS[role]
    if Permission.SIMULATION_VIEW not in held:
        assert answer.status_code == 404
        assert client.get(asker.url(PAGE)).status_code == 404
        return
    ends = "/recruiting" if Permission.RECRUITING_VIEW in held else PAGE
    assert answer.status_code == 303 and answer.location.endswith(ends)
    assert client.get(answer.location).status_code == 200


def test_outsiders_find_no_trial(coordinator, client, session, asker, baerum):
    a_year(session, asker)
    try_out(coordinator, asker, **typed(OTHERS))
    (run_id,) = runs_of(session)
    sign_in(client, baerum.coordinator)
    for town in (asker, baerum):
        assert client.get(town.url(f"{PAGE}/{run_id}")).status_code == 404
        assert client.post(town.url(f"{PAGE}/{run_id}/use")).status_code == 404


def test_the_page_of_a_trial_takes_at_most_twelve_queries(coordinator, session, asker):
    a_year(session, asker)
    for _ in range(3):
        try_out(coordinator, asker, **typed(OTHERS))
    url = asker.url(f"{PAGE}/{runs_of(session)[0]}")
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    engine = engine_of(coordinator.application.extensions["session_factory"])
    event.listen(engine, "before_cursor_execute", note)
    try:
        get_page(coordinator, url)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 0 < len(seen) <= 12, seen
