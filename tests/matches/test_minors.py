"""A guide of 16 or 17 and a minor never end in a match of one with one, whatever path is tried."""

import threading
from collections.abc import Callable
from typing import NamedTuple

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.certificates.models import PoliceCertificate
from app.desk.queries import TaskKind, list_tasks
from app.errors import Conflict, DomainError, NotFound
from app.families.models import ApprovalKind, Family, FamilyStatus, GroupApproval
from app.families.services import groups as group_services
from app.families.services.leaving import withdraw_family
from app.guides.models import GuardianApproval, Guide, GuideStatus
from app.guides.services.coupling import link_couple
from app.matches import queries, services
from app.matches.models import (
    OPEN,
    DeclineReason,
    GuideKind,
    Match,
    MatchGuide,
    MatchKind,
    MatchStatus,
    Side,
)
from app.matches.queries.helpers import list_group_guides
from app.matches.services import LackCode, MayNotMeet
from app.matching.types import RuleCode
from app.permissions import Role
from app.vocabulary import ChildAge
from tests import cast
from tests.cast import NOW, TODAY, actor
from tests.matches.groups import YOUNG, make_group, make_group_guide
from tests.matches.people import ADDRESSES, WAY_TO, Steps, match_at, propose
from tests.pages import fill, get_page, post_page

S = MatchStatus
Codes = set[LackCode]


class Together(NamedTuple):
    """A group, and two guides who may meet it."""

    group: Family
    adult: Guide
    young: Guide


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def three(session, asker) -> Together:
    return Together(
        make_group(session, asker),
        make_group_guide(session, asker, "Anne Voksen"),
        make_group_guide(session, asker, "Emil Ung", age_group=YOUNG),
    )


def put_together(session, coordinator, group, lead, *others) -> Match:
    choice = services.GroupChoice(lead.id, frozenset(other.id for other in others))
    return services.propose_group(session, coordinator, group, choice, now=NOW)


def lacking(refusal) -> Codes:
    return {lack.code for lack in refusal.value.lacking}


def arrange(session, coordinator, match, parts: dict[Guide, GuideKind]) -> Match:
    wanted = services.Arrangement({guide.id: kind for guide, kind in parts.items()})
    return services.arrange_guides(
        session, coordinator, match, wanted, addresses=ADDRESSES, now=NOW
    )


def ensure_nobody_is_alone(session) -> None:
    """Whatever was tried: no open match in which the rule would not hold."""
    session.expire_all()
    for match in session.scalars(select(Match).where(Match.status.in_(OPEN))):
        ages = [row.guide.age_group for row in match.guides]
        if match.family.is_group:
            takers = [row for row in match.guides if row.kind is not GuideKind.BACKUP]
            assert match.kind is MatchKind.GROUP
            assert len(takers) >= 2 and match.family.household_size >= 2
            assert any(row.guide.is_adult for row in takers)
        else:
            assert match.kind is MatchKind.HOUSEHOLD
            assert YOUNG not in ages


# A group that has everything goes all the way.


@pytest.mark.parametrize("status", [S.GUIDE_ASKED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE, S.ENDED])
def test_a_group_with_everything_in_place_meets(session, asker, coordinator, three, status):
    match = put_together(session, coordinator, *three)
    assert (match.kind, match.score, match.explanation) == (MatchKind.GROUP, None, {})
    for step in WAY_TO[status]:
        Steps(session, asker).take(match, step)
    assert match.status is status
    places = 0 if status is S.ENDED else 1
    assert (three.adult.places_taken, three.young.places_taken) == (places, places)
    ensure_nobody_is_alone(session)


# One thing is missing, and each step says which.


def without_certificate(session, three) -> Codes:
    session.execute(
        delete(PoliceCertificate).where(PoliceCertificate.guide_id == three.young.id),
        execution_options={"synchronize_session": False},
    )
    return {LackCode.CERTIFICATE}


def without_certificate_shown(session, three) -> Codes:
    row = session.scalars(
        select(PoliceCertificate).where(PoliceCertificate.guide_id == three.adult.id)
    ).one()
    row.shown_on = None
    return {LackCode.CERTIFICATE}


def without_the_guides_guardians(session, three) -> Codes:
    session.execute(delete(GuardianApproval), execution_options={"synchronize_session": False})
    return {LackCode.GUARDIANS_OF_GUIDE}


def without_child_welfare(session, three) -> Codes:
    for row in session.scalars(
        select(GroupApproval).where(GroupApproval.kind == ApprovalKind.CHILD_WELFARE)
    ):
        row.withdrawn_on = TODAY
    return {LackCode.CHILD_WELFARE}


def without_one_guardian(session, three) -> Codes:
    for row in session.scalars(
        select(GroupApproval).where(GroupApproval.kind == ApprovalKind.GUARDIAN)
    ):
        row.covers -= 1
    return {LackCode.GUARDIANS}


def with_one_more_in_the_group(session, three) -> Codes:
    three.group.household_size += 1
    return {LackCode.GUARDIANS, LackCode.CHILD_WELFARE}


def without_anybody_grown_up(session, three) -> Codes:
    three.adult.age_group = YOUNG
    session.add(GuardianApproval(guide_id=three.adult.id, guardian_name="Far", given_on=TODAY))
    return {LackCode.NO_ADULT_GUIDE}


LACKS = [
    without_certificate,
    without_certificate_shown,
    without_the_guides_guardians,
    without_child_welfare,
    without_one_guardian,
    with_one_more_in_the_group,
    without_anybody_grown_up,
]


@pytest.mark.parametrize("take_away", LACKS)
def test_a_group_that_lacks_something_is_not_put_together(session, coordinator, three, take_away):
    expected = take_away(session, three)
    session.flush()
    with pytest.raises(MayNotMeet) as refusal:
        put_together(session, coordinator, *three)
    assert lacking(refusal) == expected
    assert queries.find_open_match(session, three.group.id) is None


@pytest.mark.parametrize("take_away", LACKS)
@pytest.mark.parametrize("status", [S.GUIDE_ASKED, S.AGREED, S.ACTIVE])
def test_what_is_taken_away_later_stops_the_next_step(
    session, asker, coordinator, three, take_away, status
):
    match = put_together(session, coordinator, *three)
    before = WAY_TO[status][:-1]
    for step in before:
        Steps(session, asker).take(match, step)
    was = match.status
    expected = take_away(session, three)
    session.commit()
    with pytest.raises(MayNotMeet) as refusal, session.begin_nested():
        Steps(session, asker).take(match, status)
    assert lacking(refusal) == expected
    session.rollback()
    assert session.get_one(Match, match.id).status is was
    assert session.get_one(Guide, three.adult.id).places_taken == (0 if was is S.PROPOSED else 1)


def test_the_familys_link_stops_there_too(session, asker, coordinator, three):
    match = put_together(session, coordinator, *three)
    steps = Steps(session, asker)
    for step in WAY_TO[S.FAMILY_ASKED][:-1]:
        steps.take(match, step)
    token = steps.family_asked(match).rpartition("/")[2]
    without_child_welfare(session, three)
    with pytest.raises(MayNotMeet), session.begin_nested():
        services.answer_by_link(session, token, refusal=None, addresses=ADDRESSES, now=NOW)
    assert match.status is S.FAMILY_ASKED


def test_whoever_answers_in_vain_reads_why_and_staff_have_it_on_the_desk(
    session, client, asker, coordinator, three, time_machine
):
    time_machine.move_to(NOW, tick=False)
    match = put_together(session, coordinator, *three)
    steps = Steps(session, asker)
    for step in WAY_TO[S.FAMILY_ASKED][:-1]:
        steps.take(match, step)
    path = "/asker/answers/" + steps.family_asked(match).rpartition("/")[2]
    without_child_welfare(session, three)
    session.commit()
    page = post_page(client, path + "?lang=en", {"answer": "yes"}, status=409)
    assert "Something must be in place" in page.text and "closed" not in page.main.text
    session.commit()
    tasks = list_tasks(session, coordinator, now=NOW, today=TODAY, first_contact_days=7)
    assert TaskKind.MAY_NOT_BEGIN in {t.kind for t in tasks if t.record_id == match.id}


def test_a_proposal_that_lacks_a_yes_is_not_one_to_confirm(
    client, session, asker, coordinator, three
):
    match = put_together(session, coordinator, *three)
    without_child_welfare(session, three)
    tasks = list_tasks(session, coordinator, now=NOW, today=TODAY, first_contact_days=7)
    assert {t.kind for t in tasks if t.record_id == match.id} == {TaskKind.MAY_NOT_BEGIN}
    match_id = match.id
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match_id}?lang=en"))
    assert "Not yet: something is missing" in page.text and "Next: ask" not in page.text


def test_no_group_is_asked_in_vain(session, asker, coordinator, three):
    match = put_together(session, coordinator, *three)
    steps = Steps(session, asker)
    for step in WAY_TO[S.GUIDE_ACCEPTED]:
        steps.take(match, step)
    without_child_welfare(session, three)
    with pytest.raises(MayNotMeet), session.begin_nested():
        steps.family_asked(match)
    assert match.status is S.GUIDE_ACCEPTED
    tasks = list_tasks(session, coordinator, now=NOW, today=TODAY, first_contact_days=7)
    kinds = {t.kind for t in tasks if t.record_id == match.id}
    assert kinds == {TaskKind.MAY_NOT_BEGIN}


def test_who_said_no_to_a_group_is_not_asked_about_it_again(session, asker, coordinator, three):
    match = put_together(session, coordinator, *three)
    steps = Steps(session, asker)
    steps.guide_asked(match)
    refusal = services.Refusal(Side.GUIDE, DeclineReason.TOO_FAR, guide_id=three.adult.id)
    services.decline_match(
        session, coordinator, match, refusal=refusal, addresses=ADDRESSES, now=NOW
    )
    helpers = list_group_guides(session, coordinator, three.group)
    assert three.adult.id not in {guide.id for guide in helpers.guides}
    (kept_out,) = (one for one in helpers.kept_out if one.guide.id == three.adult.id)
    assert RuleCode.DECLINED in kept_out.rules
    with pytest.raises(services.GuideCannotBeProposed):
        put_together(session, coordinator, *three)


# The shape of a group.


@pytest.mark.parametrize("count", [1, 4])
def test_two_or_three_guides_meet_a_group(session, asker, coordinator, three, count):
    guides = [make_group_guide(session, asker, f"Guide{n} Voksen") for n in range(count)]
    with pytest.raises(MayNotMeet) as refusal:
        put_together(session, coordinator, three.group, *guides)
    assert lacking(refusal) == {LackCode.NUMBER_OF_GUIDES}


def test_a_backup_does_not_make_two(session, coordinator, three):
    match = put_together(session, coordinator, *three)
    with pytest.raises(MayNotMeet) as refusal, session.begin_nested():
        arrange(
            session,
            coordinator,
            match,
            {three.adult: GuideKind.LEAD, three.young: GuideKind.BACKUP},
        )
    assert lacking(refusal) == {LackCode.NUMBER_OF_GUIDES}


def test_no_group_shrinks_to_one(session, asker, three):
    caseworker = actor(asker, Role.CASEWORKER)
    smaller = group_services.GroupRegistration(
        reference="G-1",
        contact=group_services.Contact(
            name="Berit", gender=None, way=three.group.contact_way, phone="+4790000202"
        ),
        young={ChildAge.TEEN: 1},
        languages=(),
        interpreter_needed=False,
        neighbourhood_id=None,
        availability=1,
        interests=frozenset(),
        consent=group_services.Consent(informed_by="Berit", informed_on=TODAY, consented_on=TODAY),
    )
    with pytest.raises(group_services.GroupTooSmall):
        group_services.change_group(session, caseworker, three.group, smaller, now=NOW)
    three.group.household_size = 1
    with pytest.raises(IntegrityError, match="group_of_two_or_more"):
        session.flush()


# Every path by which a guide of 16 could come to a household, or alone to a minor.


def by_proposal(session, asker, coordinator, family, young):
    propose(session, asker, family, young, note="They know each other.")


def by_proposal_to_a_group_as_if_it_were_a_household(session, asker, coordinator, family, young):
    propose(session, asker, make_group(session, asker), young, note="A fine group.")


def by_a_group_of_one_guide(session, asker, coordinator, family, young):
    put_together(session, coordinator, make_group(session, asker), young)


def by_a_household_taken_for_a_group(session, asker, coordinator, family, young):
    put_together(session, coordinator, family, make_group_guide(session, asker, "Anne V"), young)


def by_confirming_after_the_age_was_corrected(session, asker, coordinator, family, young):
    match = session.get_one(Match, asker.proposal.id)
    match.lead.age_group = YOUNG
    session.flush()
    with session.begin_nested():
        services.confirm_match(session, coordinator, match, addresses=ADDRESSES, now=NOW)


def by_agreeing_after_the_age_was_corrected(session, asker, coordinator, family, young):
    match = match_at(session, asker, S.FAMILY_ASKED)
    match.lead.age_group = YOUNG
    session.flush()
    with session.begin_nested():
        Steps(session, asker).agreed(match)


def by_starting_after_the_age_was_corrected(session, asker, coordinator, family, young):
    match = match_at(session, asker, S.AGREED)
    match.lead.age_group = YOUNG
    session.flush()
    with session.begin_nested():
        Steps(session, asker).active(match)


def _coming_in(status: MatchStatus, kind: GuideKind, *, lead: bool = False) -> Callable[..., None]:
    def path(session, asker, coordinator, family, young):
        match = match_at(session, asker, status)
        other = GuideKind.LEAD if kind is not GuideKind.LEAD else GuideKind.CO
        parts = {young: kind} if lead else {match.lead: other, young: kind}
        arrange(session, coordinator, match, parts)

    path.__name__ = f"by_{status}_as_{kind}{'_alone' if lead else ''}"
    return path


def by_a_couple(session, asker, coordinator, family, young):
    other = cast.make_guide(session, asker, name="Ben Voksen", status=GuideStatus.READY)
    link_couple(session, coordinator, other, young, today=TODAY)


def by_the_adults_leaving_a_group(session, asker, coordinator, family, young):
    match = _active_group(session, asker, coordinator, young)
    arrange(session, coordinator, match, {young: GuideKind.LEAD})


def by_the_adult_stepping_back_in_a_group(session, asker, coordinator, family, young):
    match = _active_group(session, asker, coordinator, young)
    other = make_group_guide(session, asker, "Ida Ung", age_group=YOUNG)
    parts = {young: GuideKind.LEAD, other: GuideKind.CO, match.lead: GuideKind.BACKUP}
    arrange(session, coordinator, match, parts)


def _active_group(session, asker, coordinator, young) -> Match:
    adult = make_group_guide(session, asker, "Anne Voksen")
    match = put_together(session, coordinator, make_group(session, asker), adult, young)
    for step in WAY_TO[S.ACTIVE]:
        Steps(session, asker).take(match, step)
    return match


PATHS = [
    by_proposal,
    by_proposal_to_a_group_as_if_it_were_a_household,
    by_a_group_of_one_guide,
    by_a_household_taken_for_a_group,
    by_confirming_after_the_age_was_corrected,
    by_agreeing_after_the_age_was_corrected,
    by_starting_after_the_age_was_corrected,
    *(
        _coming_in(status, kind)
        for status in (S.PROPOSED, S.AGREED, S.ACTIVE)
        for kind in GuideKind
    ),
    *(_coming_in(status, GuideKind.LEAD, lead=True) for status in (S.PROPOSED, S.AGREED, S.ACTIVE)),
    by_a_couple,
    by_the_adults_leaving_a_group,
    by_the_adult_stepping_back_in_a_group,
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_no_path_leads_a_guide_of_16_to_a_minor_alone(session, asker, coordinator, path):
    family = cast.make_family(session, asker, reference="F-2")
    young = make_group_guide(session, asker, "Emil Ung", age_group=YOUNG, capacity=3)
    session.commit()
    with pytest.raises((Conflict, NotFound)), session.begin_nested():
        path(session, asker, coordinator, family, young)
    if "corrected" in path.__name__:  # the guide is in it since they were grown up, and stays put
        assert session.scalars(select(Match)).one().status is not S.ACTIVE
    session.rollback()
    ensure_nobody_is_alone(session)


def test_of_a_couple_the_one_who_turns_out_to_be_16_stays_at_home(session, asker, coordinator):
    other = make_group_guide(session, asker, "Emil Ung")
    lead = cast.make_guide(session, asker, name="Ben Voksen", status=GuideStatus.READY)
    link_couple(session, coordinator, lead, other, today=TODAY)
    other.age_group = YOUNG
    session.flush()
    family = cast.make_family(session, asker, reference="F-2")
    match = propose(session, asker, family, lead, note="They know each other.")
    assert match.takers == [lead]


def test_an_approved_guide_is_never_corrected_to_16_in_the_page(session, client, asker):
    match_at(session, asker, S.ACTIVE)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    url = asker.url(f"/guides/{asker.guide.id}/edit")
    post_page(client, url, fill(get_page(client, url), "/edit") | {"age_group": YOUNG.value})
    ensure_nobody_is_alone(session)


def test_a_household_of_children_alone_gets_no_guide(session, asker):
    family = cast.make_family(
        session, asker, reference="F-2", household_size=1, children={ChildAge.TEEN: 1}
    )
    guide = make_group_guide(session, asker, "Anne Voksen")
    with pytest.raises(MayNotMeet) as refusal:
        propose(session, asker, family, guide, note="Lives alone.")
    assert lacking(refusal) == {LackCode.NO_ADULT_IN_HOUSEHOLD}


# Lists and rounds.


def test_neither_groups_nor_young_guides_are_in_any_list_of_the_matching(
    session, asker, coordinator, three
):
    people = queries.load_people(session, today=TODAY)
    assert three.group.id not in {family.family_id for family in people.families}
    assert three.young.id not in {guide.guide_id for guide in people.guides}
    named = queries.load_people(session, today=TODAY, families=[three.group.id])
    assert named.families == ()
    ranking = queries.rank_for(
        session, coordinator, session.get_one(Family, asker.family.id), today=TODAY
    )
    assert three.young.id not in ranking.guides
    with pytest.raises(NotFound):
        queries.get_family_to_match(session, coordinator, three.group.id)


def test_a_group_that_leaves_takes_the_names_of_those_who_said_yes_along(session, asker, three):
    withdraw_family(session, actor(asker, Role.CASEWORKER), three.group, now=NOW)
    assert three.group.status is FamilyStatus.WITHDRAWN
    assert session.scalars(select(GroupApproval)).all() == []


# Parallel requests.


@pytest.mark.postgresql
@pytest.mark.parametrize("round_", range(5))
def test_confirming_and_taking_a_yes_back_take_turns(
    session, session_factory, asker, coordinator, three, round_
):
    match = put_together(session, coordinator, *three)
    approval = session.scalars(
        select(GroupApproval).where(GroupApproval.kind == ApprovalKind.CHILD_WELFARE)
    ).one()
    session.commit()
    caseworker = actor(asker, Role.CASEWORKER)

    def confirm(own):
        mine = own.get_one(Match, match.id)
        services.confirm_match(own, coordinator, mine, addresses=ADDRESSES, now=NOW)

    def take_back(own):
        group_services.take_back_approval(
            own, caseworker, own.get_one(Family, three.group.id), approval.id, today=TODAY
        )

    refused = at_once(session_factory, asker, confirm, take_back)
    session.expire_all()
    confirmed = session.get_one(Match, match.id)
    if refused:
        assert (confirmed.status, confirmed.lead.places_taken) == (S.PROPOSED, 0)
    else:  # the yes was taken back a moment later: nothing goes on from here
        with pytest.raises(MayNotMeet):
            services.ensure_may_meet(session, confirmed.family, confirmed.takers)


@pytest.mark.postgresql
@pytest.mark.parametrize("round_", range(5))
def test_two_who_change_the_guides_at_once_never_leave_one_alone(
    session, session_factory, asker, coordinator, three, round_
):
    third = make_group_guide(session, asker, "Tor Voksen")
    match = put_together(session, coordinator, *three, third)
    for step in WAY_TO[S.ACTIVE]:
        Steps(session, asker).take(match, step)
    session.commit()

    def without(*gone: Guide) -> Callable[..., None]:
        def change(own):
            mine = own.get_one(Match, match.id)
            kept = {row.guide_id: row.kind for row in mine.guides}
            wanted = {key: kind for key, kind in kept.items() if key not in {g.id for g in gone}}
            lead = next((k for k, kind in wanted.items() if kind is GuideKind.LEAD), None)
            if lead is None:
                wanted[min(wanted)] = GuideKind.LEAD
            arrangement = services.Arrangement(wanted, seen=kept)
            services.arrange_guides(
                own, coordinator, mine, arrangement, addresses=ADDRESSES, now=NOW
            )

        return change

    at_once(session_factory, asker, without(three.adult), without(third))
    ensure_nobody_is_alone(session)
    left = session.scalars(select(MatchGuide).where(MatchGuide.match_id == match.id)).all()
    assert len(left) == 2
    guides = session.scalars(
        select(Guide).where(Guide.id.in_([three.adult.id, three.young.id, third.id]))
    )
    assert sum(guide.places_taken for guide in guides) == 2


def at_once(session_factory, town, *steps: Callable[..., None]) -> list[DomainError]:
    """Take steps in requests of their own at the same moment; return what was refused."""
    start, refused = threading.Barrier(len(steps)), []

    def request(step):
        with session_factory() as own:
            tenancy.bind(own, town.municipality.id)
            start.wait()
            try:
                step(own)
                own.commit()
            except DomainError as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=request, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return refused


def test_what_the_municipality_drops_may_be_proposed_again(session, asker, coordinator, three):
    match = put_together(session, coordinator, *three)
    refusal = services.Refusal(Side.COORDINATOR, DeclineReason.NOT_A_FIT)
    services.decline_match(
        session, coordinator, match, refusal=refusal, addresses=ADDRESSES, now=NOW
    )
    assert put_together(session, coordinator, *three).is_open
