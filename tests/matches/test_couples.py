"""Two guides who go together are one in every list, and two in what a match takes."""

import pytest
from sqlalchemy import select

from app.guides.models import Guide, GuideStatus
from app.guides.services.coupling import link_couple, unlink_couple
from app.matches import queries, services
from app.matches.models import (
    AnswerWay,
    GuideKind,
    Match,
    MatchStatus,
    Side,
    WrongMatchStatus,
)
from app.matches.queries import load_people
from app.messages.models import OutgoingMessage
from app.permissions import Actor, Role
from app.rounds import queries as rounds
from app.rounds import services as round_services
from app.vocabulary import AgeGroup, Day, DayPart, Gender, GenderWish, Slot, availability_mask
from tests import cast
from tests.cast import NOW, TODAY
from tests.jobs.running import real_now
from tests.matches.people import ADDRESSES, Steps, propose
from tests.pages import get_page

S = MatchStatus
TUESDAY = availability_mask([Slot(Day.TUESDAY, DayPart.EVENING)])


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def lead(session, asker) -> Guide:
    return cast.make_guide(session, asker, name="Anne Asker", status=GuideStatus.READY, capacity=3)


@pytest.fixture
def other(session, asker, lead, coordinator) -> Guide:
    """The town's own guide, who has an account; goes together with `lead`."""
    Steps(session, asker).withdrawn(session.get(Match, asker.proposal.id))
    guide = session.get(Guide, asker.guide.id)
    guide.gender, guide.availability = Gender.MAN, TUESDAY
    session.flush()
    link_couple(session, coordinator, lead, guide, today=TODAY)
    return guide


@pytest.fixture
def family(session, asker, other):
    return cast.make_family(session, asker, reference="Asker-2")


def test_a_couple_is_one_with_what_both_can(session, asker, lead, other):
    people = load_people(session, today=TODAY)
    assert {g.guide_id for g in people.guides} == {lead.id, asker.applicant.id}
    assert people.partners == {lead.id: other.id}
    unit = next(g for g in people.guides if g.guide_id == lead.id)
    assert (unit.partner_id, unit.availability, unit.free_places) == (other.id, TUESDAY, 1)
    # Also asked for by the other half, and not where each stands alone.
    (found,) = load_people(session, today=TODAY, guides=[other.id]).guides
    assert (found.guide_id, found.partner_id) == (lead.id, other.id)
    (alone,) = load_people(session, today=TODAY, guides=[other.id], as_couples=False).guides
    assert (alone.guide_id, alone.partner_id) == (other.id, None)


def test_the_list_of_guides_names_both(session, asker, coordinator, family, lead, other):
    ranking = queries.rank_for(session, coordinator, family, today=TODAY)
    assert [candidate.guide_id for candidate in ranking.candidates] == [lead.id]
    assert ranking.guides[lead.id].names == (lead.name, other.name)
    assert other.id not in ranking.guides


def test_of_two_who_live_apart_the_list_says_who_lives_where(
    session, client, asker, family, lead, other
):
    other.neighbourhood_id, other.age_group = asker.village.id, AgeGroup.FROM_75
    session.commit()
    cast.sign_in(client, asker.coordinator)
    card = get_page(client, asker.url(f"/families/{family.id}/candidates?lang=en")).select_one(
        ".candidate"
    )
    assert card.h2.a.text == f"{lead.name} and {other.name}"
    meta = [span.text for span in card.select(".work-meta span")]
    assert meta[:2] == [f"Asker Centre ({lead.name})", f"Asker Village ({other.name})"]
    assert meta[2] == "Same neighbourhood (one of the two)"
    assert "75" in meta[3]
    assert "One of the two lives in the same neighbourhood" in card.text
    assert "Live in the same neighbourhood" not in card.text


def test_a_match_takes_a_place_of_each_and_gives_both_back(session, asker, family, lead, other):
    match = propose(session, asker, family, lead)
    assert {row.guide_id: row.kind for row in match.guides} == {
        lead.id: GuideKind.LEAD,
        other.id: GuideKind.CO,
    }
    steps = Steps(session, asker)
    steps.guide_asked(match)
    assert (lead.places_taken, other.places_taken) == (1, 1)
    letters = session.scalars(select(OutgoingMessage.recipient)).all()
    assert sorted(letters) == sorted([lead.email, other.email])
    steps.declined(match)
    assert (lead.places_taken, other.places_taken) == (0, 0)


def test_no_place_is_taken_if_one_of_the_two_has_none(session, asker, family, lead, other):
    match = propose(session, asker, family, lead)
    other.places_taken = 1
    session.flush()
    with pytest.raises(services.GuideAtCapacity):
        Steps(session, asker).guide_asked(match)
    session.refresh(lead)
    assert (lead.places_taken, match.status) == (0, S.PROPOSED)


def test_a_family_that_wishes_for_women_does_not_get_a_man_with_one(
    session, asker, coordinator, family, lead, other
):
    family.gender_wish = GenderWish.WOMAN
    session.flush()
    with pytest.raises(services.GuideCannotBeProposed):
        propose(session, asker, family, lead)
    unlink_couple(session, coordinator, other)
    assert propose(session, asker, family, lead).lead is lead


def test_the_wish_is_looked_at_for_each_of_them_when_it_comes_later(
    session, asker, family, lead, other
):
    match = propose(session, asker, family, lead)
    family.gender_wish = GenderWish.WOMAN
    session.flush()
    with pytest.raises(services.GuideCannotBeProposed):
        Steps(session, asker).guide_asked(match)


def test_who_goes_with_somebody_later_keeps_what_was_proposed_alone(
    session, asker, coordinator, family, lead, other
):
    unlink_couple(session, coordinator, lead)
    family.gender_wish = GenderWish.WOMAN
    session.flush()
    match = propose(session, asker, family, lead)
    link_couple(session, coordinator, lead, other, today=TODAY)
    Steps(session, asker).guide_asked(match)
    assert (lead.places_taken, other.places_taken) == (1, 0)


def test_the_other_half_sees_the_match_and_may_answer(session, client, asker, family, lead, other):
    match = propose(session, asker, family, lead)
    as_other = Actor(asker.guide_user.id, asker.municipality.id, frozenset({Role.GUIDE}))
    assert queries.list_matches_of_guide(session, as_other) == []  # nobody has been asked
    Steps(session, asker, real_now()).guide_asked(match)
    assert queries.list_matches_of_guide(session, as_other) == [match]
    session.commit()
    cast.sign_in(client, asker.guide_user)
    page = get_page(client, asker.url("/my-page"))
    assert f"/matches/{match.id}" in str(page.main)
    services.accept_as_guide(session, as_other, match, way=AnswerWay.MY_PAGE, now=NOW)
    assert match.status is S.GUIDE_ASKED  # nobody answers for both
    with pytest.raises(WrongMatchStatus):
        services.accept_as_guide(session, as_other, match, way=AnswerWay.MY_PAGE, now=NOW)
    session.commit()
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    assert "Now we wait for the others" in page.text
    session.rollback()
    coordinator = cast.actor(asker, Role.COORDINATOR)
    services.accept_as_guide(session, coordinator, match, way=AnswerWay.PHONE, now=NOW)
    assert match.status is S.GUIDE_ACCEPTED


def test_staff_see_both_on_the_match(session, client, asker, family, lead, other):
    match = propose(session, asker, family, lead)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    links = {link["href"] for link in page.select("main a")}
    assert {asker.url(f"/guides/{guide.id}") for guide in (match.lead, other)} <= links
    assert page.h1.text == f"Family {family.reference} and {lead.name} and {other.name}"


def test_one_halfs_no_keeps_the_other_half_from_nothing(
    session, asker, coordinator, family, lead, other
):
    match = propose(session, asker, family, lead)
    steps = Steps(session, asker)
    steps.guide_asked(match)
    steps.declined(match, Side.GUIDE)
    unlink_couple(session, coordinator, lead)
    with pytest.raises(services.GuideCannotBeProposed):
        propose(session, asker, family, lead)  # who answered
    assert propose(session, asker, family, other).lead is other


def test_a_familys_no_is_to_both(session, asker, coordinator, family, lead, other):
    match = propose(session, asker, family, lead)
    steps = Steps(session, asker)
    steps.guide_asked(match)
    steps.declined(match, Side.FAMILY)
    unlink_couple(session, coordinator, lead)
    for guide in (lead, other):
        with pytest.raises(services.GuideCannotBeProposed):
            propose(session, asker, family, guide)


def test_a_round_gives_a_couple_one_family_and_adopts_both(
    session, asker, coordinator, family, lead, other
):
    second = cast.make_family(session, asker, reference="Asker-3")
    found = round_services.compute_round(session, coordinator, now=NOW)
    pairs = rounds.pairs_of(found)
    assert sorted(str(guide) for guide in pairs.values() if guide) == [str(lead.id)]
    assert {family.id, second.id} <= set(pairs)
    chosen = [(key, guide) for key, guide in pairs.items() if guide]
    wanted = round_services.Wanted(chosen, asking=ADDRESSES)
    (match,) = round_services.adopt_pairs(session, coordinator, found, wanted, now=NOW).proposed
    assert {guide.id for guide in match.takers} == {lead.id, other.id}
    assert match.status is S.GUIDE_ASKED


def test_a_choice_about_the_other_half_is_about_the_two(
    session, asker, coordinator, family, lead, other
):
    unlink_couple(session, coordinator, lead)
    round_services.veto_pair(session, coordinator, family.id, other.id, now=NOW)
    link_couple(session, coordinator, lead, other, today=TODAY)
    situation = rounds.open_situation(session, coordinator, today=TODAY)
    assert situation.choices.vetoes == {(family.id, lead.id)}
    round_services.clear_choice(session, coordinator, family.id, other.id)
    choice = round_services.pin_pair(session, coordinator, family.id, other.id, now=NOW)
    assert choice.guide_id == lead.id
