"""What two named persons may do with a household, and one alone may not."""

import datetime as dt
import logging
import threading
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.accounts.models import Membership
from app.certificates.models import CertificateRequirement, CertificateTask
from app.errors import Conflict, NotFound, NotPermitted
from app.guides.models import GuardianApproval, Guide, GuideStatus, PipelineStep, StepCode
from app.matches.services.places import take_place
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.protected import queries, services
from app.protected.models import (
    ProtectedFear,
    ProtectedHousehold,
    ProtectedMatch,
)
from app.protected.services import (
    GuideDoesNotFit,
    MetAlready,
    NobodyHasAgreed,
    NotTwoPersons,
    TakesNoNew,
    TakesTheOther,
)
from app.vocabulary import AgeGroup
from tests import cast
from tests.cast import NOW, TODAY
from tests.protected.people import LINK, TOLD, administrator, decision, fresh, register

LATER = NOW + dt.timedelta(days=366)
NO_PLACE = (GuideDoesNotFit, services.NoPlaceLeft)


def guide_of(session, asker, **changes):
    guide = session.get(Guide, asker.guide.id)
    for name, value in changes.items():
        setattr(guide, name, value)
    session.flush()
    return guide


def offered(session, named, household):
    choice = queries.get_choice(session, named.first)
    feared = queries.feared_by(session, household)
    return queries.list_fitting_guides(session, choice, household, feared)


def known(session, actor, household, **how):
    return queries.get_household(session, queries.get_choice(session, actor), household.id, **how)


def met(session, named, household, guide_id):
    services.propose_guide(session, named.first, household, guide_id, now=NOW)
    return services.confirm_guide(session, named.second, household, now=NOW)


# The choice


def test_without_a_choice_nobody_keeps_any(session, two):
    assert queries.find_choice(session) is None
    with pytest.raises(NotFound):
        services.register_household(session, two.first, TOLD, once_token="t", now=NOW)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_names_the_two(session, asker, two, role):
    with pytest.raises(NotPermitted):
        services.let_two_keep(
            session, cast.actor(asker, role), decision(*two.users), link_url=LINK, now=NOW
        )


def test_the_two_are_two_coordinators_and_not_whoever_names_them(session, asker, two):
    first, second = two.users
    both = cast.actor(asker, Role.ADMINISTRATOR, Role.COORDINATOR)
    session.add(
        Membership(
            municipality_id=asker.municipality.id, user_id=both.user_id, role=Role.COORDINATOR
        )
    )
    session.flush()
    themselves = asker.users[Role.ADMINISTRATOR]
    for pair in ((first, first), (first, asker.caseworker), (themselves, second)):
        with pytest.raises(NotTwoPersons):
            services.let_two_keep(session, both, decision(*pair), link_url=LINK, now=NOW)


def test_the_database_takes_no_one_person_twice(session, named):
    choice = queries.find_choice(session)
    choice.second_id = choice.first_id
    with pytest.raises(IntegrityError):
        session.flush()


def test_whoever_was_named_before_sees_nothing_any_more(session, asker, named, household):
    services.let_two_keep(
        session,
        administrator(asker),
        decision(asker.coordinator, named.users[1]),
        link_url=LINK,
        now=NOW,
    )
    with pytest.raises(NotFound):
        known(session, named.first, household)
    assert known(session, cast.actor(asker, Role.COORDINATOR), household)


def chosen_letters(session):
    statement = sa.select(OutgoingMessage).where(OutgoingMessage.template == "two_chosen")
    return Counter(message.recipient for message in session.scalars(statement))


def test_all_whom_the_choice_is_about_hear_of_it_and_who_watches(session, asker, two):
    by = administrator(asker)
    chosen = decision(*two.users)
    services.let_two_keep(session, by, chosen, link_url=LINK, now=NOW)
    watching = [asker.users[Role.PRIVACY_OFFICER].email, asker.users[Role.MANAGER].email]
    ragnhild, sverre = (user.email for user in two.users)
    assert chosen_letters(session) == Counter([*watching, ragnhild, sverre])
    services.let_two_keep(session, by, replace(chosen, words="26/2"), link_url=LINK, now=NOW)
    assert chosen_letters(session).total() == 4  # the same two
    other = decision(asker.coordinator, two.users[1])
    services.let_two_keep(session, by, other, link_url=LINK, now=NOW)
    again = Counter([*watching, ragnhild, sverre, asker.coordinator.email])
    assert chosen_letters(session) == Counter([*watching, ragnhild, sverre]) + again


def test_who_is_named_makes_no_copy_that_those_of_before_have_asked_for(
    session, asker, named, household
):
    services.ask_for_copy(session, named.first, household)
    other = decision(asker.coordinator, named.users[1])
    services.let_two_keep(session, administrator(asker), other, link_url=LINK, now=NOW)
    with pytest.raises(NotFound):
        services.agree_to_copy(session, named.second, fresh(session, household))


def test_the_log_says_who_was_named(session, asker, two, caplog):
    caplog.set_level(logging.INFO)
    services.let_two_keep(
        session, administrator(asker), decision(*two.users), link_url=LINK, now=NOW
    )
    for user in two.users:
        assert f"user={user.id}" in caplog.text


def test_who_coordinates_no_longer_sees_nothing_and_another_is_to_be_named(session, named):
    session.execute(sa.delete(Membership).where(Membership.user_id == named.users[0].id))
    gone = replace(named.first, roles=frozenset({Role.CASEWORKER}))
    with pytest.raises(NotFound):
        queries.get_choice(session, gone)
    assert queries.is_one_missing(session, queries.find_choice(session))
    assert queries.get_choice(session, named.second)


def test_when_they_are_refused_again_the_two_keep_those_there_are(session, asker, named, household):
    services.refuse_again(session, administrator(asker), now=NOW)
    with pytest.raises(TakesNoNew):
        services.register_household(session, named.first, TOLD, once_token="u", now=NOW)
    assert known(session, named.second, household)


# A household


def test_a_form_sent_twice_makes_one(session, named, household):
    again = services.register_household(session, named.first, TOLD, once_token="t", now=NOW)
    assert again.id == household.id
    other = register(session, named, once="other")
    assert (household.number, other.number) == (1, 2)


def test_others_than_the_two_are_given_nothing(session, asker, baerum, named, household):
    others = [cast.actor(asker, role) for role in Role] + [cast.actor(baerum, Role.COORDINATOR)]
    for actor in others:
        for ask in (
            lambda actor=actor: known(session, actor, household),
            lambda actor=actor: queries.get_choice(session, actor),
            lambda actor=actor: services.erase_household(session, actor, household),
            lambda actor=actor: services.ask_for_copy(session, actor, household),
        ):
            with pytest.raises(NotFound):
                ask()


def test_one_alone_lets_it_go_and_nothing_is_left(session, asker, named, household):
    guide_of(session, asker, capacity=2)
    met(session, named, household, asker.guide.id)
    services.note_feared(session, named.first, household, ("Per Hansen", "", ""), now=NOW)
    services.erase_household(session, named.second, household)
    session.commit()
    for table in (ProtectedHousehold, ProtectedMatch, ProtectedFear):
        assert session.scalars(sa.select(table)).all() == []


def test_after_a_year_without_a_guide_it_goes_by_itself(session, asker, named, household):
    other = register(session, named, once="other")
    met(session, named, other, asker.guide.id)
    assert services.forget_old(session, now=NOW) == 0
    assert services.forget_old(session, now=LATER) == 1
    assert session.scalars(sa.select(ProtectedHousehold.id)).all() == [other.id]


# A guide


def test_one_proposes_the_other_confirms(session, asker, named, household):
    match = met(session, named, household, asker.guide.id)
    assert match.is_confirmed
    assert fresh(session, household).match.guide_id == asker.guide.id


def test_who_has_proposed_does_not_confirm(session, asker, named, household):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    with pytest.raises(TakesTheOther):
        services.confirm_guide(session, named.first, household, now=NOW)
    match = session.scalars(sa.select(ProtectedMatch)).one()
    match.confirmed_by_id = match.proposed_by_id
    with pytest.raises(IntegrityError):
        session.flush()


def test_there_is_one_guide_at_a_time(session, asker, named, household):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    with pytest.raises(MetAlready):
        services.propose_guide(session, named.second, household, asker.guide.id, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"age_group": AgeGroup.FROM_16},
        {"status": GuideStatus.PAUSED},
        {"status": GuideStatus.INTERVIEWED},
        {"places_taken": 1},
    ],
    ids=str,
)
def test_a_guide_who_may_not_is_neither_offered_nor_taken(
    session, asker, named, household, changes
):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    guide_of(session, asker, **changes)
    with pytest.raises(NO_PLACE):
        services.confirm_guide(session, named.second, household, now=NOW)
    services.end_meeting(session, named.second, household, now=NOW)
    session.expire_all()
    assert offered(session, named, household) == []
    with pytest.raises(GuideDoesNotFit):
        services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)


def test_guides_of_16_never_meet_a_household_whatever_their_guardians_say(
    session, asker, named, household
):
    guide_of(session, asker, age_group=AgeGroup.FROM_16)
    session.add(GuardianApproval(guide_id=asker.guide.id, guardian_name="Mor", given_on=TODAY))
    session.flush()
    assert offered(session, named, household) == []
    with pytest.raises(GuideDoesNotFit):
        services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)


def test_who_lacks_a_step_is_not_offered(session, named, household):
    session.add(PipelineStep(code=StepCode.COURSE, required=True))
    session.flush()
    assert offered(session, named, household) == []


def test_a_household_with_children_has_a_guide_with_a_certificate(session, asker, named):
    with_children = register(session, named, replace(TOLD, has_children=True), once="c")
    assert offered(session, named, with_children)
    session.add(
        CertificateRequirement(
            task=CertificateTask.FAMILY_WITH_CHILDREN,
            required=True,
            legal_basis="a law",
            changed_at=NOW,
        )
    )
    session.flush()
    assert offered(session, named, with_children) == []
    without = register(session, named, once="d")
    assert offered(session, named, without)


def test_neither_of_the_two_is_the_guide(session, asker, named, household):
    guide_of(session, asker, user_id=named.users[1].id)
    with pytest.raises(GuideDoesNotFit):
        services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)


@pytest.mark.parametrize("capacity", [1, 3])
def test_the_guide_has_a_break_and_nothing_tells_why(session, asker, named, household, capacity):
    guide = guide_of(session, asker, capacity=capacity)
    met(session, named, household, guide.id)
    assert (guide.status, guide.paused_until) == (GuideStatus.PAUSED, None)
    assert (guide.capacity, guide.places_taken) == (capacity, 0)


def test_who_meets_somebody_already_is_not_offered(session, asker, named, household):
    """Their break would be seen: the meetings of a group rest with it."""
    guide_of(session, asker, capacity=3, places_taken=1)
    assert offered(session, named, household) == []


@pytest.mark.parametrize("ends", ["they no longer meet", "the household is deleted"])
def test_what_a_guide_offers_at_the_end_is_theirs_to_say(session, asker, named, household, ends):
    guide = guide_of(session, asker)
    met(session, named, household, guide.id)
    guide.capacity = 2  # as they, or a colleague, said since
    session.flush()
    if ends == "they no longer meet":
        services.end_meeting(session, named.first, household, now=NOW)
    else:
        services.erase_household(session, named.first, household)
    session.refresh(guide)
    assert (guide.status, guide.capacity) == (GuideStatus.PAUSED, 2)


# Whom they fear


def test_whoever_may_be_feared_is_not_offered(session, asker, named, household):
    guide = guide_of(session, asker, name="Yusuf Khalil")
    assert offered(session, named, household) == [guide]
    services.note_feared(session, named.first, household, ("Jusuf Khaleel", "", ""), now=NOW)
    services.note_feared(session, named.first, household, ("Jusuf Khaleel", "", ""), now=NOW)
    session.expire_all()
    persons = {row.person_id for row in household.fears}
    assert len(persons) == 1
    assert offered(session, named, household) == []
    with pytest.raises(GuideDoesNotFit):
        services.propose_guide(session, named.first, household, guide.id, now=NOW)
    services.forget_feared(session, named.second, household, *persons, now=NOW)
    assert offered(session, named, household) == [guide]


# A copy


def test_a_copy_takes_both_each_time(session, named, household):
    with pytest.raises(NobodyHasAgreed):
        services.hand_out_copy(session, named.first, household)
    services.ask_for_copy(session, named.first, household)
    with pytest.raises(TakesTheOther):
        services.agree_to_copy(session, named.first, household)
    services.agree_to_copy(session, named.second, household)
    services.hand_out_copy(session, named.first, household)
    with pytest.raises(NobodyHasAgreed):
        services.hand_out_copy(session, named.first, household)


def test_nobody_agrees_to_what_nobody_asked_for(session, named, household):
    with pytest.raises(NotFound):
        services.agree_to_copy(session, named.second, household)


def test_the_choice_of_one_municipality_is_none_of_anothers(session_factory, baerum, named):
    with session_factory() as theirs:
        tenancy.bind(theirs, baerum.municipality.id)
        assert queries.find_choice(theirs) is None


def test_a_guide_is_not_given_to_two_at_the_same_moment(
    session_factory, session, asker, named, household
):
    """A household of the two, and an ordinary family, ask for a guide's one place."""
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    session.commit()
    asked = threading.Barrier(2)
    taken = []

    def take(work):
        with session_factory() as own:
            tenancy.bind(own, asker.municipality.id)
            asked.wait(timeout=10)
            try:
                work(own, own.get(Guide, asker.guide.id))
                own.commit()
                taken.append(work)
            except Conflict:
                own.rollback()

    def for_household(own, _guide):
        theirs = known(own, named.second, household, locked=True)
        services.confirm_guide(own, named.second, theirs, now=NOW)

    threads = [threading.Thread(target=take, args=(work,)) for work in (for_household, take_place)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
