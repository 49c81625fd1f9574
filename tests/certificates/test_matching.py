"""Who may be proposed to whom where a certificate is asked for."""

import pytest

from app import tenancy
from app.certificates import services
from app.certificates.models import CertificateTask, PoliceCertificate
from app.certificates.queries import Demand
from app.guides.models import Guide
from app.matches.queries import load_people, rules_against
from app.matches.services import GuideCannotBeProposed
from app.matching.types import RuleCode
from app.permissions import Role
from tests.cast import NOW, TODAY, actor, make_family, make_guide
from tests.matches.people import Steps, propose

ADULT, CHILDREN, MINORS = CertificateTask
LAW = "Lov om prøving § 1"


@pytest.fixture
def demand(session, asker):
    """A function that asks for a certificate with one task, and with no other."""

    def only(*tasks):
        wanted = {task: Demand(task in tasks, LAW) for task in CertificateTask}
        services.change_demands(session, actor(asker, Role.COORDINATOR), wanted, now=NOW)

    return only


@pytest.fixture
def guide(session, asker):
    return make_guide(session, asker, status="ready", email="ny@asker.example")


def shown(session, guide, task, *, on=TODAY):
    session.add(
        PoliceCertificate(
            guide_id=guide.id, task=task, legal_basis=LAW, requested_on=TODAY, shown_on=on
        )
    )
    session.flush()


def forbids(session, family, guide):
    return RuleCode.CERTIFICATE in rules_against(session, family, guide, today=TODAY)


@pytest.fixture
def with_children(session, asker):
    return make_family(session, asker, reference="A-2")


@pytest.fixture
def adults(session, asker):
    return make_family(session, asker, reference="A-3", children={}, household_size=2)


def test_nobody_needs_one_where_nothing_is_asked_for(session, guide, with_children, adults):
    assert not forbids(session, with_children, guide)
    assert not forbids(session, adults, guide)


def test_a_family_with_children_gets_who_has_shown_one(session, demand, guide, with_children):
    demand(CHILDREN)
    assert forbids(session, with_children, guide)
    shown(session, guide, MINORS)
    assert forbids(session, with_children, guide)
    shown(session, guide, CHILDREN)
    assert not forbids(session, with_children, guide)


def test_being_asked_is_not_having_shown(session, demand, guide, with_children):
    demand(CHILDREN)
    shown(session, guide, CHILDREN, on=None)
    assert forbids(session, with_children, guide)


def test_adults_without_children_need_none_for_children(session, demand, guide, adults):
    demand(CHILDREN)
    assert not forbids(session, adults, guide)


def test_two_who_go_together_must_both_have_shown_one(session, demand, asker, guide):
    demand(CHILDREN)
    people = load_people(session, today=TODAY, as_couples=False)
    assert not any(found.has_certificate for found in people.guides)
    shown(session, guide, CHILDREN)
    people = load_people(session, today=TODAY, as_couples=False)
    assert {g.guide_id for g in people.guides if g.has_certificate} == {guide.id}


def test_the_one_that_everybody_needs_keeps_a_guide_out_of_all_families(
    session, demand, guide, adults
):
    demand(ADULT)
    assert RuleCode.STEPS in rules_against(session, adults, guide, today=TODAY)


def test_no_note_overrides_a_missing_certificate(session, demand, asker, guide, with_children):
    demand(CHILDREN)
    with pytest.raises(GuideCannotBeProposed):
        propose(session, asker, with_children, guide, note="They know each other")


def test_a_proposal_from_before_cannot_be_confirmed_without_one(
    session, demand, asker, guide, with_children
):
    match = propose(session, asker, with_children, guide)
    demand(CHILDREN)
    with pytest.raises(GuideCannotBeProposed):
        Steps(session, asker).guide_asked(match)
    shown(session, session.get_one(Guide, guide.id), CHILDREN)
    Steps(session, asker).guide_asked(match)


def test_another_municipality_decides_for_itself(session, demand, baerum, session_factory):
    demand(CHILDREN)
    session.commit()
    with session_factory() as other:
        tenancy.bind(other, baerum.municipality.id)
        people = load_people(other, today=TODAY, as_couples=False)
        assert people.guides and all(found.has_certificate for found in people.guides)
