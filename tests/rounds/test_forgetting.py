"""Who leaves is let go of: no round and no choice keeps their name."""

import json
import threading

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.errors import NotFound
from app.families.models import Family, FamilyWithdrawn
from app.families.services.leaving import withdraw_family
from app.guides.models import Guide
from app.guides.services.leaving import leave
from app.jobs.progress import WorkStatus
from app.matches.models import EndReason, GuideKind, Match, MatchGuide, MatchStatus
from app.matches.services import Ending, end_match
from app.matches.services.protecting import protect_family
from app.rounds import queries, record, services
from app.rounds.models import MatchingRound, RoundChoice, RoundProposal
from app.rounds.queries import Situation
from app.rounds.services import computing
from app.rounds.views import deciding
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.jobs.running import run_due_jobs
from tests.matches.people import Steps, match_at


@pytest.fixture
def computed(crowd) -> MatchingRound:
    """A round, with a pin and a veto about its first family."""
    session, actor, (family, *_) = crowd.session, crowd.actor, crowd.families
    services.pin_pair(session, actor, family.id, crowd.guides[0].id, now=NOW)
    services.veto_pair(session, actor, family.id, crowd.guides[1].id, now=NOW)
    return crowd.compute()


def everything_stored(session) -> str:
    session.expire_all()
    rounds = session.scalars(select(MatchingRound)).all()
    choices = session.scalars(select(RoundChoice)).all()
    told = [[r.problem, r.answer, r.config, r.totals] for r in rounds]
    told += [[str(c.family_id), str(c.guide_id)] for c in choices]
    return json.dumps(told)


def test_a_family_that_withdraws_leaves_an_empty_row(crowd, computed):
    family = crowd.families[0]
    row = computed.problem["families"].index(str(family.id))
    others = [pair for pair in queries.stored_pairs(computed) if pair.family_id != family.id]
    assert str(family.id) in everything_stored(crowd.session)
    withdraw_family(crowd.session, crowd.actor, family, now=NOW)
    assert str(family.id) not in everything_stored(crowd.session)
    problem, answer = record.read_problem(computed.problem), record.read_answer(computed.answer)
    assert problem.edges.degrees()[row] == 0
    assert problem.edges.degrees().sum() == problem.edges.edge_count > 0
    emptied = (problem.priority, problem.pin_score, answer.score, answer.prices.family)
    assert {column[row].item() for column in emptied} == {0}
    nobody = (problem.pins, problem.previous, answer.guide, answer.backup)
    assert {column[row].item() for column in nobody} == {-1}
    assert problem.vetoes.tolist() == []
    assert queries.stored_pairs(computed) == tuple(others)
    assert list(queries.rounds_to_replay(crowd.session, None)) == []
    assert crowd.compute().totals["families"] == 2


def test_a_guide_who_leaves_is_in_no_round(crowd, computed):
    guide = crowd.guides[0]
    leave(crowd.session, guide, now=NOW, today=TODAY)
    assert str(guide.id) not in everything_stored(crowd.session)
    assert services.replay_round(computed) == ()
    assert guide.id not in {p.guide_id for p in queries.stored_pairs(computed)}


def test_a_family_whose_address_is_protected_leaves_what_one_that_withdraws_leaves(crowd, computed):
    """A round that goes, or another hole in it, would tell why somebody is gone."""
    family, left = crowd.families[0], []
    for go in (protect_family, withdraw_family):
        kept = crowd.session.begin_nested()
        go(crowd.session, crowd.actor, family, now=NOW)
        left.append(everything_stored(crowd.session))
        kept.rollback()
        crowd.session.expire_all()
    assert left[0] == left[1]
    assert str(family.id) not in left[0]
    assert json.loads(left[0])


def test_the_months_round_has_changed_when_a_family_in_it_is_protected(
    crowd, asker, client, computed
):
    assert crowd.compute() is computed
    protect_family(crowd.session, crowd.actor, crowd.families[0], now=NOW)
    crowd.session.commit()
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Something has changed" in client.get(asker.url("/round")).text
    assert crowd.compute().totals["families"] == 2


def test_a_protected_familys_proposal_keeps_its_round_and_forgets_its_reasons(
    crowd, asker, computed
):
    family = crowd.families[1]
    pair = (family.id, queries.pairs_of(computed)[family.id])
    wanted = services.Wanted([pair])
    (match,) = services.adopt_pairs(crowd.session, crowd.actor, computed, wanted, now=NOW).proposed
    Steps(crowd.session, asker).withdrawn(match)
    protect_family(crowd.session, crowd.actor, family, now=NOW)
    assert str(family.id) not in everything_stored(crowd.session)
    assert crowd.session.scalar(select(func.count(RoundProposal.id))) == 1
    crowd.session.refresh(match)
    assert (match.status, match.explanation) == (MatchStatus.WITHDRAWN, {})


def test_a_family_that_leaves_at_the_end_of_a_match_is_let_go_of(crowd, asker, session):
    Steps(session, asker).withdrawn(session.get(Match, asker.proposal.id))
    crowd.compute()
    family_id = asker.family.id
    assert str(family_id) in everything_stored(session)
    proposal = Match(family_id=family_id, proposed_at=NOW, score=1)
    proposal.guides.append(MatchGuide(guide_id=asker.guide.id, kind=GuideKind.LEAD))
    session.add(proposal)
    session.flush()
    asker.proposal = proposal
    match = match_at(session, asker, MatchStatus.ACTIVE)
    ending = Ending(EndReason.MOVED, family_waits=False)
    end_match(session, crowd.actor, match, ending=ending, now=NOW)
    assert str(family_id) not in everything_stored(session)


# Somebody leaves while a round is being computed


def how_to_go(way, factory, crowd):
    """Return a function that takes the crowd's first family or guide out, in its own transaction."""

    def go():
        with factory() as session:
            tenancy.bind(session, crowd.town.municipality.id)
            family = session.get(Family, crowd.families[0].id)
            if way == "protected":
                protect_family(session, crowd.actor, family, now=NOW)
            elif way == "withdrawn":
                withdraw_family(session, crowd.actor, family, now=NOW)
            else:
                leave(session, session.get(Guide, crowd.guides[0].id), now=NOW, today=TODAY)
            session.commit()

    return go


def who_is_gone(way, crowd) -> str:
    return str(crowd.guides[0].id if way == "guide" else crowd.families[0].id)


WAYS = pytest.mark.parametrize("way", ["protected", "withdrawn", "guide"])


@WAYS
def test_the_worker_throws_away_what_it_knows_of_somebody_who_left_meanwhile(
    crowd, session_factory, monkeypatch, way
):
    monkeypatch.setattr(computing, "PAIRS_AT_ONCE", 0)
    queued = crowd.compute()
    crowd.session.commit()
    gone = who_is_gone(way, crowd)
    solve, go, solved = Situation.solve, how_to_go(way, session_factory, crowd), []

    def solve_while_one_goes(situation):
        plan = solve(situation)
        solved.append(plan)
        if len(solved) == 1:
            go()
        return plan

    monkeypatch.setattr(Situation, "solve", solve_while_one_goes)
    run_due_jobs(session_factory)
    run_due_jobs(session_factory)
    assert len(solved) == 2
    assert gone not in everything_stored(crowd.session)
    assert (queued.status, queued.attempts) == (WorkStatus.DONE, 2)
    assert services.replay_round(queued) == ()


@WAYS
def test_who_leaves_while_a_request_computes_waits_and_is_forgotten(
    crowd, session_factory, monkeypatch, way
):
    crowd.session.commit()
    gone = who_is_gone(way, crowd)
    solve, errors = Situation.solve, []
    go = how_to_go(way, session_factory, crowd)

    def leave_now():
        try:
            go()
        except Exception as error:
            errors.append(error)

    leaver = threading.Thread(target=leave_now)

    def solve_while_one_goes(situation):
        leaver.start()
        leaver.join(timeout=0.5)  # it would be through by now, were nobody in its way
        return solve(situation)

    monkeypatch.setattr(Situation, "solve", solve_while_one_goes)
    crowd.compute()
    crowd.session.commit()
    leaver.join()
    assert errors == []
    assert gone not in everything_stored(crowd.session)


def test_a_round_that_waits_is_computed_without_a_family_protected_since(
    crowd, session_factory, monkeypatch
):
    monkeypatch.setattr(computing, "PAIRS_AT_ONCE", 0)
    queued = crowd.compute()
    protect_family(crowd.session, crowd.actor, crowd.families[0], now=NOW)
    crowd.session.commit()
    run_due_jobs(session_factory)
    crowd.session.refresh(queued)
    assert (queued.status, queued.totals["families"]) == (WorkStatus.DONE, 2)


def test_who_is_protected_while_pairs_are_adopted_waits_and_is_forgotten(
    crowd, session_factory, asker, client, monkeypatch
):
    """Both want the turn and the rounds: in one order, or each would wait for the other."""
    found = crowd.compute()
    other = cast.make_family(crowd.session, asker, reference="P-1")
    key = other.id
    crowd.session.commit()
    sign_in(client, asker.coordinator)
    pair = queries.stored_pairs(found)[0]
    errors, compute = [], deciding.services.compute_round

    def protect():
        try:
            with session_factory() as meanwhile:
                tenancy.bind(meanwhile, asker.municipality.id)
                protect_family(meanwhile, crowd.actor, meanwhile.get(Family, key), now=NOW)
                meanwhile.commit()
        except Exception as error:
            errors.append(error)

    protector = threading.Thread(target=protect)

    def compute_while_one_is_protected(*arguments, **named):
        protector.start()
        protector.join(timeout=0.5)
        return compute(*arguments, **named)

    monkeypatch.setattr(deciding.services, "compute_round", compute_while_one_is_protected)
    url = asker.url("/round/proposals")
    answer = client.post(url, data={"pairs": f"{pair.family_id}:{pair.guide_id}"})
    protector.join()
    assert (answer.status_code, errors) == (303, [])
    crowd.session.expunge_all()
    assert crowd.session.get(Family, key).is_forgotten
    assert str(key) not in everything_stored(crowd.session)


def test_whoever_acts_on_a_family_that_was_forgotten_meanwhile_finds_nobody(crowd, session_factory):
    crowd.session.commit()
    family = crowd.families[0]
    how_to_go("protected", session_factory, crowd)()
    with pytest.raises(NotFound):
        protect_family(crowd.session, crowd.actor, family, now=NOW)
    with pytest.raises(FamilyWithdrawn):
        withdraw_family(crowd.session, crowd.actor, family, now=NOW)
