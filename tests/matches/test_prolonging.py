"""A pair that goes on: months are added, what was signed stays, and the plan of contacts follows."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan_follow_ups
from app.matches import queries, services
from app.matches.models import MatchStatus, Prolongation, WrongMatchStatus
from app.matches.services.prolonging import MoreTime, prolong_agreement
from app.oslo import plus_months
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import match_at
from tests.pages import fill, get_page, post_page

S = MatchStatus
LATER = NOW + dt.timedelta(days=200)
THEN = LATER.date()


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def active(session, asker):
    return match_at(session, asker, S.ACTIVE)


def prolong(session, coordinator, match, months=3, *, on=THEN, token="t" * 32):
    more = MoreTime(months, on, on)
    return prolong_agreement(session, coordinator, match, more, once_token=token, now=LATER)


def test_months_are_added_and_the_agreement_stays_as_it_was_signed(session, coordinator, active):
    signed = (active.agreement.months, active.agreement.signed_on)
    for months in (2, 4):
        prolong(session, coordinator, active, months, token=f"{months}" * 32)
    assert (active.agreement.months, active.agreement.signed_on) == signed
    assert queries.agreed_until(active) == plus_months(active.started_on, signed[0] + 6)


def test_sent_twice_it_counts_once(session, coordinator, active):
    assert prolong(session, coordinator, active) is prolong(session, coordinator, active)
    assert len(session.scalars(select(Prolongation)).all()) == 1


def test_the_same_yes_from_two_windows_counts_once(session, coordinator, active):
    for number in range(2):
        prolong(session, coordinator, active, token=f"{number}" * 32)
    assert len(session.scalars(select(Prolongation)).all()) == 1


def test_the_end_is_asked_about_anew(session, coordinator, active):
    plan_follow_ups(session, today=TODAY)
    before = end_of(session, active)
    prolong(session, coordinator, active)
    plan_follow_ups(session, today=LATER.date())
    assert end_of(session, active) == plus_months(before + dt.timedelta(days=14), 3) - dt.timedelta(
        days=14
    )


def end_of(session, match) -> dt.date:
    ends = select(FollowUp.due_on).where(
        FollowUp.match_id == match.id, FollowUp.kind == FollowUpKind.END
    )
    return session.scalars(ends).one()


@pytest.mark.parametrize("on", [LATER.date() + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)])
def test_nobody_agrees_ahead_of_time_or_before_they_began(session, coordinator, active, on):
    with pytest.raises(services.DateOutOfPlace):
        prolong(session, coordinator, active, on=on)


@pytest.mark.parametrize("status", [S.AGREED, S.ENDED])
def test_only_those_who_meet_go_on(session, asker, coordinator, status):
    with pytest.raises(WrongMatchStatus):
        prolong(session, coordinator, match_at(session, asker, status))


def test_staff_note_it_on_a_page_of_its_own(client, session, asker, active):
    session.commit()
    cast.sign_in(client, asker.coordinator)
    match_url = asker.url(f"/matches/{active.id}")
    link = get_page(client, match_url + "?lang=en").find(
        "a", string="They want to go on: add months"
    )
    page = get_page(client, link["href"] + "?lang=en")
    typed = fill(page, "/prolongation")
    shown = post_page(client, link["href"] + "?lang=en", typed | {"months": "0"})
    assert "Write a number from 1 to 24." in shown.text
    wrong = {"months": "3", "guide_on": TODAY.isoformat(), "family_on": "2020-01-01"}
    shown = post_page(client, link["href"] + "?lang=en", typed | wrong)
    assert [error["id"] for error in shown.select("[id$=-error]")] == ["family_on-error"]
    said = {"months": "3", "guide_on": TODAY.isoformat(), "family_on": TODAY.isoformat()}
    for _time in range(2):
        assert client.post(link["href"], data=typed | said).status_code == 303
    facts = get_page(client, match_url + "?lang=en").main.text
    assert "Added later" in facts and "3 months" in facts


def test_it_is_not_there_for_others(client, session, asker, active):
    session.commit()
    cast.sign_in(client, asker.caseworker)
    assert client.get(asker.url(f"/matches/{active.id}/prolongation")).status_code == 404
