"""Who leaves is let go of: no round and no choice keeps their name."""

import json

import pytest
from sqlalchemy import func, select

from app.families.models import Family
from app.families.services.leaving import withdraw_family
from app.guides.services.leaving import leave
from app.matches.models import EndReason, GuideKind, Match, MatchGuide, MatchStatus
from app.matches.services import Ending, end_match
from app.matches.services.protecting import protect_family
from app.rounds import queries, services
from app.rounds.models import MatchingRound, RoundChoice, RoundProposal
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, Steps, match_at


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


def test_a_family_that_withdraws_is_in_no_round_and_the_rounds_still_hold(crowd, computed):
    family = crowd.families[0]
    assert str(family.id) in everything_stored(crowd.session)
    withdraw_family(crowd.session, crowd.actor, family, today=TODAY)
    assert str(family.id) not in everything_stored(crowd.session)
    assert services.replay_round(computed) == ()
    assert {p.family_id for p in queries.stored_pairs(computed)} == {
        other.id for other in crowd.families[1:]
    }
    assert crowd.compute().totals["families"] == 2


def test_a_guide_who_leaves_is_in_no_round(crowd, computed):
    guide = crowd.guides[0]
    leave(crowd.session, guide, now=NOW, today=TODAY)
    assert str(guide.id) not in everything_stored(crowd.session)
    assert services.replay_round(computed) == ()
    assert guide.id not in {p.guide_id for p in queries.stored_pairs(computed)}


def test_a_family_whose_address_is_protected_leaves_no_number_behind(crowd, computed):
    family = crowd.families[0]
    protect_family(crowd.session, crowd.actor, family, now=NOW)
    assert everything_stored(crowd.session) == "[]"
    assert crowd.session.scalar(select(func.count(Family.id)).where(Family.id == family.id)) == 0
    assert crowd.compute().totals["families"] == 2


def test_a_protected_familys_proposal_forgets_its_round(crowd, asker, computed):
    family = crowd.families[1]
    pair = (family.id, queries.pairs_of(computed)[family.id])
    wanted = services.Wanted([pair])
    (match,) = services.adopt_pairs(crowd.session, crowd.actor, computed, wanted, now=NOW).proposed
    Steps(crowd.session, asker).withdrawn(match)
    protect_family(crowd.session, crowd.actor, family, now=NOW)
    assert str(family.id) not in everything_stored(crowd.session)
    assert crowd.session.scalar(select(func.count(RoundProposal.id))) == 0
    crowd.session.refresh(match)
    assert (match.status, match.explanation) == (MatchStatus.WITHDRAWN, {})


def test_rounds_that_never_knew_the_protected_family_stay(crowd, asker):
    found = crowd.compute()
    other = crowd.session.get(Family, asker.family.id)  # has a proposal: in no round
    Steps(crowd.session, asker).withdrawn(crowd.session.get(Match, asker.proposal.id))
    protect_family(crowd.session, crowd.actor, other, now=NOW)
    assert crowd.session.get(MatchingRound, found.id) is not None


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
    end_match(session, crowd.actor, match, ending=ending, addresses=ADDRESSES, now=NOW)
    assert str(family_id) not in everything_stored(session)
