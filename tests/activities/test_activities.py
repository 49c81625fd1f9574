import datetime as dt

import pytest
from sqlalchemy import select

from app.activities import services
from app.activities.models import Activity, ActivityKind, Mood
from app.activities.services import Meeting
from app.errors import NotPermitted
from app.guides.models import Guide
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus, WrongMatchStatus
from app.permissions import Actor, Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import match_at
from tests.pages import fill, get_page, post_page

START = NOW - dt.timedelta(days=20)
MEETING = Meeting(TODAY, 90, ActivityKind.DINNER, Mood.GOOD, "Lentil soup.")
ANSWERS = {"kind": "football_lift", "day": "today", "length": "60", "mood": "3", "note": ""}


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    monkeypatch.setattr("app.activities.views.now", lambda: NOW)
    monkeypatch.setattr("app.activities.views.today", lambda: TODAY)


@pytest.fixture
def match(session, asker) -> Match:
    """An active match, started twenty days ago."""
    match = match_at(session, asker, MatchStatus.ACTIVE, now=START)
    session.commit()
    return match


@pytest.fixture
def guide(asker):
    return cast.actor(asker, Role.GUIDE)


@pytest.fixture
def as_guide(client, asker):
    cast.sign_in(client, asker.guide_user)
    return client


@pytest.fixture
def logged(session, match, guide) -> Activity:
    activity = log(session, match, guide)
    session.commit()
    return activity


def log(session, match, guide, meeting=MEETING, press="one") -> Activity:
    return services.log_activity(session, guide, match, meeting, once_token=press, now=NOW)


def stored(session) -> list[Activity]:
    rows = session.scalars(
        select(Activity).order_by(Activity.done_on), execution_options={"populate_existing": True}
    ).all()
    session.commit()
    return list(rows)


def new_url(asker, match) -> str:
    return asker.url(f"/matches/{match.id}/activities/new")


# Services


def test_guide_logs_a_meeting(session, match, guide, asker):
    activity = log(session, match, guide)
    assert (activity.guide_id, activity.match_id) == (asker.guide.id, match.id)
    assert (activity.done_on, activity.duration_minutes) == (TODAY, 90)
    assert (activity.kind, activity.mood) == (ActivityKind.DINNER, Mood.GOOD)


def test_form_sent_twice_counts_once(session, match, guide):
    first = log(session, match, guide)
    assert log(session, match, guide).id == first.id
    assert len(stored(session)) == 1


def test_form_sent_twice_at_once_counts_once(session, match, guide, monkeypatch):
    """The second press looks before the first has stored, and stores after it."""
    first = log(session, match, guide)
    real = services.queries.find_by_token
    blind = [None]
    monkeypatch.setattr(
        services.queries, "find_by_token", lambda *a: blind.pop() if blind else real(*a)
    )
    assert log(session, match, guide).id == first.id
    assert len(stored(session)) == 1


def test_token_of_another_match_is_refused(session, match, guide, asker):
    log(session, match, guide)
    family = cast.make_family(session, asker, reference="F-2")
    other = Match(family_id=family.id, proposed_at=NOW, status=MatchStatus.ACTIVE)
    other.started_on = START.date()
    other.guides = [MatchGuide(guide=match.lead)]
    session.add(other)
    session.flush()
    with pytest.raises(services.FormUsedElsewhere):
        log(session, other, guide)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (TODAY + dt.timedelta(days=1), services.MeetingInTheFuture),
        (START.date() - dt.timedelta(days=1), services.MeetingBeforeStart),
    ],
)
def test_date_that_cannot_be_right_is_refused(session, match, guide, logged, day, refusal):
    meeting = Meeting(day, 60, ActivityKind.CHAT, Mood.FINE)
    with pytest.raises(refusal):
        log(session, match, guide, meeting, "another token")
    with pytest.raises(refusal):
        services.change_activity(session, guide, logged, meeting, now=NOW)


def test_meeting_on_the_first_day_is_fine(session, match, guide):
    log(session, match, guide, Meeting(START.date(), 60, ActivityKind.CHAT, Mood.FINE))


@pytest.mark.parametrize("status", [MatchStatus.AGREED, MatchStatus.ENDED])
def test_only_an_active_match_has_new_meetings(session, asker, guide, status):
    match = match_at(session, asker, status, now=START)
    with pytest.raises(WrongMatchStatus):
        log(session, match, guide)


def test_nobody_else_logs_changes_or_deletes(session, match, logged, asker):
    for role in (Role.COORDINATOR, Role.CASEWORKER):
        actor = cast.actor(asker, role)
        with pytest.raises(NotPermitted):
            log(session, match, actor, press="mine")
        with pytest.raises(NotPermitted):
            services.change_activity(session, actor, logged, MEETING, now=NOW)
        with pytest.raises(NotPermitted):
            services.delete_activity(session, actor, logged)


def test_guide_of_another_family_reaches_nothing(session, match, logged, guide):
    match.lead.user_id = None
    with pytest.raises(NotPermitted):
        log(session, match, guide, press="mine")
    with pytest.raises(NotPermitted):
        services.delete_activity(session, guide, logged)


def test_second_guide_of_the_match_leaves_the_firsts_meetings_alone(session, match, logged, asker):
    second = cast.make_guide(session, asker, user_id=asker.caseworker.id)
    match.guides.append(MatchGuide(guide=second, kind=GuideKind.CO))
    session.flush()
    actor = Actor(asker.caseworker.id, asker.municipality.id, frozenset({Role.GUIDE}))
    with pytest.raises(NotPermitted):
        services.change_activity(session, actor, logged, MEETING, now=NOW)
    with pytest.raises(NotPermitted):
        services.delete_activity(session, actor, logged)


# Pages


def test_three_taps_and_save(as_guide, session, asker, match):
    page = get_page(as_guide, new_url(asker, match) + "?lang=en")
    assert page.select_one("input[name=day][checked]")["value"] == "today"
    answers = fill(page, "/activities/new") | {"kind": "football_lift", "length": "90", "mood": "3"}
    answer = as_guide.post(new_url(asker, match), data=answers)
    assert answer.status_code == 303
    assert as_guide.post(new_url(asker, match), data=answers).status_code == 303
    (activity,) = stored(session)
    assert (activity.kind, activity.duration_minutes) == (ActivityKind.FOOTBALL_LIFT, 90)
    assert activity.done_on == TODAY


@pytest.mark.parametrize(
    ("changes", "day", "minutes"),
    [
        ({"day": "yesterday"}, TODAY - dt.timedelta(days=1), 60),
        ({"day": "another", "done_on": "2026-02-20"}, dt.date(2026, 2, 20), 60),
        ({"length": "other", "minutes": "75"}, TODAY, 75),
        ({"length": "30", "minutes": "75"}, TODAY, 30),
        ({"length": "30", "minutes": "x", "done_on": "soon"}, TODAY, 30),
    ],
)
def test_days_and_lengths(  # noqa: PLR0917
    as_guide, session, asker, match, changes, day, minutes
):
    assert as_guide.post(new_url(asker, match), data=ANSWERS | changes).status_code == 303
    (activity,) = stored(session)
    assert (activity.done_on, activity.duration_minutes) == (day, minutes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Choose what you did."),
        ({"kind": "murder"}, "Choose what you did."),
        ({"mood": "4"}, "Choose how it went."),
        ({"day": "another"}, "Write the date."),
        ({"day": "another", "done_on": "soon"}, "Write the date as"),
        ({"day": "another", "done_on": "2026-03-03"}, "The day has not come yet."),
        ({"day": "another", "done_on": "2026-01-01"}, "That was before the start meeting."),
        ({"length": "other"}, "Write how many minutes."),
        ({"length": "other", "minutes": "5"}, "Write a number from 15 to 1440."),
        ({"length": "999"}, "Choose how long."),
        ({"note": "x" * 281}, "Use 280 characters at most."),
        ({"note": "He is 010190 12345"}, "national identity number"),
        ({"note": "Her brother has 900 00 123"}, "a telephone number"),
        ({"note": "We met at Kirkeveien 12"}, "an address"),
        ({"once_token": "x" * 65}, "Load the page again."),
    ],
)
def test_wrong_answers_are_told_in_words_and_store_nothing(
    as_guide, session, asker, match, changes, words
):
    page = post_page(as_guide, new_url(asker, match) + "?lang=en", ANSWERS | changes)
    assert words in page.select_one("main").text
    assert page.select_one("#error-summary")
    assert stored(session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("9999-12-31", "The day has not come yet."),
        ("2026-01-01", "That was before the start meeting."),
        ("", "Write the date."),
    ],
)
@pytest.mark.parametrize("edits", [False, True])
def test_a_wrong_day_is_told_together_with_all_else(as_guide, asker, match, logged, wrong, edits):
    day, words = wrong
    url = asker.url(f"/activities/{logged.id}") if edits else new_url(asker, match)
    page = post_page(
        as_guide, url + "?lang=en", ANSWERS | {"day": "another", "done_on": day, "mood": ""}
    )
    told = {link["href"]: link.text.strip() for link in page.select("#error-summary a")}
    assert told == {"#done_on": words, "#mood-0": "Choose how it went."}
    assert page.select_one("[name=done_on]")["value"] == day


def test_closed_match_offers_no_form(as_guide, session, asker):
    match = match_at(session, asker, MatchStatus.ENDED, now=START)
    session.commit()
    page = get_page(as_guide, new_url(asker, match) + "?lang=en", status=409)
    assert not page.select("main form")
    assert "Amal" not in str(page)


def test_guide_changes_and_deletes_their_own(as_guide, session, asker, logged):
    url = asker.url(f"/activities/{logged.id}")
    answers = fill(get_page(as_guide, url), f"/activities/{logged.id}")
    assert answers["length"] == "90" and answers["note"].strip() == "Lentil soup."
    assert as_guide.post(url, data=answers | {"mood": "1"}).status_code == 303
    assert stored(session)[0].mood is Mood.HARD
    get_page(as_guide, url + "/deletion")
    assert as_guide.post(url + "/deletion").status_code == 303
    assert stored(session) == []


def test_staff_see_all_with_totals_and_change_nothing(client, asker, logged):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/activities?lang=en"))
    row = page.select_one(".work-row").text
    assert "Dinner or cooking" in row and asker.guide.name in row and "Asker-1" in row
    assert "1 h 30 min" in page.select_one(".stats").text
    assert client.get(asker.url(f"/activities/{logged.id}")).status_code == 404
    for query, found in (
        ("?month=2026-03", 1),
        ("?month=2026-02", 0),
        ("?month=9999-99", 1),
        (f"?match={logged.match_id}", 1),
        ("?match=nonsense", 1),
        ("?page=7", 1),
    ):
        page = get_page(client, asker.url("/activities") + query)
        assert len(page.select(".work-row")) == found, query


def test_guide_sees_own_meetings_without_the_family(as_guide, session, asker, logged):
    page = get_page(as_guide, asker.url("/activities?lang=en"))
    assert len(page.select(".work-row")) == 1
    assert "Asker-1" not in str(page) and "Amal" not in str(page)
    session.get(Guide, asker.guide.id).user_id = None
    session.commit()
    assert not get_page(as_guide, asker.url("/activities")).select(".work-row")
    assert as_guide.get(asker.url(f"/activities/{logged.id}")).status_code == 404


def test_caseworkers_and_the_other_municipality_see_none(baerum, client, asker, match, logged):
    cast.sign_in(client, asker.caseworker)
    assert client.get(asker.url("/activities")).status_code == 404
    cast.sign_in(client, baerum.guide_user)
    assert client.get(new_url(asker, match)).status_code == 404
    assert client.get(baerum.url(f"/activities/{logged.id}")).status_code == 404


@pytest.mark.parametrize(("days_ago", "months"), [(0, 1), (1, 1), (2, 2), (40, 3)])
def test_months_before_the_first_meeting_are_not_offered(
    client, session, asker, logged, days_ago, months
):
    session.get(Activity, logged.id).done_on = TODAY - dt.timedelta(days=days_ago)
    session.commit()
    for user in (asker.coordinator, asker.guide_user):
        cast.sign_in(client, user)
        page = get_page(client, asker.url("/activities?lang=en"))
        assert len(page.select("nav.tabs a")) == 1 + months  # and "All"


def test_match_page_says_when_they_last_met(client, asker, match, logged):
    for user in (asker.coordinator, asker.caseworker):
        cast.sign_in(client, user)
        page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
        facts = {d.dt.text: d.dd.text for d in page.select(".facts > div")}
        assert facts["Last meeting"].startswith(f"{logged.done_on.day} March")


def test_menu_and_page_have_one_word(client, asker):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/activities?lang=en"))
    link = page.select_one("nav a[href$='/activities']")
    assert link.text.strip() == page.h1.text.strip() == "Meetings"
