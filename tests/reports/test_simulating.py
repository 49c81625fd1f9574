"""Trials of other weights: computed, stored, told by the worker, and used."""

import datetime as dt

import pytest

from app.errors import NotFound, NotPermitted
from app.jobs import queue
from app.jobs.progress import WorkStatus
from app.jobs.tasks import Tools
from app.matches.queries import settings_for
from app.matches.queries.settings import WEIGHT_NAMES
from app.matches.services import SettingsChangedMeanwhile
from app.matching import ScoringWeights
from app.matching.simulation.comparing import Harm
from app.matching.simulation.pace import Pace
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.reports import tasks
from app.reports.models import SimulationRun
from app.reports.queries.results import Result
from app.reports.queries.runs import get_run, list_latest_runs
from app.reports.services import simulating
from app.reports.services.replaying import PACES, try_out
from tests.cast import NOW, TODAY, actor
from tests.jobs.running import run_due_jobs
from tests.reports.people import YEAR, a_year

S = WorkStatus
DEFAULTS = {name: getattr(ScoringWeights(), name) for name in WEIGHT_NAMES}
OTHERS = DEFAULTS | {"language": DEFAULTS["language"] + 100, "neighbourhood": DEFAULTS["neighbourhood"] - 100}  # fmt: skip


def trial(session, town, weights=None, pace=Pace.WEEKLY, role=Role.COORDINATOR, now=NOW):
    wish = simulating.Wish(weights=weights or OTHERS, pace=pace)
    return simulating.try_weights(session, actor(town, role), wish, now=now, today=TODAY)


def use(session, town, run, role=Role.COORDINATOR):
    simulating.use_weights(session, actor(town, role), run, now=NOW)


@pytest.fixture
def big(monkeypatch):
    """Every trial is too big to be computed while somebody waits for the page."""
    monkeypatch.setattr(simulating, "SMALL_PAIRS", 0)


def test_a_small_trial_is_computed_at_once_and_stored_whole(session, asker):
    a_year(session, asker)
    run = trial(session, asker, pace=Pace.MONTHLY)
    assert (run.status, run.progress, run.until) == (S.DONE, 100, TODAY)
    result = Result.from_json(run.result)
    assert result.as_json() == run.result
    assert result.guides == 6
    assert result.now.total.families == 9  # eight, and the cast's own
    assert result.now.total.matched == 8  # two guides are free again in time
    assert set(result.paces) == set(PACES)
    assert result.paces[Pace.WEEKLY] == result.now.total
    assert result.paces[Pace.MONTHLY].averages.median_days > result.now.total.averages.median_days
    assert {worse.harm for worse in result.comparison.worse} == {Harm.LONGER_WAIT}
    assert [waited.pace for waited in result.advice] == [Pace.WEEKLY, Pace.MONTHLY]


def test_the_same_weights_at_the_same_pace_change_nothing(session, asker):
    a_year(session, asker)
    result = Result.from_json(trial(session, asker, DEFAULTS).result)
    assert result.tried == result.now and not result.comparison.worse


def test_a_trial_is_measured_with_the_weights_that_hold(session, asker):
    """Else a change of the measure would look like a change of what it measures."""
    a_year(session, asker)
    run = trial(session, asker)
    history, tried = simulating.load_trial(session, run)
    assert tried.tried != tried.now
    heard = []
    result = try_out(history, tried, heard.append)
    assert heard == sorted(heard) and 90 < heard[-1] <= 100
    assert result.now.total.averages == result.tried.total.averages
    assert result.now.shares == result.tried.shares
    nothing_tried = Result.from_json(trial(session, asker, DEFAULTS).result)
    assert result.now.total == nothing_tried.now.total


def test_a_match_lasts_as_long_as_the_municipality_agrees_on(session, asker):
    a_year(session, asker)
    _, nine = simulating.load_trial(session, trial(session, asker))
    assert nine.match_days == 9 * 30


def test_weights_that_do_not_sum_are_a_mistake_of_ours(session, asker):
    with pytest.raises(ValueError, match="sum"):
        trial(session, asker, DEFAULTS | {"age": 41})


@pytest.mark.parametrize("role", Role)
def test_who_may_not_see_replays_tries_nothing(session, asker, role):
    if Permission.SIMULATION_VIEW in ROLE_PERMISSIONS[role]:
        assert trial(session, asker, role=role).status is S.DONE
    else:
        with pytest.raises(NotPermitted):
            trial(session, asker, role=role)
        with pytest.raises(NotPermitted):
            list_latest_runs(session, actor(asker, role))


def test_a_manager_sees_and_tries_but_does_not_use(session, asker):
    a_year(session, asker)
    run = trial(session, asker, role=Role.MANAGER)
    with pytest.raises(NotPermitted):
        use(session, asker, run, Role.MANAGER)
    assert settings_for(session).version == 0


def test_tried_weights_hold_from_then_on(session, asker):
    a_year(session, asker)
    run = trial(session, asker)
    before = settings_for(session)
    use(session, asker, run)
    after = settings_for(session)
    assert {name: getattr(after.config.weights, name) for name in WEIGHT_NAMES} == OTHERS
    assert after.config.min_shared_slots == before.config.min_shared_slots
    assert (after.stability, after.version) == (before.stability, 1)


def test_weights_tried_against_others_than_those_that_hold_are_not_used(session, asker):
    a_year(session, asker)
    first, second = trial(session, asker), trial(session, asker, DEFAULTS)
    use(session, asker, first)
    with pytest.raises(SettingsChangedMeanwhile):
        use(session, asker, second)


@pytest.mark.usefixtures("big")
def test_weights_are_not_used_before_they_were_tried(session, asker):
    a_year(session, asker)
    with pytest.raises(simulating.NotTried):
        use(session, asker, trial(session, asker))


@pytest.mark.usefixtures("big")
def test_a_big_trial_is_computed_by_the_worker(session, session_factory, asker):
    a_year(session, asker)
    run = trial(session, asker)
    assert (run.status, run.progress, run.result) == (S.QUEUED, 0, {})
    session.commit()
    run_due_jobs(session_factory)
    session.refresh(run)
    assert (run.status, run.progress) == (S.DONE, 100)
    assert Result.from_json(run.result).now.total.matched == 8


@pytest.mark.usefixtures("big")
def test_the_worker_tells_how_far_it_is(session, session_factory, asker, monkeypatch):
    a_year(session, asker)
    run = trial(session, asker)
    session.commit()
    seen = []

    def compute(history, wanted, told):
        for percent in (20, 60):
            told(percent)
            session.refresh(run)
            seen.append((run.status, run.progress))
            session.commit()
        return try_out(history, wanted)

    monkeypatch.setattr(tasks, "try_out", compute)
    monkeypatch.setattr(tasks, "TELL_EVERY", dt.timedelta(0))
    run_due_jobs(session_factory)
    assert seen == [(S.RUNNING, 20), (S.RUNNING, 60)]


@pytest.mark.usefixtures("big")
def test_a_trial_that_breaks_off_says_so_and_no_more(session, session_factory, asker, monkeypatch):
    a_year(session, asker)
    run = trial(session, asker)
    session.commit()

    def break_off(*_arguments):
        raise ZeroDivisionError("Secret0")

    monkeypatch.setattr(tasks, "try_out", break_off)
    run_due_jobs(session_factory)
    session.refresh(run)
    assert (run.status, run.error) == (S.FAILED, "ZeroDivisionError")
    town, key = str(asker.municipality.id), str(run.id)
    assert not queue.is_enqueued(session, "run_simulation", municipality_id=town, run_id=key)


@pytest.mark.usefixtures("big")
def test_a_job_for_a_trial_that_is_over_does_nothing(session, session_factory, asker):
    run = trial(session, asker)
    run.status = S.FAILED
    session.commit()
    tools = Tools(session_factory, lambda: NOW, None)
    outcome = tasks.run_simulation(tools, str(asker.municipality.id), str(run.id))
    assert outcome.write is None


@pytest.mark.usefixtures("big")
def test_one_trial_at_a_time_and_one_that_is_given_up_stands_in_nobodys_way(session, asker):
    first = trial(session, asker)
    with pytest.raises(simulating.TrialUnderWay):
        trial(session, asker)
    later = NOW + simulating.GIVEN_UP_AFTER + dt.timedelta(minutes=1)
    second = trial(session, asker, now=later)
    session.refresh(first)
    assert (first.status, first.error) == (S.FAILED, "GivenUp")
    assert second.status is S.QUEUED


def test_a_form_that_is_sent_twice_is_computed_once_and_a_minute_later_anew(session, asker):
    first = trial(session, asker)
    assert trial(session, asker) is first
    later = NOW + simulating.SENT_TWICE_WITHIN
    assert trial(session, asker, now=later) is not first


def test_old_trials_are_forgotten(session, asker):
    old = trial(session, asker)
    old_id = old.id
    later = NOW + simulating.KEEP + dt.timedelta(days=1)
    new = trial(session, asker, now=later)
    assert [run.id for run in list_latest_runs(session, actor(asker, Role.COORDINATOR))] == [new.id]
    with pytest.raises(NotFound):
        get_run(session, actor(asker, Role.COORDINATOR), old_id)


def test_a_stored_trial_tells_of_no_person(session, asker):
    a_year(session, asker)
    run = trial(session, asker)
    stored = str({column.name: getattr(run, column.name) for column in SimulationRun.__table__.c})
    assert "Secret" not in stored and "F-" not in stored
    for row in YEAR, asker.family.id, asker.guide.id:
        assert str(row) not in stored


def test_the_neighbours_trials_are_not_found(session, baerum_session, asker, baerum):
    run = trial(session, asker)
    session.commit()
    with pytest.raises(NotFound):
        get_run(baerum_session, actor(baerum, Role.COORDINATOR), run.id)
