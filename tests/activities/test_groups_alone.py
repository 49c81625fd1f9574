"""A meeting of a group that is left without a grown-up is not logged as if all were well."""

import datetime as dt

import pytest

from app.activities import services
from app.activities.models import ActivityKind, Mood
from app.endings.models import EndWish, MatchEnding
from app.families.models import FamilyKind
from app.guides.models import GuideStatus
from app.matches.models import GuideKind as K
from app.matches.models import Match, MatchGuide, MatchKind, MatchStatus, Side
from app.matches.services.allowed import GroupAlone
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import YOUNG, make_group, make_group_guide, show_certificate
from tests.pages import fill, get_page, post_page

DAY = dt.timedelta(days=1)


@pytest.fixture
def group(session, asker):
    """A group that meets the town's own guide, another grown-up and a young guide."""
    match = Match(
        family=make_group(session, asker),
        kind=MatchKind.GROUP,
        status=MatchStatus.ACTIVE,
        proposed_at=NOW,
        agreed_on=TODAY - 30 * DAY,
        started_on=TODAY - 30 * DAY,
    )
    young = make_group_guide(session, asker, "Emil Ung", age_group=YOUNG)
    asker.guide.status = GuideStatus.READY
    show_certificate(session, asker.guide)
    for guide, kind in ((asker.guide, K.LEAD), (young, K.CO)):
        match.guides.append(MatchGuide(guide=guide, kind=kind))
    session.add(match)
    session.flush()
    return match


def log(session, asker, match, on):
    told = services.Meeting(on, 60, ActivityKind.CHAT, Mood.GOOD)
    me = cast.actor(asker, Role.GUIDE)
    return services.log_activity(session, me, match, told, once_token="once", now=NOW)


def test_a_group_with_a_grown_up_and_one_more_logs_its_meetings(session, asker, group):
    assert log(session, asker, group, TODAY).match_id == group.id


@pytest.mark.parametrize("who", [0, 1], ids=["the grown-up", "the other one"])
def test_a_group_of_which_a_guide_has_a_break_logs_none(session, asker, group, who):
    group.guides[who].guide.status = GuideStatus.PAUSED
    session.flush()
    with pytest.raises(GroupAlone):
        log(session, asker, group, TODAY)


def test_somebody_who_is_only_asked_to_come_in_is_not_there(session, asker, group):
    group.guides[1].awaits_yes = True
    session.flush()
    with pytest.raises(GroupAlone):
        log(session, asker, group, TODAY)


def test_the_goodbye_itself_is_logged_and_nothing_after_it(session, asker, group):
    session.add(
        MatchEnding(
            match_id=group.id,
            guide_id=group.lead.id,
            wish=EndWish.STOP,
            side=Side.GUIDE,
            said_at=NOW,
            last_meeting_on=TODAY - DAY,
        )
    )
    session.flush()
    with pytest.raises(GroupAlone):
        log(session, asker, group, TODAY)
    assert log(session, asker, group, TODAY - DAY).done_on == TODAY - DAY


@pytest.mark.usefixtures("today_is_today")
def test_the_form_says_it_before_and_after_it_is_sent(client, session, asker, group):
    group.guides[1].guide.status = GuideStatus.PAUSED
    url = asker.url(f"/matches/{group.id}/activities/new?lang=en")
    session.commit()
    cast.sign_in(client, asker.guide_user)
    page = get_page(client, url)
    assert "Do not meet it before we have found somebody" in page.main.text
    sent = fill(page) | {
        "day": "today",
        "kind": ActivityKind.CHAT.value,
        "length": "60",
        "mood": Mood.GOOD.value,
    }
    page = post_page(client, url, sent, status=422)
    assert "Do not meet it before we have found somebody" in page.main.text


@pytest.fixture
def today_is_today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize(
    "page", ["/my-page", "/matches/{match}", "/matches/{match}/activities/new"]
)
def test_whoever_meets_a_group_reads_that_nobody_does_so_alone(client, session, asker, group, page):
    household = group.family
    session.commit()
    sign_in(client, asker.users[Role.GUIDE])
    url = asker.url(page.format(match=group.id)) + "?lang=en"
    assert "at least two guides" in get_page(client, url).main.text
    session.refresh(household)
    household.kind = FamilyKind.HOUSEHOLD
    session.commit()
    assert "at least two guides" not in get_page(client, url).main.text
