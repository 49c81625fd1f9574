"""Small things that told a guide what is said in confidence, or opened what is closed."""

import datetime as dt

import pytest

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.endings import services as endings
from app.endings.models import EndWish, MatchEnding
from app.errors import NotFound
from app.follow_ups.models import FollowUp, FollowUpAnswer, FollowUpKind, PairSide
from app.follow_ups.queries import get_question
from app.guides.models import GuideStatus
from app.matches.models import GuideKind, MatchGuide, MatchStatus, Side
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.guides.answers import STEPS
from tests.matches.people import match_at
from tests.pages import get_page

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("quiet", [False, True])
def test_a_day_that_cannot_be_is_refused_alike_whatever_staff_have_noted(session, asker, quiet):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    if quiet:
        noted = {"wish": EndWish.ANOTHER_GUIDE, "side": Side.COORDINATOR, "said_at": NOW}
        session.add(MatchEnding(match_id=match.id, **noted))
        session.flush()
    wish = endings.Wish(EndWish.COMPLETED, last_meeting_on=TODAY - 400 * DAY)
    with pytest.raises(endings.DayOutOfPlace):
        endings.say_wish(session, cast.actor(asker, Role.GUIDE), match, wish, now=NOW)


def test_who_has_left_a_pair_is_not_asked_how_it_is(session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    other = cast.make_guide(session, asker, email="liv@asker.example", status=GuideStatus.READY)
    row = MatchGuide(match_id=match.id, guide_id=other.id, kind=GuideKind.CO)
    asked = FollowUp(match_id=match.id, kind=FollowUpKind.CHECK_IN, number=1, due_on=TODAY)
    session.add_all([row, asked])
    session.flush()
    session.expire_all()
    question = FollowUpAnswer(
        follow_up_id=asked.id,
        match_id=match.id,
        side=PairSide.GUIDE,
        guide_id=other.id,
        asked_at=NOW,
    )
    session.add(question)
    session.flush()
    token = issue_link(
        session,
        LinkKind.FOLLOW_UP,
        question.id,
        municipality_id=asker.municipality.id,
        now=NOW,
        holder_id=other.id,
    )
    assert get_question(session, token, now=NOW)[0] is question
    match.guides.remove(next(one for one in match.guides if one.guide_id == other.id))
    session.flush()
    with pytest.raises(NotFound):
        get_question(session, token, now=NOW)


def test_an_application_that_was_left_is_gone_with_the_browser(client, asker):
    step, told = STEPS[0]
    answer = client.post(asker.url(f"/sign-up/{step}"), data=told)
    kept = [c for c in answer.headers.getlist("Set-Cookie") if "sign_up" in c or "draft" in c]
    assert answer.status_code == 303 and kept
    assert not [c for c in kept if "Max-Age" in c or "Expires" in c]


def test_after_a_family_has_left_the_guide_logs_no_meeting_with_it(client, session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    url = asker.url(f"/matches/{match.id}/activities/new")
    session.commit()
    sign_in(client, asker.guide_user)
    assert client.get(url).status_code == 200
    match.family.withdraw(on=TODAY)
    session.commit()
    assert client.get(url).status_code == 409
    page = get_page(client, asker.url("/matches?lang=en"))
    assert "Closed" in page.main.text and "Active" not in page.main.text
