"""What staff plan quietly tells the guide nothing: neither by an answer nor by what is gone."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.endings import queries, services
from app.endings.models import EndWish, MatchEnding
from app.families.models import FamilyStatus
from app.guides.models import GuideStatus
from app.matches.models import MatchStatus
from app.permissions import Role
from app.web import context
from tests import cast
from tests.cast import NOW
from tests.endings.people import PAGES, TODAY, decide, guide_actor, make_pair, one_morning, say
from tests.pages import get_page

DAY = dt.timedelta(days=1)
LAST = TODAY + 9 * DAY


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    monkeypatch.setattr(context, "today", lambda: TODAY)
    for name in ("now", "today"):
        value = NOW if name == "now" else TODAY
        monkeypatch.setattr(f"app.endings.views.plan.{name}", lambda value=value: value)


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def plan_quietly(session, asker, match, wish="no_guide", **more):
    more = {"last_meeting_on": TODAY + 5 * DAY, "guide_knows": False} | more
    decide(session, asker, match, wish, **more)


def tasks(session, coordinator, on=TODAY):
    return sorted(str(task.why) for task in queries.list_ending_tasks(session, coordinator, on))


def what_a_guide_meets(client, asker, match, data):
    """Post a wish, and return the answer with all that the guide reads afterwards."""
    url = asker.url(f"/matches/{match.id}/ending")
    before = get_page(client, f"{url}?lang=en").main.text
    answer = client.post(url, data=data)
    flash = BeautifulSoup(client.get(asker.url("/my-page?lang=en")).data, "html.parser").main.text
    paths = (url, asker.url(f"/matches/{match.id}"))
    read = [get_page(client, f"{path}?lang=en").main.text for path in paths]
    back = client.post(f"{url}/withdrawal", follow_redirects=True)
    return before, answer.status_code, answer.location, flash, read, back.status_code


@pytest.mark.parametrize(
    "data", [{"wish": "pause"}, {"wish": "stop"}, {"wish": "another_family"}, {"wish": "nonsense"}]
)
def test_a_guide_is_answered_alike_whether_or_not_something_is_planned(
    client, session, asker, match, data
):
    user = match.lead.user
    session.commit()
    cast.sign_in(client, user)
    met = []
    for quiet in (False, True):
        if quiet:
            plan_quietly(session, asker, match)
        match.lead.status, match.lead.paused_until = GuideStatus.READY, None
        session.commit()
        met.append(what_a_guide_meets(client, asker, match, data))
        session.expire_all()
    assert met[0] == met[1]
    assert session.scalars(select(MatchEnding.side)).all() == ["coordinator"]


@pytest.mark.parametrize("order", ["said first", "planned first"])
def test_the_guides_own_last_meeting_stands_until_they_are_told(
    session, asker, coordinator, match, order
):
    steps = [
        lambda: say(session, asker, match, "stop", last_meeting_on=LAST),
        lambda: plan_quietly(session, asker, match),
    ]
    for step in steps if order == "said first" else reversed(steps):
        step()
    assert queries.list_last_meetings(session, match.lead.id) == [(match.id, LAST)]
    assert tasks(session, coordinator) == ["talk", "tell"]
    services.note_talk(session, coordinator, match, match.lead.id, today=TODAY)
    assert tasks(session, coordinator) == ["tell"]
    services.tell_guide(session, coordinator, match, pages=PAGES, now=NOW)
    assert queries.list_last_meetings(session, match.lead.id) == [(match.id, TODAY + 5 * DAY)]
    assert tasks(session, coordinator) == []


def test_it_ends_on_the_guides_day_and_as_is_planned_for_the_family(session, asker, match):
    say(session, asker, match, "stop", last_meeting_on=LAST)
    plan_quietly(session, asker, match)
    one_morning(session, NOW + 7 * DAY)
    assert match.status is MatchStatus.ACTIVE
    one_morning(session, NOW + 10 * DAY)
    assert match.status is MatchStatus.ENDED
    assert match.family.status is FamilyStatus.WITHDRAWN  # it wanted no guide any more
    assert match.lead.status is GuideStatus.ENDED


def test_what_is_planned_quietly_and_taken_back_leaves_what_the_guide_said(
    session, asker, coordinator, match
):
    say(session, asker, match, "another_family", last_meeting_on=LAST)
    plan_quietly(session, asker, match)
    services.take_back_wish(session, coordinator, match, now=NOW)
    assert queries.find_ending(session, match.id).wish is EndWish.ANOTHER_FAMILY
    plan_quietly(session, asker, match)
    services.take_back_wish(session, guide_actor(asker, match), match, now=NOW)
    assert queries.find_ending(session, match.id).wish is EndWish.NO_GUIDE


def test_what_the_guide_has_been_told_is_not_changed_behind_their_back(session, asker, match):
    decide(session, asker, match, "no_guide", last_meeting_on=LAST)
    with pytest.raises(services.GuideKnowsPlan):
        plan_quietly(session, asker, match)
    assert queries.list_last_meetings(session, match.lead.id) == [(match.id, LAST)]
    with pytest.raises(services.GuideKnowsPlan):
        plan_quietly(session, asker, match, last_meeting_on=None)


def test_what_is_to_end_at_once_waits_until_the_guide_knows(session, asker, coordinator, match):
    plan_quietly(session, asker, match, last_meeting_on=None)
    one_morning(session, NOW + 3 * DAY)
    assert match.status is MatchStatus.ACTIVE
    assert tasks(session, coordinator) == ["tell"]
    services.tell_guide(session, coordinator, match, pages=PAGES, now=NOW + 3 * DAY)
    assert match.status is MatchStatus.ENDED
    assert tasks(session, coordinator) == []


def test_that_is_said_at_the_field(client, session, asker, match):
    decide(session, asker, match, "another_guide", last_meeting_on=LAST)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    soon = (TODAY + 3 * DAY).isoformat()
    data = {"wish": "another_guide", "last_meeting_on": soon, "family_after": "waits"}
    answer = client.post(asker.url(f"/matches/{match.id}/ending?lang=en"), data=data)
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert page.select_one("#guide_knows-error")
    assert page.select_one("#last_meeting_on")["value"]


def test_staff_read_both_what_the_guide_said_and_what_is_planned(client, session, asker, match):
    say(session, asker, match, "stop", last_meeting_on=LAST)
    plan_quietly(session, asker, match)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    for path in (f"/matches/{match.id}", f"/matches/{match.id}/ending"):
        page = get_page(client, asker.url(f"{path}?lang=en"))
        assert "Gro, the guide, said so on" in page.main.text
        assert "goes by what they have said themselves" in page.main.text
        assert len(page.select("form[action$='/ending/withdrawal']")) == 1
        assert page.select("form[action$='/ending/talk']")
        assert page.select("form[action$='/ending/told']")


def test_a_break_that_staff_noted_keeps_no_guide_from_saying_more(session, asker, match):
    decide(session, asker, match, "pause", rest_until=TODAY + 9 * DAY)
    say(session, asker, match, "completed", last_meeting_on=LAST)
    (ending,) = session.scalars(select(MatchEnding))
    assert (ending.wish, ending.family_after) == (EndWish.COMPLETED, None)
