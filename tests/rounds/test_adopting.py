"""From a round to proposals, pair by pair."""

import uuid

import pytest
from sqlalchemy import delete, func, select

from app import tenancy
from app.errors import NotFound, NotPermitted
from app.families.services.leaving import withdraw_family
from app.guides.models import GuideStatus
from app.jobs.progress import WorkStatus
from app.matches import services as matches
from app.matches.models import Match, MatchStatus, Origin
from app.messages.models import OutgoingMessage
from app.permissions import Actor, Role
from app.rounds import queries, services
from app.rounds.models import MatchingRound, RoundProposal
from app.rounds.services import adopting
from tests import cast
from tests.cast import NOW
from tests.matches.people import ADDRESSES, propose


def adopt(crowd, found, pairs=None, **wanted):
    if pairs is None:
        pairs = [(p.family_id, p.guide_id) for p in queries.stored_pairs(found)]
    return services.adopt_pairs(
        crowd.session, crowd.actor, found, services.Wanted(pairs, **wanted), now=NOW
    )


def test_every_pair_of_a_round_becomes_a_proposal_that_names_the_round(crowd):
    found = crowd.compute()
    done = adopt(crowd, found)
    assert (len(done.proposed), done.refused) == (3, ())
    pairs = queries.pairs_of(found)
    for match in done.proposed:
        assert (match.status, match.origin) == (MatchStatus.PROPOSED, Origin.MATCHING)
        assert match.lead.id == pairs[match.family_id]
        assert match.explanation["round"]["id"] == str(found.id)
        assert match.explanation["score"] == match.score
        assert queries.find_round_of(crowd.session, match.id).id == found.id
    assert all(guide.places_taken == 0 for guide in crowd.guides)
    assert crowd.session.scalar(select(func.count(OutgoingMessage.id))) == 0


def test_asking_at_once_takes_the_places_and_writes_the_letters(crowd):
    found = crowd.compute()
    done = adopt(crowd, found, asking=ADDRESSES)
    assert {match.status for match in done.proposed} == {MatchStatus.GUIDE_ASKED}
    crowd.session.expire_all()
    assert {match.explanation["round"]["id"] for match in done.proposed} == {str(found.id)}
    for guide in crowd.guides:
        crowd.session.refresh(guide)
    assert [guide.places_taken for guide in crowd.guides] == [1, 1, 1]
    assert crowd.session.scalar(select(func.count(OutgoingMessage.id))) == 3


def test_adopting_twice_makes_nothing_twice(crowd):
    found = crowd.compute()
    adopt(crowd, found)
    again = adopt(crowd, found)
    assert again.proposed == ()
    assert {type(refused.reason) for refused in again.refused} == {matches.FamilyHasOpenMatch}
    assert crowd.session.scalar(select(func.count(RoundProposal.id))) == 3


def test_what_has_changed_refuses_its_own_pair_and_no_other(crowd, asker):
    found = crowd.compute()
    pairs = queries.pairs_of(found)
    gone, taken, fine = crowd.families
    withdraw_family(crowd.session, crowd.actor, gone, now=NOW)
    busy = next(guide for guide in crowd.guides if guide.id == pairs[taken.id])
    busy.places_taken = 1
    crowd.session.flush()
    wanted = [(family.id, pairs[family.id]) for family in crowd.families]
    done = adopt(crowd, found, wanted, asking=ADDRESSES)
    assert [match.family_id for match in done.proposed] == [fine.id]
    reasons = {refused.family_id: type(refused.reason) for refused in done.refused}
    assert reasons == {
        gone.id: services.PairNotInRound,  # whoever leaves is let go of
        taken.id: matches.GuideCannotBeProposed,
    }


def test_a_pair_that_cannot_be_asked_about_is_not_proposed_either(crowd, monkeypatch):
    found = crowd.compute()

    def full(*_arguments, **_named):
        raise matches.GuideAtCapacity("taken in this very moment")

    monkeypatch.setattr("app.rounds.services.adopting.confirm_match", full)
    done = adopt(crowd, found, asking=ADDRESSES)
    assert (done.proposed, len(done.refused)) == ((), 3)
    assert crowd.session.scalar(select(func.count(Match.id))) == 1  # the town's own
    assert crowd.session.scalar(select(func.count(RoundProposal.id))) == 0


def test_a_pair_that_the_round_did_not_form_is_refused(baerum, crowd):
    found = crowd.compute()
    pairs = queries.pairs_of(found)
    family = crowd.families[0]
    other = next(guide for guide in crowd.guides if guide.id != pairs[family.id])
    wanted = [(family.id, other.id), (baerum.family.id, baerum.guide.id), (uuid.uuid4(), other.id)]
    done = adopt(crowd, found, wanted)
    assert done.proposed == ()
    assert {type(refused.reason) for refused in done.refused} == {services.PairNotInRound}


def test_a_pin_against_advice_is_proposed_with_the_note(crowd):
    family, guide = crowd.families[0], crowd.guides[0]
    family.no_pets, guide.has_pets = True, True
    crowd.session.flush()
    services.pin_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)
    found = crowd.compute()
    (refused,) = adopt(crowd, found, [(family.id, guide.id)]).refused
    assert isinstance(refused.reason, matches.ChoiceNoteMissing)
    (match,) = adopt(crowd, found, [(family.id, guide.id)], note="They know the dog").proposed
    assert (match.origin, match.choice_note) == (Origin.BY_HAND, "They know the dog")
    assert match.explanation["round"]["pinned"]


def test_a_pair_that_was_pinned_was_chosen_by_hand(crowd):
    family = crowd.families[0]
    services.pin_pair(crowd.session, crowd.actor, family.id, crowd.guides[0].id, now=NOW)
    made = adopt(crowd, crowd.compute()).proposed
    assert {match.family_id for match in made if match.origin is Origin.BY_HAND} == {family.id}


def test_an_adopted_pin_has_done_its_work(crowd):
    family, guide = crowd.families[0], crowd.guides[2]
    services.pin_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)
    adopt(crowd, crowd.compute())
    assert queries.list_decisions(crowd.session) == []


def test_who_was_proposed_is_out_of_the_next_round(crowd):
    found = crowd.compute()
    family = crowd.families[0]
    adopt(crowd, found, [(family.id, queries.pairs_of(found)[family.id])])
    again = queries.pairs_of(crowd.compute())
    assert set(again) == {other.id for other in crowd.families[1:]}
    assert queries.pairs_of(found)[family.id] not in again.values()


def test_a_guide_who_has_paused_since_is_not_asked(crowd):
    found = crowd.compute()
    for guide in crowd.guides:
        guide.status = GuideStatus.PAUSED
    crowd.session.flush()
    done = adopt(crowd, found, asking=ADDRESSES)
    assert {type(r.reason) for r in done.refused} == {matches.GuideCannotBeProposed}


def test_what_was_decided_since_the_round_holds(crowd):
    """On the page that was left open the pair still stands."""
    found = crowd.compute()
    session, actor, pairs = crowd.session, crowd.actor, queries.pairs_of(found)
    never, elsewhere, kept = crowd.families
    services.veto_pair(session, actor, never.id, pairs[never.id], now=NOW)
    services.pin_pair(session, actor, elsewhere.id, pairs[never.id], now=NOW)
    services.pin_pair(session, actor, kept.id, pairs[kept.id], now=NOW)
    services.veto_pair(session, actor, kept.id, pairs[never.id], now=NOW)
    done = adopt(crowd, found)
    assert [match.family_id for match in done.proposed] == [kept.id]
    assert {refused.family_id: type(refused.reason) for refused in done.refused} == {
        never.id: matches.PairVetoed,
        elsewhere.id: services.FamilyPinnedElsewhere,
    }
    assert session.scalar(select(func.count(RoundProposal.id))) == 1


def test_a_pin_that_was_taken_back_is_adopted_in_nobodys_name(crowd):
    """The round is of before; on the page that was left open the pair still is kept."""
    family, guide = crowd.families[0], crowd.guides[0]
    family.no_pets, guide.has_pets = True, True
    crowd.session.flush()
    services.pin_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)
    found = crowd.compute()
    services.clear_choice(crowd.session, crowd.actor, family.id, guide.id)
    (refused,) = adopt(crowd, found, [(family.id, guide.id)], note="Kept").refused
    assert isinstance(refused.reason, services.PinTakenBack)
    assert crowd.session.scalar(select(func.count(RoundProposal.id))) == 0


def test_a_proposal_of_a_round_that_has_just_gone_stands_by_itself(crowd, monkeypatch):
    found = crowd.compute()
    adopt_one = adopting._adopt

    def adopt_and_the_round_goes(session, *arguments):
        match = adopt_one(session, *arguments)
        session.execute(delete(MatchingRound))
        return match

    pair = queries.stored_pairs(found)[0]
    monkeypatch.setattr(adopting, "_adopt", adopt_and_the_round_goes)
    (match,) = adopt(crowd, found, [(pair.family_id, pair.guide_id)]).proposed
    assert match.status is MatchStatus.PROPOSED
    assert queries.find_round_of(crowd.session, match.id) is None


def test_a_round_under_way_gives_no_proposals(crowd):
    found = crowd.compute()
    found.status = WorkStatus.FAILED
    with pytest.raises(services.RoundNotDone):
        adopt(crowd, found)


def test_only_who_may_confirm_asks(crowd, asker, monkeypatch):
    found = crowd.compute()
    stranger = cast.actor(asker, Role.CASEWORKER)
    with pytest.raises(NotPermitted):
        services.adopt_pairs(crowd.session, stranger, found, services.Wanted([]), now=NOW)
    with pytest.raises(NotPermitted):
        queries.get_round(crowd.session, stranger, found.id)


def test_a_round_of_another_town_is_not_there(baerum, crowd, session_factory):
    found = crowd.compute()
    crowd.session.commit()
    outsider = Actor(baerum.coordinator.id, baerum.municipality.id, frozenset({Role.COORDINATOR}))
    with session_factory() as session:
        tenancy.bind(session, baerum.municipality.id)
        with pytest.raises(NotFound):
            queries.get_round(session, outsider, found.id)


def test_a_proposal_made_by_hand_came_from_no_round(crowd, asker):
    crowd.compute()
    match = propose(crowd.session, asker, crowd.families[0], crowd.guides[0])
    assert queries.find_round_of(crowd.session, match.id) is None
    assert "round" not in match.explanation
