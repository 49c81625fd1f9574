"""The start meeting and the agreement: from two yeses to an active match."""

import datetime as dt

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotFound, NotPermitted
from app.families.models import Family, FamilyStatus, FamilyWithdrawn
from app.matches import queries, services
from app.matches.models import (
    Match,
    MatchStatus,
    MeetingPlace,
    StartCheck,
    StartMeeting,
    WrongMatchStatus,
)
from app.matches.queries import Terms
from app.matches.services import Plan, Signatures
from app.matches.services.starting import MeetingTooFar
from app.messages.models import OutgoingMessage
from app.municipalities.models import Municipality
from app.permissions import Role
from app.vocabulary import Rhythm
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, match_at

S = MatchStatus
NEXT_WEEK = dt.datetime(2026, 3, 10, 17, 30, tzinfo=dt.UTC)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def library(session) -> MeetingPlace:
    return add_place(session, "Asker library")


@pytest.fixture
def agreed(session, asker) -> Match:
    match = match_at(session, asker, S.AGREED)
    match.family.contact_email = "amal@example.org"
    session.flush()
    return match


def add_place(session, name: str, **changes) -> MeetingPlace:
    place = MeetingPlace(name=name, way_there="Strøket 15", **changes)
    session.add(place)
    session.flush()
    return place


def plan(session, actor, match, place, *, at=NEXT_WEEK, language="", now=NOW) -> StartMeeting:
    wanted = Plan(at, place.id, language)
    return services.plan_start_meeting(session, actor, match, wanted, addresses=ADDRESSES, now=now)


def sign(session, actor, match, guide_on, family_on) -> None:
    services.note_signatures(session, actor, match, Signatures(guide_on, family_on), now=NOW)


def letters(session, template: str) -> list[OutgoingMessage]:
    wanted = select(OutgoingMessage).where(OutgoingMessage.template == template)
    return list(session.scalars(wanted))


# Time and place


def test_both_are_told_that_there_is_a_time_and_neither_letter_says_when_or_where(
    session, asker, coordinator, agreed, library
):
    plan(session, coordinator, agreed, library)
    (to_guide,) = letters(session, "start_meeting")
    (to_family,) = letters(session, "family_start_meeting")
    assert (to_guide.recipient, to_family.recipient) == (asker.guide.email, "amal@example.org")
    for letter in (to_guide, to_family):
        words = letter.subject + letter.body
        for secret in ("library", "Strøket", "17:30", "18:30", "10. mars", "March"):
            assert secret not in words
    assert agreed.lead.first_name not in to_family.body
    assert agreed.family.first_name not in to_guide.body


def test_the_same_plan_saved_again_is_no_news(session, coordinator, agreed, library):
    plan(session, coordinator, agreed, library)
    meeting = plan(session, coordinator, agreed, library, language="ar")
    assert (meeting.sequence, meeting.interpreter_language) == (0, "ar")
    assert len(letters(session, "start_meeting")) == 1


def test_another_time_is_news_and_calendars_hear_that_it_is(session, coordinator, agreed, library):
    plan(session, coordinator, agreed, library)
    later = plan(session, coordinator, agreed, library, at=NEXT_WEEK + dt.timedelta(hours=1))
    assert later.sequence == 1
    for letter in ("start_meeting", "start_meeting_moved", "family_start_meeting_moved"):
        assert len(letters(session, letter)) == 1
    assert session.scalars(select(StartMeeting)).all() == [later]


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (NOW - dt.timedelta(days=1), services.DateOutOfPlace),
        (NOW + dt.timedelta(days=200), MeetingTooFar),
    ],
)
def test_a_meeting_before_the_yes_or_in_a_wrong_year_is_refused(
    session, coordinator, agreed, library, at, refusal
):
    with pytest.raises(refusal):
        plan(session, coordinator, agreed, library, at=at)
    assert agreed.start_meeting is None


def test_only_a_place_on_the_list_can_be_chosen(session, coordinator, agreed):
    closed = add_place(session, "Old town hall", active=False)
    with pytest.raises(services.MeetingPlaceGone):
        plan(session, coordinator, agreed, closed)


def test_a_place_out_of_use_stays_with_its_meeting(session, coordinator, agreed, library):
    plan(session, coordinator, agreed, library)
    library.active = False
    assert plan(session, coordinator, agreed, library, language="ar").place is library


@pytest.fixture
def foreign_place(session_factory, baerum) -> MeetingPlace:
    with session_factory() as other:
        tenancy.bind(other, baerum.municipality.id)
        place = add_place(other, "Baerum library")
        other.commit()
        return place


def test_a_place_of_another_municipality_is_none_of_ours(
    foreign_place, session, coordinator, agreed
):
    with pytest.raises(services.MeetingPlaceGone):
        plan(session, coordinator, agreed, foreign_place)


@pytest.mark.parametrize("status", [s for s in S if s is not S.AGREED], ids=lambda s: s.value)
def test_nothing_is_planned_agreed_or_signed_unless_both_have_just_said_yes(
    session, asker, coordinator, library, status
):
    match = match_at(session, asker, status)
    steps = (
        lambda: plan(session, coordinator, match, library),
        lambda: services.agree_on(session, coordinator, match, Terms(3, Rhythm.WEEKLY, "ar")),
        lambda: sign(session, coordinator, match, TODAY, TODAY),
    )
    for step in steps:
        with pytest.raises(WrongMatchStatus):
            step()
    assert match.status is status


def test_caseworkers_and_guides_start_nothing(session, asker, agreed, library):
    for role in (Role.CASEWORKER, Role.GUIDE):
        someone = cast.actor(asker, role)
        with pytest.raises(NotPermitted):
            plan(session, someone, agreed, library)
        with pytest.raises(NotPermitted):
            sign(session, someone, agreed, TODAY, TODAY)
        with pytest.raises(NotPermitted):
            services.agree_on(session, someone, agreed, Terms(3, Rhythm.WEEKLY, "nb"))


# The agreement


def test_without_a_word_the_agreement_is_as_the_municipality_decided(session, agreed):
    assert queries.terms_for(session, agreed) == Terms(9, Rhythm.FORTNIGHTLY, "nb")
    ours = session.get(Municipality, agreed.municipality_id)
    ours.agreement_months, ours.agreement_rhythm = 6, Rhythm.WEEKLY
    agreed.family.locale = "uk"
    assert queries.terms_for(session, agreed) == Terms(6, Rhythm.WEEKLY, "uk")


def test_a_rhythm_that_all_of_them_wish_is_what_the_talk_begins_with(session, agreed):
    agreed.family.rhythm = Rhythm.WEEKLY
    assert queries.terms_for(session, agreed).rhythm is Rhythm.FORTNIGHTLY
    agreed.present[0].rhythm = Rhythm.WEEKLY
    assert queries.terms_for(session, agreed).rhythm is Rhythm.WEEKLY


def test_one_match_may_agree_on_something_else(session, coordinator, agreed):
    services.agree_on(session, coordinator, agreed, Terms(3, Rhythm.MONTHLY, "ru"))
    session.get(Municipality, agreed.municipality_id).agreement_months = 12
    assert queries.terms_for(session, agreed) == Terms(3, Rhythm.MONTHLY, "ru")


@pytest.mark.parametrize(("guide_on", "family_on"), [(TODAY, None), (None, TODAY), (None, None)])
def test_a_match_with_less_than_two_signatures_is_not_active(
    session, coordinator, agreed, guide_on, family_on
):
    sign(session, coordinator, agreed, guide_on, family_on)
    assert agreed.status is S.AGREED
    assert agreed.started_on is None


def test_the_later_signature_makes_the_match_active(session, coordinator, agreed):
    agreed.agreed_on = TODAY - dt.timedelta(days=3)
    session.flush()
    yesterday = TODAY - dt.timedelta(days=1)
    sign(session, coordinator, agreed, yesterday, None)
    sign(session, coordinator, agreed, yesterday, TODAY)
    assert agreed.status is S.ACTIVE
    assert agreed.started_on == TODAY
    assert agreed.family.status is FamilyStatus.MATCHED
    assert agreed.agreement.noted_by_id == coordinator.user_id


@pytest.mark.parametrize("days", [-1, 1])
def test_signatures_lie_between_the_yes_and_today(session, coordinator, agreed, days):
    with pytest.raises(services.DateOutOfPlace):
        sign(session, coordinator, agreed, TODAY, TODAY + dt.timedelta(days=days))
    assert agreed.status is S.AGREED


def test_what_is_changed_after_a_signature_is_signed_anew(session, coordinator, agreed):
    sign(session, coordinator, agreed, TODAY, None)
    same = queries.terms_for(session, agreed)
    services.agree_on(session, coordinator, agreed, same)
    assert agreed.agreement.guide_signed_on == TODAY
    services.agree_on(session, coordinator, agreed, same._replace(months=12))
    assert agreed.agreement.guide_signed_on is None


def test_a_family_that_has_left_starts_nothing(session, coordinator, agreed, library):
    agreed.family.withdraw(on=TODAY)
    with pytest.raises(FamilyWithdrawn):
        plan(session, coordinator, agreed, library)
    with pytest.raises(FamilyWithdrawn):
        sign(session, coordinator, agreed, TODAY, TODAY)


def test_what_was_talked_about_is_ticked(session, coordinator, agreed, library):
    assert services.tick_checks(session, coordinator, agreed, frozenset(StartCheck)) is None
    plan(session, coordinator, agreed, library)
    services.tick_checks(session, coordinator, agreed, frozenset({StartCheck.BOUNDARIES}))
    session.expire_all()
    assert agreed.start_meeting.checks == {StartCheck.BOUNDARIES}


# A family's own page


def token_of(letter: OutgoingMessage) -> str:
    return letter.body.partition("/family/")[2].split()[0]


@pytest.mark.parametrize(("hours", "open_then"), [(0, [True, True]), (25, [False, True])])
def test_each_new_link_of_a_family_closes_the_one_before_a_day_later(
    session, coordinator, agreed, library, hours, open_then
):
    plan(session, coordinator, agreed, library)
    plan(session, coordinator, agreed, library, at=NEXT_WEEK + dt.timedelta(hours=1))
    opens = []
    first, moved = "family_start_meeting", "family_start_meeting_moved"
    for letter in [*letters(session, first), *letters(session, moved)]:
        try:
            then = NOW + dt.timedelta(hours=hours)
            opens.append(bool(queries.get_family_by_link(session, token_of(letter), now=then)))
        except NotFound:
            opens.append(False)
    assert sorted(opens) == open_then


def test_a_family_leaves_by_its_own_link(session, coordinator, agreed, library):
    plan(session, coordinator, agreed, library)
    token = token_of(letters(session, "family_start_meeting")[0])
    family = services.withdraw_by_link(session, token, now=NOW)
    assert session.get(Family, family.id).status is FamilyStatus.WITHDRAWN
    assert not agreed.both_said_yes
    with pytest.raises(NotFound):
        services.withdraw_by_link(session, token, now=NOW)
