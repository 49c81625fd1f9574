"""Rounds are computed whole, once, and can be proved from what is stored."""

import datetime as dt
import json
import threading
import uuid

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.errors import NotPermitted
from app.families.models import Family, FamilyStatus
from app.guides.models import GuideStatus
from app.jobs import queue
from app.jobs.progress import WorkStatus
from app.jobs.tasks import Tools
from app.matching.planning import ChangeCode
from app.permissions import Role
from app.rounds import queries, record, services, tasks
from app.rounds.models import MatchingRound, RoundProposal
from app.rounds.queries.board import read_board
from app.rounds.services import computing
from tests import cast
from tests.cast import NOW, TODAY
from tests.jobs.running import real_now, run_due_jobs
from tests.rounds.people import crowd_in

S = WorkStatus


@pytest.fixture
def big(monkeypatch):
    """Every round is too big to be computed at once."""
    monkeypatch.setattr(computing, "PAIRS_AT_ONCE", 0)


def count_rounds(session) -> int:
    return session.scalar(select(func.count(MatchingRound.id)))


def strings_in(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from strings_in(item)
            yield key
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
    elif isinstance(value, str):
        yield value


def test_a_small_round_is_done_at_once(crowd):
    found = crowd.compute()
    assert (found.status, found.progress, found.by_id) == (S.DONE, 100, crowd.actor.user_id)
    assert (found.family_count, found.totals["families"]) == (3, 3)
    pairs = queries.stored_pairs(found)
    assert {pair.family_id for pair in pairs} == {family.id for family in crowd.families}
    assert len({pair.guide_id for pair in pairs}) == 3
    assert sum(pair.score for pair in pairs) == found.totals["quality"]
    assert (queries.stored_waiting(found), queries.stored_idle(found)) == ((), ())


def test_the_live_plan_and_the_stored_round_say_the_same(crowd):
    found = crowd.compute()
    plan = queries.open_plan(crowd.session, crowd.actor, today=TODAY)
    live = {(p.family_id, p.guide_id, p.score, p.backup_id) for p in plan.pairs}
    stored = queries.stored_pairs(found)
    assert live == {(p.family_id, p.guide_id, p.score, p.backup_id) for p in stored}


def test_who_has_no_place_left_is_in_no_pair(crowd, asker):
    """The town's own guide has the open proposal of another family."""
    found = crowd.compute()
    assert asker.guide.id not in {pair.guide_id for pair in queries.stored_pairs(found)}
    assert asker.family.id not in set(queries.pairs_of(found))


def test_nothing_about_a_person_is_stored(crowd):
    found = crowd.compute()
    known = {str(key.id) for key in (*crowd.families, *crowd.guides)}
    for value in strings_in(found.problem | found.answer):
        try:
            uuid.UUID(value)
        except ValueError:
            assert value.replace("_", "").isalnum() and value.islower(), value
    told = json.dumps([found.problem, found.answer, found.config, found.totals])
    for person in (*crowd.families, *crowd.guides):
        for word in (getattr(person, "name", ""), getattr(person, "contact_name", "")):
            assert not word or word not in told
    assert known <= set(strings_in(found.problem))


def test_pressing_twice_makes_one_round(crowd):
    first = crowd.compute()
    assert crowd.compute(NOW + dt.timedelta(minutes=1)).id == first.id
    assert count_rounds(crowd.session) == 1


def test_a_change_makes_a_round_stale_and_a_night_does_not(crowd):
    found = crowd.compute()
    session, actor = crowd.session, crowd.actor
    tomorrow = TODAY + dt.timedelta(days=1)
    assert not queries.is_stale(found, queries.open_situation(session, actor, today=tomorrow))
    crowd.guides[0].availability = 0
    session.flush()
    assert queries.is_stale(found, queries.open_situation(session, actor, today=TODAY))
    again = crowd.compute(NOW + dt.timedelta(minutes=1))
    assert again.id != found.id
    assert crowd.guides[0].id not in {p.guide_id for p in queries.stored_pairs(again)}


def test_an_applicant_who_can_take_nobody_changes_no_round(crowd, asker):
    found = crowd.compute()
    cast.make_guide(crowd.session, asker, name="New applicant")
    now = queries.open_situation(crowd.session, crowd.actor, today=TODAY)
    assert not queries.is_stale(found, now)


def test_the_next_day_counts_the_waiting_anew(crowd):
    first = crowd.compute()
    second = crowd.compute(NOW + dt.timedelta(days=1))
    assert second.id != first.id
    assert queries.previous_pairs(second) == queries.pairs_of(first)
    assert all(pair.kept for pair in queries.stored_pairs(second))


def test_what_is_decided_hides_no_news_of_the_day(crowd):
    """A pin computes anew; what has changed since the suggestions were made is still told."""
    first = crowd.compute()
    lost = crowd.guides[0]
    lost.status = GuideStatus.PAUSED
    crowd.session.flush()
    second = crowd.compute(NOW + dt.timedelta(minutes=1))
    news = {c.family_id for c in queries.stored_changes(second) if c.before == lost.id}
    assert len(news) == 1
    family = next(f for f in crowd.families if f.id not in news)
    guide = queries.pairs_of(second)[family.id] or crowd.guides[1].id
    services.pin_pair(crowd.session, crowd.actor, family.id, guide, now=NOW)
    later = NOW + dt.timedelta(minutes=2)
    third = services.compute_round(crowd.session, crowd.actor, now=later, goes_on=True)
    assert third.id not in {first.id, second.id}
    assert news <= {change.family_id for change in queries.stored_changes(third)}
    assert queries.previous_pairs(third) == queries.pairs_of(second)  # stability: the latest
    assert queries.taken_since(third) == queries.taken_since(second)
    tomorrow = NOW + dt.timedelta(days=1)
    fourth = services.compute_round(crowd.session, crowd.actor, now=tomorrow, goes_on=True)
    assert queries.stored_changes(fourth) == ()


def test_a_pair_that_something_forbade_last_time_is_called_possible_now(crowd):
    family, *others = crowd.families
    for other in others:
        other.status = FamilyStatus.MATCHED
    family.no_pets = True
    for guide in crowd.guides:
        guide.has_pets = True
    crowd.session.flush()
    assert queries.stored_waiting(crowd.compute()) == (family.id,)
    family.no_pets = False
    crowd.session.flush()
    (change,) = queries.stored_changes(crowd.compute(NOW + dt.timedelta(minutes=1)))
    assert change.code is ChangeCode.NOW_POSSIBLE


def test_only_who_may_propose_computes(session, asker):
    for role in (Role.CASEWORKER, Role.GUIDE, Role.MANAGER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            services.compute_round(session, cast.actor(asker, role), now=NOW)
        with pytest.raises(NotPermitted):
            queries.latest_round(session, cast.actor(asker, role))


def test_two_towns_have_rounds_of_their_own(session_factory, asker, baerum):
    found = {}
    for town in (asker, baerum):
        with session_factory() as session:
            tenancy.bind(session, town.municipality.id)
            crowd = crowd_in(session, town)
            assert read_board(session, crowd.actor).latest is None  # whatever the neighbours have
            found[town.slug] = crowd.compute()
            assert read_board(session, crowd.actor).latest is found[town.slug]
            session.commit()
    told = json.dumps(found["asker"].problem)
    with session_factory() as session:
        tenancy.bind(session, baerum.municipality.id)
        theirs = session.scalars(select(Family.id)).all()
        assert session.get(MatchingRound, found["asker"].id) is None
        assert session.get(MatchingRound, found["baerum"].id) is not None
    assert not any(str(key) in told for key in theirs)


@pytest.mark.usefixtures("big")
def test_a_big_round_is_computed_by_the_worker(crowd, session_factory):
    queued = crowd.compute()
    assert (queued.status, queued.progress) == (S.QUEUED, 0)
    assert crowd.compute().id == queued.id
    crowd.session.commit()
    run_due_jobs(session_factory)
    crowd.session.refresh(queued)
    assert (queued.status, queued.progress, queued.attempts) == (S.DONE, 100, 1)
    assert queued.totals["families"] == 3
    assert services.replay_round(queued) == ()


@pytest.mark.usefixtures("big")
def test_a_round_whose_worker_died_is_computed_by_the_next(crowd, session_factory):
    queued = crowd.compute()
    crowd.session.commit()
    tools = Tools(session_factory, real_now, None)
    town, key = str(crowd.town.municipality.id), str(queued.id)
    dead = tasks.compute_round(tools, town, key)  # computed, and killed before it wrote
    crowd.session.refresh(queued)
    assert (queued.status, queued.progress) == (S.RUNNING, tasks.SOLVED)
    crowd.session.commit()
    run_due_jobs(session_factory)
    crowd.session.refresh(queued)
    assert (queued.status, queued.attempts) == (S.DONE, 2)
    computed_at = queued.computed_at
    crowd.session.commit()
    with session_factory() as session:  # the dead one wakes up: its result does not count
        dead.write(session)
        session.commit()
    crowd.session.refresh(queued)
    assert (queued.computed_at, queued.attempts) == (computed_at, 2)


@pytest.mark.usefixtures("big")
def test_of_two_workers_at_one_round_the_last_one_counts(crowd, session_factory):
    queued = crowd.compute()
    crowd.session.commit()
    tools = Tools(session_factory, real_now, None)
    town, key = str(crowd.town.municipality.id), str(queued.id)
    first, second = (tasks.compute_round(tools, town, key) for _ in range(2))
    for outcome, status in ((first, S.RUNNING), (second, S.DONE)):
        with session_factory() as session:
            outcome.write(session)
            session.commit()
        crowd.session.refresh(queued)
        assert (queued.status, queued.attempts) == (status, 2)
        crowd.session.commit()


@pytest.mark.usefixtures("big")
def test_a_round_whose_job_waits_for_a_worker_is_not_given_up(crowd, session_factory, flask_app):
    queued = crowd.compute()
    crowd.session.commit()
    late = Tools(
        session_factory, lambda: NOW + dt.timedelta(hours=3), flask_app.extensions["settings"]
    )
    with session_factory() as session:
        tasks.sweep_rounds(late, str(crowd.town.municipality.id)).write(session)
        session.commit()
    crowd.session.refresh(queued)
    assert queued.status is S.QUEUED
    assert crowd.compute(NOW + dt.timedelta(hours=3)).id == queued.id


@pytest.mark.usefixtures("big")
def test_a_round_that_kills_its_workers_is_given_up(crowd, session_factory):
    queued = crowd.compute()
    crowd.session.commit()
    tools = Tools(session_factory, real_now, None)
    town, key = str(crowd.town.municipality.id), str(queued.id)
    for _ in range(computing.MOST_ATTEMPTS):
        assert tasks.compute_round(tools, town, key).write is not None
    assert tasks.compute_round(tools, town, key).write is None
    crowd.session.refresh(queued)
    assert (queued.status, queued.error) == (S.FAILED, "GivenUp")


@pytest.mark.usefixtures("big")
def test_a_computation_that_breaks_is_told_and_not_tried_for_hours(
    crowd, session_factory, monkeypatch
):
    def break_off(*_arguments, **_named):
        raise ZeroDivisionError("Amal Asker")

    queued = crowd.compute()
    crowd.session.commit()
    monkeypatch.setattr("app.rounds.queries.situation.plan_round", break_off)
    run_due_jobs(session_factory)
    crowd.session.refresh(queued)
    assert (queued.status, queued.error) == (S.FAILED, "ZeroDivisionError")
    town, key = str(crowd.town.municipality.id), str(queued.id)
    assert not queue.is_enqueued(crowd.session, "compute_round", municipality_id=town, round_id=key)
    assert queries.latest_failure(crowd.session, crowd.actor).id == queued.id


def test_a_round_that_nobody_works_on_is_swept_and_stands_in_nobodys_way(
    crowd, session_factory, flask_app
):
    stuck = MatchingRound(status=S.RUNNING, asked_at=NOW, updated_at=NOW)
    crowd.session.add(stuck)
    crowd.session.commit()
    early = Tools(
        session_factory, lambda: NOW + dt.timedelta(minutes=4), flask_app.extensions["settings"]
    )
    late = Tools(
        session_factory, lambda: NOW + dt.timedelta(minutes=6), flask_app.extensions["settings"]
    )
    for tools, status in ((early, S.RUNNING), (late, S.FAILED)):
        with session_factory() as session:
            tasks.sweep_rounds(tools, str(crowd.town.municipality.id)).write(session)
            session.commit()
        crowd.session.refresh(stuck)
        assert stuck.status is status
        crowd.session.commit()
    assert crowd.compute().status is S.DONE


def test_who_presses_does_not_wait_for_the_sweep(crowd):
    stuck = MatchingRound(status=S.RUNNING, asked_at=NOW, updated_at=NOW)
    crowd.session.add(stuck)
    crowd.session.flush()
    assert crowd.compute(NOW + dt.timedelta(minutes=4)).id == stuck.id
    assert crowd.compute(NOW + dt.timedelta(minutes=6)).status is S.DONE
    assert stuck.status is S.FAILED


def test_many_who_press_at_once_make_one_round(session_factory, asker, crowd):
    crowd.session.commit()
    barrier, found, errors = threading.Barrier(6), [], []

    def press():
        barrier.wait()
        try:
            with session_factory() as session:
                tenancy.bind(session, asker.municipality.id)
                found.append(services.compute_round(session, crowd.actor, now=NOW).id)
                session.commit()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(found)) == 1
    assert count_rounds(crowd.session) == 1


def test_the_newest_twenty_are_kept_and_those_that_a_proposal_came_from(crowd, asker):
    session = crowd.session
    cited = crowd.compute()
    session.add(RoundProposal(round_id=cited.id, match_id=asker.proposal.id))
    second = crowd.compute(NOW + dt.timedelta(days=1))
    for day in range(2, 25):
        newest = crowd.compute(NOW + dt.timedelta(days=day))
    kept = {found.id for found in queries.list_rounds(session, crowd.actor)}
    assert len(kept) == computing.KEPT + 1
    assert {cited.id, newest.id} <= kept
    assert second.id not in kept
    assert queries.find_round_of(session, asker.proposal.id).id == cited.id


def test_a_stored_round_is_read_back_as_it_was(crowd):
    plan = queries.open_plan(crowd.session, crowd.actor, today=TODAY)
    found = crowd.compute()
    problem = record.read_problem(found.problem)
    assert problem.edges.score.tolist() == plan.problem.edges.score.tolist()
    assert problem.edges.guide_count == plan.problem.edges.guide_count
    answer = record.read_answer(found.answer)
    for name in ("guide", "backup", "pinned", "score"):
        assert getattr(answer, name).tolist() == getattr(plan.round, name).tolist()
    assert answer.prices.family.tolist() == plan.round.prices.family.tolist()
    assert (answer.totals, answer.step) == (plan.round.totals, plan.round.step)


@pytest.mark.parametrize("part", ["guide", "backup", "score", "totals", "prices"])
def test_a_tampered_answer_does_not_hold(crowd, part):
    found = crowd.compute()
    assert services.replay_round(found) == ()
    answer = json.loads(json.dumps(found.answer))
    if part == "totals":
        answer["totals"]["quality"] += 1
    elif part == "prices":
        answer["prices"]["family"][0] += 1
    else:
        answer[part] = [*answer[part][1:], answer[part][0] + 1]
    found.answer = answer
    assert part in services.replay_round(found)


def test_a_worse_answer_is_found_out_even_if_the_solver_repeats_it(crowd, monkeypatch):
    """The certificate rests on prices, not on the solver: both wrong together is still seen."""
    found = crowd.compute()
    answer = json.loads(json.dumps(found.answer))
    lost = answer["score"][0]
    answer["guide"][0] = answer["backup"][0] = -1
    answer["score"][0] = 0
    answer["totals"]["families"] -= 1
    answer["totals"]["quality"] -= lost
    found.answer = answer
    repeated = record.read_answer(answer)
    monkeypatch.setattr("app.rounds.services.replaying.solve_round", lambda _problem: repeated)
    assert services.replay_round(found) == ("certificate",)


def test_the_command_proves_rounds_and_fails_on_one_that_does_not_hold(crowd, flask_app):
    found = crowd.compute()
    crowd.session.commit()
    run = flask_app.test_cli_runner().invoke
    result = run(args=["rounds", "replay"])
    assert (result.exit_code, "the same, and proved" in result.output) == (0, True)
    assert run(args=["rounds", "replay", str(uuid.uuid4())]).exit_code == 1
    answer = dict(found.answer)
    answer["totals"] = answer["totals"] | {"quality": 1}
    found.answer = answer
    crowd.session.commit()
    result = run(args=["rounds", "replay", str(found.id)])
    assert (result.exit_code, "ANOTHER ANSWER: totals" in result.output) == (1, True)
