"""Staff who work three days a week note on Monday what was said on Thursday."""

import datetime as dt

import pytest

from app.matches import services
from app.matches.models import AnswerWay, MatchStatus
from app.matches.services.steps import Heard
from app.permissions import Role
from tests import cast
from tests.matches.people import ADDRESSES, match_at
from tests.pages import get_page, post_page

S = MatchStatus
ASKED = dt.date(2026, 3, 2)
SAID, MONDAY = dt.date(2026, 3, 5), dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
BAD_DAYS = [ASKED - dt.timedelta(days=1), MONDAY.date() + dt.timedelta(days=1)]


def url_of(asker, match, step="") -> str:
    return asker.url(f"/matches/{match.id}{step}") + "?lang=en"


def test_the_day_of_both_yeses_is_the_day_they_were_said(session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    boss = cast.actor(asker, Role.COORDINATOR)
    heard = Heard(AnswerWay.PHONE, ASKED)
    services.accept_as_guide(session, boss, match, way=heard, now=MONDAY)
    assert match.guides[0].said_yes_on == ASKED
    asked_at = dt.datetime.combine(ASKED, dt.time(12), dt.UTC)
    services.ask_family(session, boss, match, addresses=ADDRESSES, now=asked_at)
    heard = Heard(AnswerWay.IN_PERSON, SAID)
    services.accept_for_family(session, boss, match, way=heard, addresses=ADDRESSES, now=MONDAY)
    assert (match.status, match.agreed_on) == (S.AGREED, SAID)
    both = services.Signatures(SAID, SAID)
    services.note_signatures(session, boss, match, both, now=MONDAY)
    assert (match.status, match.started_on) == (S.ACTIVE, SAID)


@pytest.mark.parametrize("day", BAD_DAYS)
def test_no_yes_before_the_question_nor_ahead(session, asker, day):
    boss = cast.actor(asker, Role.COORDINATOR)
    heard = Heard(AnswerWay.PHONE, day)
    match = match_at(session, asker, S.GUIDE_ASKED)
    with pytest.raises(services.DateOutOfPlace):
        services.accept_as_guide(session, boss, match, way=heard, now=MONDAY)
    services.accept_as_guide(session, boss, match, way=Heard(AnswerWay.PHONE, ASKED), now=MONDAY)
    asked_at = dt.datetime.combine(ASKED, dt.time(12), dt.UTC)
    services.ask_family(session, boss, match, addresses=ADDRESSES, now=asked_at)
    with pytest.raises(services.DateOutOfPlace):
        services.accept_for_family(session, boss, match, way=heard, addresses=ADDRESSES, now=MONDAY)
    assert match.status is S.FAMILY_ASKED


def test_an_answer_given_in_time_and_noted_too_late_counts(session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    boss = cast.actor(asker, Role.COORDINATOR)
    later = dt.datetime.combine(match.expires_on, dt.time(12), dt.UTC) + dt.timedelta(days=3)
    with pytest.raises(services.AnswerTooLate):
        services.accept_as_guide(session, boss, match, way=AnswerWay.PHONE, now=later)
    heard = Heard(AnswerWay.PHONE, match.expires_on)
    services.accept_as_guide(session, boss, match, way=heard, now=later)
    assert match.status is S.GUIDE_ACCEPTED


def test_the_page_offers_today_and_says_at_the_field_what_is_wrong(
    client, session, asker, time_machine
):
    time_machine.move_to(MONDAY, tick=False)
    match = match_at(session, asker, S.FAMILY_ASKED)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, url_of(asker, match))
    assert page.select_one("[name=answer-on]")["value"] == "2026-03-09"
    said = {"answer-answer": "yes", "answer-way": "phone", "answer-reason": "no_reason"}
    wrong = said | {"answer-on": "2026-03-01"}
    page = post_page(client, url_of(asker, match, "/family-answer"), wrong)
    assert "from the one they were asked until today" in page.select_one("#error-summary").text
    assert page.select_one("[name=answer-on]")["value"] == "2026-03-01"
    right = said | {"answer-on": "2026-03-05"}
    answer = client.post(url_of(asker, match, "/family-answer"), data=right)
    assert answer.status_code == 303
    session.refresh(match)
    assert match.agreed_on == SAID
