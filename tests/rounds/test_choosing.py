"""Pins and vetoes: what a coordinator decides holds, and can be kept."""

import threading

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotFound, NotPermitted
from app.families.models import Family, FamilyStatus
from app.families.services.leaving import withdraw_family
from app.guides.models import Guide, GuideStatus
from app.guides.services.leaving import leave
from app.matches.models import Match
from app.matching.types import RuleCode
from app.permissions import Role
from app.rounds import queries, services
from app.rounds.models import ChoiceKind, RoundChoice
from app.vocabulary import GenderWish
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import propose


@pytest.fixture
def pin(crowd):
    def pin_them(family, guide):
        return services.pin_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)

    return pin_them


@pytest.fixture
def veto(crowd):
    def veto_them(family, guide):
        return services.veto_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)

    return veto_them


def choices(crowd):
    rows = queries.list_decisions(crowd.session)
    return {(row.family_id, row.guide_id): row.kind for row in rows}


def given(crowd) -> dict:
    return queries.pairs_of(crowd.compute())


def test_a_pin_holds_even_where_the_round_would_choose_otherwise(crowd, pin):
    family, before = crowd.families[2], given(crowd)
    other = next(guide for guide in crowd.guides if guide.id != before[family.id])
    pin(family, other)
    found = crowd.compute()
    (pair,) = [p for p in queries.stored_pairs(found) if p.family_id == family.id]
    assert (pair.guide_id, pair.pinned, pair.kept) == (other.id, True, False)


def test_a_vetoed_pair_is_never_formed_not_even_as_a_backup(crowd, veto):
    family = crowd.families[0]
    for guide in crowd.guides[:2]:
        veto(family, guide)
    found = crowd.compute()
    (pair,) = [p for p in queries.stored_pairs(found) if p.family_id == family.id]
    assert (pair.guide_id, pair.backup_id) == (crowd.guides[2].id, None)


def test_pinning_anew_replaces_the_familys_pin_and_the_pairs_veto(crowd, pin, veto):
    family, (one, other, third) = crowd.families[0], crowd.guides
    veto(family, other)
    veto(family, third)
    pin(family, one)
    pin(family, other)
    assert choices(crowd) == {
        (family.id, other.id): ChoiceKind.PIN,
        (family.id, third.id): ChoiceKind.VETO,
    }
    veto(family, other)
    assert set(choices(crowd).values()) == {ChoiceKind.VETO}


def test_what_was_never_decided_cannot_be_taken_back(crowd, pin):
    family, guide = crowd.families[0], crowd.guides[0]
    pin(family, guide)
    clear = services.clear_choice
    clear(crowd.session, crowd.actor, family.id, guide.id)
    with pytest.raises(services.AlreadyUndone):
        clear(crowd.session, crowd.actor, family.id, guide.id)
    assert choices(crowd) == {}


def test_what_a_colleague_decided_since_the_page_was_drawn_is_not_overturned(crowd):
    session, actor = crowd.session, crowd.actor
    family, (one, other, third) = crowd.families[0], crowd.guides
    nothing = services.Seen()
    services.veto_pair(session, actor, family.id, one.id, now=NOW, seen=nothing)
    with pytest.raises(services.DecidedMeanwhile):
        services.pin_pair(session, actor, family.id, one.id, now=NOW, seen=nothing)
    services.pin_pair(session, actor, family.id, other.id, now=NOW, seen=nothing)
    before = choices(crowd)
    for decide in (services.pin_pair, services.veto_pair):
        with pytest.raises(services.DecidedMeanwhile):
            decide(session, actor, family.id, third.id, now=NOW, seen=nothing)
    assert choices(crowd) == before
    known = services.Seen(other.id)
    services.pin_pair(session, actor, family.id, third.id, now=NOW, seen=known)
    services.veto_pair(session, actor, family.id, third.id, now=NOW, seen=services.Seen(third.id))
    assert set(choices(crowd).values()) == {ChoiceKind.VETO}


def test_nothing_is_decided_about_who_has_left(crowd, veto):
    (family, other, _), (guide, *_) = crowd.families, crowd.guides
    withdraw_family(crowd.session, crowd.actor, family, now=NOW)
    with pytest.raises(services.FamilyNotInRound):
        veto(family, guide)
    leave(crowd.session, guide, now=NOW, today=TODAY)
    with pytest.raises(services.GuideHasLeft):
        veto(other, guide)
    assert choices(crowd) == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"status": GuideStatus.PAUSED}, RuleCode.PAUSED),
        ({"gender_wish": GenderWish.MAN}, RuleCode.GENDER_OF_CONTACT),
        ({"places_taken": 1}, RuleCode.CAPACITY),
    ],
)
def test_what_nobody_may_override_cannot_be_pinned(crowd, pin, change, rule):
    guide = crowd.guides[0]
    for name, value in change.items():
        setattr(guide, name, value)
    crowd.session.flush()
    with pytest.raises(services.PairForbidden) as refusal:
        pin(crowd.families[0], guide)
    assert refusal.value.rules == (rule,)
    assert choices(crowd) == {}


def test_a_rule_that_a_note_may_override_can_be_pinned_against(crowd, pin):
    family, guide = crowd.families[0], crowd.guides[0]
    guide.has_pets, family.no_pets = True, True
    crowd.session.flush()
    pin(family, guide)
    assert given(crowd)[family.id] == guide.id


def test_no_more_families_are_pinned_than_the_guide_has_room_for(crowd, pin):
    guide = crowd.guides[0]
    pin(crowd.families[0], guide)
    with pytest.raises(services.GuideFullyPinned):
        pin(crowd.families[1], guide)
    pin(crowd.families[0], guide)  # the same again
    guide.capacity = 2
    pin(crowd.families[1], guide)
    assert len(choices(crowd)) == 2


def test_an_open_proposal_leaves_no_room_to_pin(crowd, asker, pin):
    guide = crowd.guides[0]
    propose(crowd.session, asker, crowd.families[1], guide)
    with pytest.raises(services.PairForbidden):
        pin(crowd.families[0], guide)


def test_a_family_that_does_not_wait_cannot_be_pinned(crowd, asker, pin):
    with pytest.raises(services.FamilyNotInRound):
        pin(crowd.session.get(Family, asker.family.id), crowd.guides[0])  # has a proposal
    crowd.families[0].status = FamilyStatus.MATCHED
    crowd.session.flush()
    with pytest.raises(services.FamilyNotInRound):
        pin(crowd.families[0], crowd.guides[0])


def test_nobody_is_pinned_over_the_wall(baerum, crowd, pin, veto):
    for decide in (pin, veto):
        with pytest.raises(NotFound):
            decide(crowd.families[0], baerum.guide)
        with pytest.raises(NotFound):
            decide(baerum.family, crowd.guides[0])


def test_only_who_may_propose_decides(crowd, asker):
    for role in (Role.CASEWORKER, Role.GUIDE, Role.MANAGER):
        stranger = cast.actor(asker, role)
        family, guide = crowd.families[0].id, crowd.guides[0].id
        with pytest.raises(NotPermitted):
            services.pin_pair(crowd.session, stranger, family, guide, now=NOW)
        with pytest.raises(NotPermitted):
            services.veto_pair(crowd.session, stranger, family, guide, now=NOW)
        with pytest.raises(NotPermitted):
            services.clear_choice(crowd.session, stranger, family, guide)


def test_a_pin_has_done_its_work_when_the_family_waits_no_more(crowd, pin, veto):
    pin(crowd.families[0], crowd.guides[0])
    veto(crowd.families[0], crowd.guides[1])
    crowd.families[0].status = FamilyStatus.MATCHED
    crowd.compute()
    assert set(choices(crowd).values()) == {ChoiceKind.VETO}


def test_a_pin_that_cannot_be_kept_any_more_breaks_no_round(crowd, pin):
    pin(crowd.families[0], crowd.guides[0])
    crowd.guides[0].status = GuideStatus.PAUSED
    crowd.session.flush()
    plan = queries.open_plan(crowd.session, crowd.actor, today=TODAY)
    assert plan.lapsed_pins == ((crowd.families[0].id, crowd.guides[0].id),)
    assert given(crowd)[crowd.families[0].id] != crowd.guides[0].id


def test_two_coordinators_do_not_promise_one_place_twice(session_factory, asker, crowd):
    """The second one presses while the first one's pin is not yet kept."""
    guide, (first, second, _) = crowd.guides[0].id, crowd.families
    crowd.session.commit()
    refusals = []

    def press():
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            try:
                services.pin_pair(session, crowd.actor, second.id, guide, now=NOW)
                session.commit()
            except services.GuideFullyPinned as refusal:
                refusals.append(refusal)

    services.pin_pair(crowd.session, crowd.actor, first.id, guide, now=NOW)
    thread = threading.Thread(target=press)
    thread.start()
    thread.join(0.5)  # long enough for whoever does not wait
    crowd.session.commit()
    thread.join()
    assert len(refusals) == 1
    assert len(crowd.session.scalars(select(RoundChoice)).all()) == 1


def test_choices_store_nothing_beside_who_and_when(crowd, pin):
    choice = pin(crowd.families[0], crowd.guides[0])
    assert (choice.chosen_at, choice.by_id) == (NOW, crowd.actor.user_id)
    assert crowd.session.get(Guide, crowd.guides[0].id).places_taken == 0
    assert len(crowd.session.scalars(select(Match)).all()) == 1
