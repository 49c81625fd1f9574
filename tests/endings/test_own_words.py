"""Of two guides each says a word of their own: nobody else reads, changes or takes it back."""

import datetime as dt
import uuid

import pytest
import time_machine

from app.endings import queries, services
from app.endings.models import EndWish
from app.endings.services import Wish
from app.errors import NotFound
from app.guides.models import GuideStatus
from app.matches.models import GuideKind, MatchGuide, MatchStatus
from app.matches.services.arranging import Arrangement, arrange_guides
from app.permissions import Actor, Role
from tests import cast
from tests.cast import NOW, sign_in
from tests.endings.people import PAGES, TODAY, decide, make_guide, make_pair, one_morning, say
from tests.matches.people import ADDRESSES
from tests.pages import fill, get_page, post_page


@pytest.fixture
def other(session, asker, match):
    """A second guide of the match."""
    guide = make_guide(session, asker, places_taken=1)
    match.guides.append(MatchGuide(guide_id=guide.id, guide=guide, kind=GuideKind.CO))
    session.flush()
    return guide


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def as_guide(town, guide):
    return Actor(guide.user_id, town.municipality.id, frozenset({Role.GUIDE}))


def tasks(session, coordinator):
    found = queries.list_ending_tasks(session, coordinator, TODAY)
    return sorted((str(task.why), *task.guide_names) for task in found)


def test_the_other_guide_neither_reads_nor_takes_it_back(client, session, asker, match, other):
    url = asker.url(f"/matches/{match.id}/ending?lang=en")
    home = asker.url("/my-page?lang=en")
    session.commit()
    cast.sign_in(client, other.user)
    before = [get_page(client, path).main.text for path in (url, home)]
    say(session, asker, match, "stop", last_meeting_on=TODAY)
    session.commit()
    assert [get_page(client, path).main.text for path in (url, home)] == before
    with pytest.raises(NotFound):
        services.take_back_wish(session, as_guide(asker, other), match, now=NOW)
    assert queries.get_ending(session, match.id).wish is EndWish.STOP


def test_both_words_stand_and_each_is_heard_by_itself(session, asker, coordinator, match, other):
    say(session, asker, match, "stop", last_meeting_on=TODAY)
    services.say_wish(session, as_guide(asker, other), match, Wish(EndWish.PAUSE), now=NOW)
    lead = match.lead
    assert tasks(session, coordinator) == sorted([("talk", lead.name), ("talk", other.name)])
    services.note_talk(session, coordinator, match, other.id, today=TODAY)
    assert tasks(session, coordinator) == [("talk", lead.name)]
    services.take_back_wish(session, as_guide(asker, lead), match, now=NOW)
    assert tasks(session, coordinator) == []
    assert queries.find_ending(session, match.id).guide_id == other.id


def test_a_talk_is_about_somebody_who_said_something(session, asker, coordinator, match, other):
    say(session, asker, match, "pause")
    with pytest.raises(NotFound):
        services.note_talk(session, coordinator, match, other.id, today=TODAY)


def test_staff_read_who_said_what(client, session, asker, match, other):
    match.lead.name = "Liv Nilsen"
    say(session, asker, match, "stop", last_meeting_on=TODAY)
    services.say_wish(session, as_guide(asker, other), match, Wish(EndWish.PAUSE), now=NOW)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    assert "Liv, the guide, said so" in page.main.text
    assert f"{other.first_name}, the guide, said so" in page.main.text
    heard = {one["value"] for one in page.select("form[action$='/ending/talk'] [name=guide]")}
    assert heard == {str(match.lead.id), str(other.id)}


def test_an_end_takes_the_place_of_both_and_a_break_of_the_ones(session, asker, match, other):
    say(session, asker, match, "too_much", now=NOW - dt.timedelta(hours=1))
    services.say_wish(session, as_guide(asker, other), match, Wish(EndWish.PAUSE), now=NOW)
    decide(session, asker, match, "pause", whose=match.lead.id)
    assert [row.guide_id for row in queries.find_endings(session, match.id).said] == [other.id]
    decide(session, asker, match, "no_guide", last_meeting_on=TODAY, family_after="leaves")
    assert match.status is MatchStatus.ENDED


@pytest.mark.parametrize("by", ["guide", "staff"])
@pytest.mark.parametrize("wish", ["pause", "too_much"])
def test_a_break_that_is_taken_back_is_over(session, asker, coordinator, match, by, wish):
    say(session, asker, match, wish)
    assert match.lead.status is GuideStatus.PAUSED
    actor = as_guide(asker, match.lead) if by == "guide" else coordinator
    whose = None if by == "guide" else match.lead.id
    services.take_back_wish(session, actor, match, whose=whose, now=NOW)
    assert match.lead.status is GuideStatus.READY
    one_morning(session, NOW)
    assert match.status is MatchStatus.ACTIVE


@pytest.mark.parametrize("awaits", [False, True])
def test_who_does_not_meet_them_reads_nothing_of_it(client, session, asker, match, other, awaits):
    row = next(one for one in match.guides if one.guide_id == other.id)
    row.kind, row.awaits_yes = GuideKind.CO if awaits else GuideKind.BACKUP, awaits
    url = asker.url(f"/matches/{match.id}")
    session.commit()
    cast.sign_in(client, other.user)
    before = client.get(url).status_code, client.get(asker.url("/my-page")).status_code
    say(session, asker, match, "stop", last_meeting_on=TODAY)
    session.commit()
    after = client.get(url).status_code, client.get(asker.url("/my-page")).status_code
    assert after == before == (404, 200)


def leaves(session, coordinator, match, stays):
    wanted = Arrangement({stays.id: GuideKind.LEAD}, None, TODAY)
    arrange_guides(session, coordinator, match, wanted, addresses=ADDRESSES, now=NOW)


def test_the_word_of_a_guide_who_leaves_goes_with_them(session, asker, coordinator, match, other):
    gone = match.lead
    say(session, asker, match, "too_much")
    leaves(session, coordinator, match, other)
    assert tasks(session, coordinator) == []
    decide(session, asker, match, "no_guide", last_meeting_on=TODAY, guide_knows=False)
    assert tasks(session, coordinator) == [("tell", other.name)]
    assert gone.name != other.name


def test_nobody_stops_in_the_place_of_a_guide_who_has_left(session, asker, match, other):
    gone, day = match.lead, TODAY + dt.timedelta(days=7)
    plan = {"last_meeting_on": day, "family_after": "waits"}
    decide(session, asker, match, "stop", whose=gone.id, **plan)
    leaves(session, cast.actor(asker, Role.COORDINATOR), match, other)
    assert queries.find_ending(session, match.id) is None
    one_morning(session, NOW + dt.timedelta(days=8))
    assert (match.status, other.status) == (MatchStatus.ACTIVE, GuideStatus.READY)


def test_a_plan_to_end_stays_when_its_guide_leaves(session, asker, coordinator, match, other):
    say(session, asker, match, "too_much")
    day = TODAY + dt.timedelta(days=7)
    decide(session, asker, match, "no_guide", last_meeting_on=day, guide_knows=False)
    leaves(session, coordinator, match, other)
    said, decided = queries.find_endings(session, match.id)
    assert (said, decided.guide_id, decided.last_meeting_on) == ((), None, day)


@pytest.mark.parametrize("told", ["at once", "later"])
@pytest.mark.parametrize("both", [False, True])
def test_a_role_ends_for_who_wants_to_stop_and_for_nobody_else(
    session, asker, match, other, both, told
):
    said = [(other, "stop" if both else "pause"), (match.lead, "stop")]
    for number, (guide, wish) in enumerate(said):
        at = NOW + dt.timedelta(seconds=number)
        services.say_wish(session, as_guide(asker, guide), match, Wish(EndWish(wish)), now=at)
    plan = {"last_meeting_on": TODAY, "family_after": "waits", "whose": match.lead.id}
    with pytest.raises(services.GuideUnnamed):
        decide(session, asker, match, "stop", **plan | {"whose": None})
    decide(session, asker, match, "stop", **plan, guide_knows=told == "at once")
    if told == "later":
        by = cast.actor(asker, Role.COORDINATOR)
        services.tell_guide(session, by, match, pages=PAGES, now=NOW)
    assert match.status is MatchStatus.ENDED
    assert match.lead.status is GuideStatus.ENDED
    assert other.status is (GuideStatus.ENDED if both else GuideStatus.PAUSED)


def test_who_wants_to_stop_stops_on_the_day_that_staff_have_planned(
    session, asker, coordinator, match, other
):
    services.say_wish(session, as_guide(asker, other), match, Wish(EndWish.STOP), now=NOW)
    day = TODAY + dt.timedelta(days=5)
    decide(session, asker, match, "completed", last_meeting_on=day, family_after="leaves")
    assert tasks(session, coordinator) == []
    one_morning(session, NOW + dt.timedelta(days=6))
    assert match.status is MatchStatus.ENDED
    assert (match.lead.status, other.status) == (GuideStatus.READY, GuideStatus.ENDED)


def test_the_form_asks_which_guide_it_is_about(client, session, asker, match, other):
    url, names = asker.url(f"/matches/{match.id}/ending"), {match.lead.name, other.name}
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, url + "?lang=en")
    assert {label.text.strip() for label in page.select("[name=guide] ~ label")} == names
    sent = fill(page, "/ending") | {"wish": "pause", "guide_knows": "y"}
    assert "Choose which of them." in post_page(client, url + "?lang=en", sent).text
    assert client.post(url, data=sent | {"guide": str(other.id)}).status_code == 303
    session.expire_all()
    assert (match.lead.status, other.status) == (GuideStatus.READY, GuideStatus.PAUSED)


def test_staff_take_back_the_word_of_one_and_the_other_stands(client, session, asker, match, other):
    say(session, asker, match, "stop", now=NOW - dt.timedelta(hours=1))
    services.say_wish(session, as_guide(asker, other), match, Wish(EndWish.PAUSE), now=NOW)
    url, said_by = asker.url(f"/matches/{match.id}"), {match.lead.id, other.id}
    session.commit()
    sign_in(client, asker.coordinator)
    forms = get_page(client, url).select("form[action$='/ending/withdrawal']")
    assert {uuid.UUID(form.select_one("[name=guide]")["value"]) for form in forms} == said_by
    sent = fill(get_page(client, url), "/ending/withdrawal") | {"guide": str(other.id)}
    assert client.post(f"{url}/ending/withdrawal", data=sent).status_code == 303
    session.expire_all()
    assert [row.guide_id for row in queries.find_endings(session, match.id).said] == [match.lead.id]
    assert other.status is GuideStatus.READY


def test_a_break_that_was_there_before_is_there_again(session, asker, match):
    until = TODAY + dt.timedelta(days=50)
    match.lead.status, match.lead.paused_until = GuideStatus.PAUSED, until
    say(session, asker, match, "too_much")
    assert match.lead.paused_until is None
    services.take_back_wish(session, as_guide(asker, match.lead), match, now=NOW)
    assert (match.lead.status, match.lead.paused_until) == (GuideStatus.PAUSED, until)


@pytest.mark.parametrize("then", ["stop", "pause"])
def test_what_is_said_afterwards_keeps_how_it_was_before(session, asker, match, then):
    say(session, asker, match, "too_much")
    day = {"last_meeting_on": TODAY + dt.timedelta(days=7)} if then == "stop" else {}
    say(session, asker, match, then, **day)
    services.take_back_wish(session, as_guide(asker, match.lead), match, now=NOW)
    assert (match.lead.status, match.lead.paused_until) == (GuideStatus.READY, None)


def test_a_break_of_staff_takes_the_guides_own_into_account(session, asker, coordinator, match):
    say(session, asker, match, "too_much")
    decide(session, asker, match, "pause", rest_until=TODAY + dt.timedelta(days=20))
    services.take_back_wish(session, coordinator, match, now=NOW)
    assert match.lead.status is GuideStatus.READY


@pytest.mark.parametrize("first", [None, 60, 5])
def test_the_last_word_about_a_break_counts(session, asker, match, first):
    """Also a shorter one, and a day where there was none."""
    say(session, asker, match, "pause", rest_until=first and TODAY + dt.timedelta(days=first))
    until = TODAY + dt.timedelta(days=20)
    decide(session, asker, match, "pause", whose=match.lead.id, rest_until=until)
    assert match.lead.paused_until == until
    say(session, asker, match, "pause", rest_until=until + dt.timedelta(days=1))
    assert match.lead.paused_until == until + dt.timedelta(days=1)


@pytest.mark.parametrize("before", [None, 60])
def test_a_break_of_before_is_not_cut_short(session, asker, match, before):
    until = before and TODAY + dt.timedelta(days=before)
    match.lead.status, match.lead.paused_until = GuideStatus.PAUSED, until
    for days in (90, 10):
        say(session, asker, match, "pause", rest_until=TODAY + dt.timedelta(days=days))
    assert match.lead.paused_until == until


def test_a_break_from_another_family_is_not_cut_short(session, asker, match):
    """What is too much in one match is not over on the day a break in the other ends."""
    match.lead.capacity = 2
    elsewhere = make_pair(session, asker, guide=match.lead)
    say(session, asker, match, "pause")
    say(session, asker, elsewhere, "pause", rest_until=TODAY + dt.timedelta(days=10))
    assert match.lead.paused_until is None


@pytest.mark.parametrize("wish", ["pause", "no_guide"])
def test_that_the_guide_knows_is_said_anew_of_an_end(client, session, asker, match, wish):
    """A tick from an earlier break would end the match at once, and nobody had been told."""
    decide(
        session,
        asker,
        match,
        wish,
        whose=match.lead.id,
        last_meeting_on=TODAY + dt.timedelta(days=1),
    )
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}/ending"))
    assert page.select_one("[name=guide_knows]").has_attr("checked") is (wish == "no_guide")


def test_the_form_begins_with_the_break_as_it_is(client, session, asker, match, other):
    say(session, asker, match, "pause", rest_until=TODAY + dt.timedelta(days=20))
    session.commit()
    with time_machine.travel(NOW, tick=False):
        cast.sign_in(client, asker.coordinator)
        page = get_page(client, asker.url(f"/matches/{match.id}/ending?lang=en"))
    assert page.select_one("[name=guide][checked]")["value"] == str(match.lead.id)
    assert page.select_one("[name=rest_until]")["value"] == "2026-03-22"
    only_at_an_end = page.select_one("[name=guide_knows]").find_parents(attrs={"data-when": True})
    assert "no_guide" in only_at_an_end[0]["data-when"]  # a break begins at once
