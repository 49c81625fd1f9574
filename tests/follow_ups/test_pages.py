"""What staff see and note, the page for those who are worried, and what a municipality decides."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.activities.models import Activity, ActivityKind, Mood
from app.errors import NotPermitted
from app.follow_ups import queries, services
from app.follow_ups.models import (
    Concern,
    ContactedBy,
    FollowUp,
    FollowUpContact,
    FollowUpKind,
    FollowUpSettings,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.follow_ups.queries import Rules, Sign
from app.follow_ups.services import AgainInThePast, Contact, TalkOutOfPlace
from app.follow_ups.tasks import ask_follow_ups, plan_and_ask
from app.jobs.tasks import Tools
from app.matches.models import GuideChange, GuideKind, MatchGuide, MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.follow_ups.people import (
    answers_of,
    ask,
    day,
    live_through,
    make_pair,
    morning,
    one_morning,
)
from tests.pages import fill, get_page, post_page

GOOD = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.GOOD)


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def staff(client, asker, time_machine):
    time_machine.move_to(morning(day(22)), tick=False)
    cast.sign_in(client, asker.coordinator)
    return client


def note(session, actor, match, contact, *, on, once="once"):
    return services.note_contact(session, actor, match, contact, once_token=once, now=morning(on))


def standing(session, actor, match, on):
    return queries.find_standing(session, actor, match.id, on)


def met(session, match, on):
    session.add(
        Activity(
            match_id=match.id,
            guide_id=match.lead.id,
            once_token=f"met {on}",
            done_on=on,
            duration_minutes=60,
            kind=ActivityKind.CHAT,
            mood=Mood.GOOD,
            logged_at=morning(on),
        )
    )
    session.flush()


def open_days(session, match):
    wanted = (FollowUp.match_id == match.id, FollowUp.done_on.is_(None))
    return sorted(session.scalars(select(FollowUp.due_on).where(*wanted)))


# What staff note.


def test_a_contact_does_all_that_was_due_and_what_comes_in_a_few_days(session, coordinator, match):
    live_through(session, day(12))
    assert standing(session, coordinator, match, day(12)).due_on == day(7)
    note(session, coordinator, match, GOOD, on=day(12))
    assert open_days(session, match)[0] == day(21)
    assert Sign.CONTACT not in standing(session, coordinator, match, day(20)).signs


def test_a_contact_before_a_question_does_not_stop_the_question(session, coordinator, match):
    live_through(session, day(20))
    note(session, coordinator, match, GOOD, on=day(20))
    one_morning(session, day(21))
    assert len(answers_of(session, match)) == 2


def test_of_a_talk_noted_later_only_what_was_due_by_then_is_done(session, coordinator, match):
    live_through(session, day(20))
    late = replace(GOOD, talked_on=day(9))
    note(session, coordinator, match, late, on=day(20))
    assert open_days(session, match)[0] == day(14)
    told = standing(session, coordinator, match, day(20))
    assert (told.due_on, told.last_contact_on) == (day(14), day(9))
    assert match.checked_on == day(9)


def test_silence_counts_from_the_day_of_the_talk(session, coordinator, match):
    live_through(session, day(36))
    note(session, coordinator, match, replace(GOOD, talked_on=day(25)), on=day(36))
    for number, silent in ((25 + 27, False), (25 + 28, True)):
        signs = standing(session, coordinator, match, day(number)).signs
        assert (Sign.SILENT in signs) is silent


def test_what_was_said_after_a_talk_still_waits(session, coordinator, match):
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(23)))
    services.raise_concern_by_link(
        session, links[PairSide.FAMILY], once_token="worry", now=morning(day(24))
    )
    for number, waits in ((22, 2), (23, 1), (24, 0)):
        talk = replace(GOOD, talked_on=day(number))
        note(session, coordinator, match, talk, on=day(25), once=f"talk {number}")
        said = [a.handled_on for a in answers_of(session, match) if a.reply]
        feared = session.scalars(select(Concern.handled_on)).all()
        assert [*said, *feared].count(None) == waits


def test_a_promise_made_since_outlives_a_talk_noted_later(session, coordinator, match):
    live_through(session, day(12))
    watched = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.WARNING, again_on=day(18))
    note(session, coordinator, match, watched, on=day(12))
    note(session, coordinator, match, replace(GOOD, talked_on=day(8)), on=day(13), once="late")
    assert day(18) in open_days(session, match)
    told = standing(session, coordinator, match, day(13))
    assert (told.light, told.last_contact_on) == (Light.WARNING, day(12))
    note(session, coordinator, match, GOOD, on=day(13), once="new")
    assert day(18) not in open_days(session, match)


@pytest.mark.parametrize("number", [-1, 13])
def test_nobody_talked_before_the_start_or_tomorrow(session, coordinator, match, number):
    live_through(session, day(12))
    with pytest.raises(TalkOutOfPlace):
        note(session, coordinator, match, replace(GOOD, talked_on=day(number)), on=day(12))
    assert match.checked_on is None
    note(session, coordinator, match, replace(GOOD, talked_on=day(0)), on=day(12))


def test_speaking_with_one_side_looks_after_what_that_side_said(session, coordinator, match):
    links = ask(session, match, on=day(21))
    for token in links.values():
        services.answer_by_link(session, token, reply=Reply.TALK, now=morning(day(21)))
    with_guide = Contact(SpokeWith.GUIDE, ContactedBy.PHONE, Light.WARNING)
    note(session, coordinator, match, with_guide, on=day(22))
    assert standing(session, coordinator, match, day(22)).light is Light.BAD
    open_sides = {a.side for a in answers_of(session, match) if a.handled_on is None}
    assert open_sides == {PairSide.FAMILY}
    with_family = Contact(SpokeWith.FAMILY, ContactedBy.IN_PERSON, Light.GOOD)
    note(session, coordinator, match, with_family, on=day(23), once="twice")
    assert standing(session, coordinator, match, day(23)).light is Light.GOOD


def test_a_pair_of_which_nobody_has_heard_has_no_green_light(session, coordinator, match):
    assert standing(session, coordinator, match, day(3)).is_unheard
    live_through(session, day(12))
    due = standing(session, coordinator, match, day(12))
    assert Sign.CONTACT in due.signs and due.is_unheard, "to have to ask is not to have heard"
    met(session, match, day(4))
    assert not standing(session, coordinator, match, day(12)).is_unheard


def test_a_pair_that_has_answered_is_heard(session, coordinator, match):
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links[PairSide.GUIDE], reply=Reply.FINE, now=morning(day(21)))
    assert not standing(session, coordinator, match, day(22)).is_unheard


@pytest.mark.parametrize("reply", [Reply.TALK, Reply.NOT_MEETING])
def test_it_does_not_go_well_while_the_other_side_says_otherwise(
    staff, session, coordinator, match, asker, reply
):
    links = ask(session, match, on=day(21))
    now = morning(day(21))
    services.answer_by_link(session, links[PairSide.FAMILY], reply=reply, now=now)
    services.answer_by_link(session, links[PairSide.GUIDE], reply=Reply.FINE, now=now)
    session.commit()
    url = asker.url(f"/matches/{match.id}/follow-ups?lang=en")
    said = fill(get_page(staff, url), "follow-ups") | {"way": "phone", "light": "good"}
    page = post_page(staff, url, said | {"spoke_with": "guide"})
    assert "The family has told us" in page.select_one("#error-summary").text
    assert page.select_one("input[name=light][value=good]").has_attr("checked")
    assert session.scalars(select(FollowUpContact)).all() == []
    session.commit()
    for spoke_with in ("family", "both"):
        told = said | {"spoke_with": spoke_with, "once_token": spoke_with}
        assert staff.post(url, data=told).status_code == 303


def test_a_pair_that_has_ended_stands_apart_from_those_who_meet(staff, session, asker, match):
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(21)))
    running = make_pair(session, asker)
    match.status = MatchStatus.ENDED
    session.commit()
    page = get_page(staff, asker.url("/follow-ups?lang=en"))
    lists = {one["aria-label"]: one.text for one in page.select(".work-list")}
    assert running.family.reference in lists["Those who meet"]
    over = lists["Have ended, and somebody still wants to talk"]
    assert match.family.reference in over and running.family.reference not in over


def test_staffs_own_light_stands_until_the_next_contact(session, coordinator, match):
    met(session, match, day(9))
    bad = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.BAD, day(14))
    note(session, coordinator, match, bad, on=day(10))
    assert standing(session, coordinator, match, day(11)).light is Light.BAD
    note(session, coordinator, match, GOOD, on=day(14), once="later")
    assert standing(session, coordinator, match, day(14)).light is Light.GOOD


def test_a_promise_to_call_again_comes_to_the_desk_on_its_day_and_is_replaced(
    session, coordinator, match
):
    again = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.WARNING, day(3))
    note(session, coordinator, match, again, on=day(1))
    assert standing(session, coordinator, match, day(2)).due_on is None
    assert standing(session, coordinator, match, day(3)).due_on == day(3)
    later = Contact(SpokeWith.BOTH, ContactedBy.PHONE, Light.WARNING, day(5))
    note(session, coordinator, match, later, on=day(2), once="later")
    assert standing(session, coordinator, match, day(4)).due_on is None
    kinds = select(FollowUp.number).where(FollowUp.kind == FollowUpKind.AGAIN)
    assert sorted(session.scalars(kinds)) == [1, 2]


@pytest.mark.parametrize("again", [day(0), day(1)])
def test_the_next_contact_lies_ahead(session, coordinator, match, again):
    with pytest.raises(AgainInThePast):
        note(session, coordinator, match, Contact(*_words(), again), on=day(1))


def _words():
    return SpokeWith.BOTH, ContactedBy.PHONE, Light.WARNING


def test_the_same_form_sent_twice_counts_once(session, coordinator, match):
    first = note(session, coordinator, match, GOOD, on=day(3))
    assert note(session, coordinator, match, GOOD, on=day(3)) is first
    assert len(session.scalars(select(FollowUpContact)).all()) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_nobody_else_notes_contacts(session, asker, match, role):
    with pytest.raises(NotPermitted):
        note(session, cast.actor(asker, role), match, GOOD, on=day(3))


# Silent pairs.


def test_four_weeks_without_a_meeting_turn_the_light_yellow(session, coordinator, match):
    met(session, match, day(2))
    assert Sign.SILENT not in standing(session, coordinator, match, day(29)).signs
    silent = standing(session, coordinator, match, day(30))
    assert silent.signs[Sign.SILENT] == day(2) and silent.light is Light.WARNING
    note(session, coordinator, match, GOOD, on=day(30))
    assert Sign.SILENT not in standing(session, coordinator, match, day(57)).signs
    assert Sign.SILENT in standing(session, coordinator, match, day(58)).signs


def test_the_desk_is_told_when_a_silent_pair_was_due(session, coordinator, match):
    due = queries.list_due(session, coordinator, day(30))
    assert [(d.sign, d.since, d.due_on) for d in due] == [(Sign.SILENT, day(0), day(28))]
    assert due[0].guides == (match.lead.name,)


def test_the_municipality_decides_how_long_silence_may_last(session, coordinator, match):
    session.add(FollowUpSettings(silent_days=60, changed_at=cast.NOW))
    assert Sign.SILENT not in standing(session, coordinator, match, day(59)).signs
    assert Sign.SILENT in standing(session, coordinator, match, day(60)).signs


# The worker.


def test_the_daily_work_plans_and_defers_the_questions_which_go_once(
    flask_app, session, session_factory, asker, match
):
    session.commit()
    now = morning(day(21))
    tools = Tools(session_factory, lambda: now, flask_app.extensions["settings"])
    plan_and_ask(session, now, day(21))
    session.commit()
    for _time in range(2):
        with session_factory() as other:
            ask_follow_ups(tools, municipality_id=str(asker.municipality.id)).write(other)
            other.commit()
    letters = session.scalars(select(OutgoingMessage)).all()
    assert len(letters) == 2
    with flask_app.test_request_context(f"/{asker.slug}/"):
        path = flask_app.url_map.bind("").build(
            "follow_ups.answer", {"municipality": asker.slug, "token": "TOKEN"}
        )
    for letter in letters:
        assert f"http://localhost{path.removesuffix('TOKEN')}" in letter.body


# Staff's pages.


def test_the_list_shows_red_pairs_first_and_narrows(staff, session, asker, match):
    calm = make_pair(session, asker)
    met(session, calm, day(20))
    note(session, cast.actor(asker, Role.COORDINATOR), calm, GOOD, on=day(21))
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links[PairSide.FAMILY], reply=Reply.TALK, now=morning(day(21)))
    session.commit()
    rows = get_page(staff, asker.url("/follow-ups")).select(".work-title")
    assert [calm.family.reference in row.text for row in rows] == [False, True]
    page = get_page(staff, asker.url("/follow-ups?light=good"))
    assert match.family.reference not in page.main.text and calm.family.reference in page.main.text


@pytest.mark.parametrize(("side", "words"), [("family", "The family"), ("guide", "The guide")])
def test_the_pairs_page_says_who_wants_to_talk(staff, session, asker, match, side, words):
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links[side], reply=Reply.TALK, now=morning(day(21)))
    session.commit()
    page = get_page(staff, asker.url(f"/matches/{match.id}/follow-ups?lang=en"))
    told = page.select_one(".ds-alert p").text
    assert told.startswith(f"{words}: Wants to talk to us")


def test_an_answer_stays_that_of_the_guide_who_gave_it(staff, session, asker, match, coordinator):
    links = ask(session, match, on=day(21))
    services.answer_by_link(session, links["guide"], reply=Reply.TALK, now=morning(day(21)))
    first, other = match.lead, cast.make_guide(session, asker, name="Ida Andre")
    match.guides[0].kind = GuideKind.CO
    match.guides.append(MatchGuide(guide=other, kind=GuideKind.LEAD))
    changed = {"match_id": match.id, "at": morning(day(25)), "by_id": coordinator.user_id}
    was = GuideChange(guide_id=first.id, before=GuideKind.LEAD, after=GuideKind.CO, **changed)
    now_is = GuideChange(guide_id=other.id, before=GuideKind.CO, after=GuideKind.LEAD, **changed)
    session.add_all([was, now_is])
    url, name = asker.url(f"/matches/{match.id}/follow-ups"), first.name
    session.commit()
    told = get_page(staff, url).select_one("[aria-labelledby=answers]").text
    assert name in told and "Ida Andre" not in told


def test_the_pairs_page_has_the_numbers_to_call(staff, session, asker, match):
    session.commit()
    page = get_page(staff, asker.url(f"/matches/{match.id}/follow-ups"))
    numbers = {a["href"] for a in page.select("main a[href^=tel]")}
    assert numbers >= {f"tel:{asker.guide.phone}", f"tel:{asker.family.contact_phone}"}


def test_the_pairs_page_has_both_ways_to_a_family(staff, session, asker, match):
    match.family.contact_email = "amal@home.example"
    session.commit()
    page = get_page(staff, asker.url(f"/matches/{match.id}/follow-ups"))
    assert page.select_one(f"main a[href='tel:{asker.family.contact_phone}']")
    assert "amal@home.example" in page.main.text


def test_a_contact_is_noted_on_the_pairs_own_page(staff, session, asker, match):
    live_through(session, day(22))
    session.commit()
    url = asker.url(f"/matches/{match.id}/follow-ups")
    answers = fill(get_page(staff, url), "follow-ups") | {
        "spoke_with": "both",
        "way": "phone",
        "light": "good",
    }
    assert staff.post(url, data=answers).location == url
    assert staff.post(url, data=answers).location == url
    contact = session.scalars(select(FollowUpContact)).one()
    assert (contact.light, contact.by_id) == (Light.GOOD, asker.coordinator.id)
    session.refresh(match)
    assert match.checked_on == day(22)
    session.commit()
    page = get_page(staff, asker.url(f"/matches/{match.id}?lang=en"))
    assert "It goes well" in page.main.text


def test_the_day_of_a_talk_is_asked_for_and_stands_on_the_page(staff, asker, session, match):
    session.commit()
    url = asker.url(f"/matches/{match.id}/follow-ups")
    session.commit()
    answers = fill(get_page(staff, url), "follow-ups") | {"spoke_with": "both", "light": "good"}
    assert answers["talked_on"] == day(22).isoformat()
    for wrong in ("", "yesterday", day(23).isoformat(), day(-1).isoformat()):
        page = post_page(staff, url, answers | {"talked_on": wrong})
        assert page.select_one("#talked_on")["aria-invalid"] == "true"
        assert page.select_one("[name=light][value=good]").has_attr("checked")
    assert staff.post(url, data=answers | {"talked_on": day(20).isoformat()}).status_code == 303
    noted = get_page(staff, f"{url}?lang=en").select_one("#noted").find_next("li").text
    assert "22 March" in noted and "noted 24 March" in noted


def test_a_light_that_is_not_green_needs_a_day_to_call_again(staff, asker, session, match):
    session.commit()
    url = asker.url(f"/matches/{match.id}/follow-ups")
    answers = {"once_token": "x", "spoke_with": "guide", "way": "phone", "light": "bad"}
    answers |= {"talked_on": "2026-03-24"}
    page = post_page(staff, url, answers)
    assert page.select_one("[name=light][value=bad]").has_attr("checked")
    post_page(staff, url, answers | {"again_on": "2026-03-01"})
    assert staff.post(url, data=answers | {"again_on": "2026-03-30"}).status_code == 303


def test_staff_get_a_link_for_the_family_once(staff, session, asker, match):
    live_through(session, day(22))
    session.commit()
    url = asker.url(f"/matches/{match.id}/family-link")
    page = post_page(staff, url, {}, status=200)
    link = page.select_one("code").text
    assert link.startswith("http://localhost/asker/how-is-it/")
    assert staff.get(url).location.endswith("/follow-ups")
    assert get_page(staff, link.removeprefix("http://localhost"))


def test_there_is_no_link_before_anything_was_asked(staff, session, asker, match):
    session.commit()
    post_page(staff, asker.url(f"/matches/{match.id}/family-link"), {}, status=409)


def test_a_match_that_never_started_has_no_such_page(staff, asker):
    assert staff.get(asker.url(f"/matches/{asker.proposal.id}/follow-ups")).status_code == 404


# The page for those who are worried.


def test_anybody_finds_the_numbers_one_tap_away(client, session, asker):
    session.add(FollowUpSettings(child_welfare_phone="66 11 22 33", changed_at=cast.NOW))
    session.commit()
    home = get_page(client, asker.url("/"))
    url = home.select_one("footer a[href$='/concern']")["href"]
    page = get_page(client, url)
    dialled = {a["href"] for a in page.main.select("a[href^=tel]")}
    numbers = {"112", "113", "116117", "116111", "66112233", "66000000"}
    assert {f"tel:{number}" for number in numbers} == dialled
    assert not page.main.select("form, textarea")
    assert get_page(client, f"{url}?lang=ar").html["dir"] == "rtl"


def test_a_guide_asks_to_be_called_and_nothing_else_is_kept(client, session, asker, match):
    session.commit()
    cast.sign_in(client, asker.guide_user)
    mine = get_page(client, asker.url("/my-page"))
    url = mine.main.select_one("a[href$='/concern']")["href"]
    page = get_page(client, url)
    assert not page.main.select("textarea, input:not([type=hidden])")
    for _press in range(2):
        assert client.post(url, data=fill(page, "concern")).location == url
    concern = session.scalars(select(Concern)).one()
    assert (concern.side, concern.guide_id, concern.match_id) == (
        PairSide.GUIDE,
        asker.guide.id,
        match.id,
    )
    again = get_page(client, f"{url}?lang=en").main
    assert "You asked us to call you on" in again.text
    assert not again.select("form")
    concern.handled_on = concern.raised_at.date()
    session.commit()
    assert get_page(client, url).main.select("form")


def test_a_guide_with_two_families_or_none_is_called_about_no_certain_one(
    session, asker, coordinator, match
):
    make_pair(session, asker)
    guide = cast.actor(asker, Role.GUIDE)
    concern = services.raise_concern(session, guide, once_token="a", now=morning(day(3)))
    assert concern.match_id is None
    assert queries.list_loose_concerns(session, coordinator) == [concern]
    services.handle_concern(session, coordinator, concern, today=day(4))
    assert queries.list_loose_concerns(session, coordinator) == []


def test_the_desk_names_a_worried_guide_until_staff_have_talked(staff, session, asker):
    guide = cast.actor(asker, Role.GUIDE)
    concern = services.raise_concern(session, guide, once_token="a", now=morning(day(22)))
    session.commit()
    desk = asker.url("/desk")
    leads_here = f".work-row a[href='{asker.url('/follow-ups')}']"
    assert get_page(staff, desk).select_one(leads_here).text == asker.guide.name
    staff.post(asker.url(f"/concerns/{concern.id}/talk"))
    assert get_page(staff, desk).select_one(leads_here) is None


def test_staff_note_that_they_have_talked(staff, session, asker):
    guide = cast.actor(asker, Role.GUIDE)
    concern = services.raise_concern(session, guide, once_token="a", now=morning(day(3)))
    session.commit()
    page = get_page(staff, asker.url("/follow-ups"))
    assert asker.guide.name in page.main.text
    staff.post(asker.url(f"/concerns/{concern.id}/talk"))
    session.refresh(concern)
    assert (concern.handled_on, concern.handled_by_id) == (day(22), asker.coordinator.id)


def test_a_family_asks_to_be_called_by_her_link(client, session, asker, match, time_machine):
    links = ask(session, match, on=day(21))
    session.commit()
    time_machine.move_to(morning(day(22)), tick=False)
    url = asker.url(f"/how-is-it/{links[PairSide.FAMILY]}/concern")
    data = fill(get_page(client, url), "concern")
    for _press in range(2):
        assert client.post(url, data=data).location.endswith("/thanks")
    concern = session.scalars(select(Concern)).one()
    assert (concern.side, concern.match_id, concern.guide_id) == (
        PairSide.FAMILY,
        match.id,
        None,
    )
    due = queries.list_due(session, cast.actor(asker, Role.COORDINATOR), day(22))
    assert due[0].sign is Sign.CONCERN


@pytest.fixture
def own_page(session, asker, match):
    """The address of the family's own page, by its lasting link."""
    token = issue_link(
        session,
        LinkKind.STATUS,
        match.family_id,
        municipality_id=asker.municipality.id,
        now=morning(day(0)),
    )
    session.commit()
    return asker.url(f"/family/{token}")


def test_a_family_has_a_quiet_way_to_us_on_its_own_page(client, session, asker, match, own_page):
    match.family.locale = "ar"
    session.commit()
    before = get_page(client, own_page)
    url = before.main.select_one("a[href$='/concern']")["href"]
    page = get_page(client, url)
    assert page.html["lang"] == "ar" and "Kari" not in page.main.text
    for _press in range(2):
        response = client.post(url, data=fill(page, "concern"))
        assert response.status_code == 303
    get_page(client, response.location)
    assert get_page(client, own_page).main == before.main
    concern = session.scalars(select(Concern)).one()
    assert (concern.side, concern.match_id) == (PairSide.FAMILY, match.id)


def test_the_quiet_way_is_there_from_the_day_both_said_yes_and_needs_a_guide(
    client, session, asker, match, own_page
):
    match.status, match.started_on = MatchStatus.AGREED, None
    session.commit()
    page = get_page(client, f"{own_page}/concern")
    client.post(f"{own_page}/concern", data=fill(page, "concern"))
    actor = cast.actor(asker, Role.COORDINATOR)
    due = queries.list_due(session, actor, day(22))
    assert [(d.sign, d.match_id) for d in due] == [(Sign.CONCERN, match.id)]
    assert queries.get_record(session, actor, match.id).concerns
    match.status = MatchStatus.ENDED
    session.commit()
    get_page(client, f"{own_page}/concern", status=404)
    assert queries.list_due(session, actor, day(22))  # it is not forgotten


def test_a_strangers_button_does_nothing(client, session, asker):
    assert client.post(asker.url("/concern")).status_code == 303  # to sign-in
    assert session.scalars(select(Concern)).all() == []


# What a municipality decides.


def test_the_settings_are_shown_saved_and_guarded(client, session, asker):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    url = asker.url("/settings/follow-ups")
    page = get_page(client, url)
    typed = fill(page, "settings") | {"silent_days": "40", "child_welfare_phone": "66 11 22 33"}
    wrong = [{"second_question_days": "20"}, {"silent_days": "x"}, {"child_welfare_phone": "call"}]
    for change in wrong:
        post_page(client, url, typed | change)
    assert client.post(url, data=typed).location == url
    rules = queries.rules_for(session)
    assert rules == Rules(silent_days=40, child_welfare_phone="66 11 22 33")
    session.rollback()
    post_page(client, url, typed | {"silent_days": "41"})  # somebody else was faster


def test_only_who_decides_may_change_the_rules(session, asker):
    for role in set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            services.change_rules(session, cast.actor(asker, role), Rules(), now=cast.NOW)


def test_the_concern_page_of_a_guide_fits_their_language(client, asker):
    cast.sign_in(client, asker.guide_user)
    assert get_page(client, asker.url("/concern?lang=nn")).html["lang"] == "nn"


def test_a_guides_question_opens_in_the_language_of_the_letter(
    client, session, match, time_machine
):
    time_machine.move_to(morning(day(21)), tick=False)
    link = ask(session, match, on=day(21))[PairSide.GUIDE]
    match.lead.locale = "nn"
    session.commit()
    page = get_page(client, f"/asker/how-is-it/{link}", headers={"Accept-Language": "en-US"})
    assert page.html["lang"] == "nn"
