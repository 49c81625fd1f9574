"""Whoever lacks a step that is asked for is proposed to nobody, on any way to a match."""

import pytest

from app.errors import Conflict
from app.guides.models import CoupleGuide, Guide, StepCode, StepWay
from app.guides.services import steps
from app.guides.services.pipeline import make_pipeline
from app.matches import queries, services
from app.matches.models import Match, MatchStatus
from app.matches.queries.people import load_people
from app.matches.services.proposing import GuideCannotBeProposed
from app.matching.types import RuleCode
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, actor, make_family, make_guide, sign_in
from tests.matches.people import ADDRESSES
from tests.pages import get_page


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def family(session, asker):
    return make_family(session, asker, reference="Asker-2")


@pytest.fixture
def asked(session):
    make_pipeline(session)


def do_all(session, guide) -> None:
    for code in (StepCode.DECLARATION, StepCode.COURSE):
        steps.tick_step(session, guide, code, way=StepWay.SEEN_BY_STAFF, on=TODAY)


def lacking(session) -> dict:
    people = load_people(session, today=TODAY)
    return {profile.guide_id: profile.lacks_steps for profile in people.guides}


def test_the_matching_knows_who_lacks_a_step(session, asker, asked):
    other = make_guide(session, asker, email="other@asker.example")
    do_all(session, other)
    told = lacking(session)
    assert told[asker.guide.id] and not told[other.id]
    steps.waive_steps(
        session,
        actor(asker, Role.COORDINATOR),
        session.get_one(Guide, asker.guide.id),
        [StepCode.DECLARATION, StepCode.COURSE],
        reason="Old hand",
        now=NOW,
    )
    assert not lacking(session)[asker.guide.id]


def test_of_two_who_go_together_both_have_done_them(session, asker, asked):
    other = make_guide(session, asker, email="other@asker.example")
    do_all(session, session.get_one(Guide, asker.guide.id))
    session.add_all(
        CoupleGuide(couple_id=other.id, guide_id=guide_id, position=position)
        for position, guide_id in enumerate((asker.guide.id, other.id), start=1)
    )
    session.flush()
    assert lacking(session)[asker.guide.id]
    do_all(session, other)
    assert not lacking(session)[asker.guide.id]


def test_nobody_is_proposed_who_lacks_a_step_whatever_the_note(
    session, asker, coordinator, family, asked
):
    told = queries.rank_for(session, coordinator, family, today=TODAY).explain(asker.guide.id)
    assert told.failing == (RuleCode.STEPS,)
    with pytest.raises(GuideCannotBeProposed):
        services.propose_match(
            session, coordinator, family, asker.guide.id, note="I know her", now=NOW
        )
    do_all(session, session.get_one(Guide, asker.guide.id))
    match = services.propose_match(session, coordinator, family, asker.guide.id, now=NOW)
    assert match.status is MatchStatus.PROPOSED


def test_a_proposal_from_before_is_not_confirmed(session, asker, coordinator, asked):
    match = session.get_one(Match, asker.proposal.id)
    with pytest.raises(GuideCannotBeProposed):
        services.confirm_match(session, coordinator, match, addresses=ADDRESSES, now=NOW)
    do_all(session, session.get_one(Guide, asker.guide.id))
    services.confirm_match(session, coordinator, match, addresses=ADDRESSES, now=NOW)
    assert match.status is MatchStatus.GUIDE_ASKED


def test_a_guide_of_16_is_ready_with_the_guardians_yes_and_still_proposed_to_no_family(
    session, asker, coordinator, family
):
    young = make_guide(
        session,
        asker,
        email="young@asker.example",
        age_group=AgeGroup.FROM_16,
        status="ready",
    )
    steps.note_guardians(session, coordinator, young, guardian_name="Anne", given_on=TODAY)
    with pytest.raises(Conflict):
        services.propose_match(session, coordinator, family, young.id, note="Please", now=NOW)


def test_staff_read_the_reason(client, session, asker, family, asked):
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/families/{family.id}/candidates")
    page = get_page(client, url, headers={"Accept-Language": "en"})
    assert "Has not done all that is asked of a guide" in page.text
