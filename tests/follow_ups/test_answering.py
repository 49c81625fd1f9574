"""The questions that go out, and the answers that come by link."""

import datetime as dt
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app import tenancy
from app.accounts.models import Link, LinkKind
from app.data_map import forget
from app.errors import NotFound
from app.follow_ups import queries, services
from app.follow_ups.models import (
    ContactedBy,
    FollowUp,
    FollowUpAnswer,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.follow_ups.queries import Sign
from app.matches.models import GuideKind, MatchGuide, MatchStatus
from app.messages.models import OutgoingMessage
from app.messages.reach import move
from app.messages.services import To
from app.permissions import Role
from app.personal import Person
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
from tests.pages import check_page, fill, get_page


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


def test_nobody_is_asked_while_they_do_not_meet(session, asker, match):
    """The question waits until the break is over; staff have it on their desk meanwhile."""
    coordinator = cast.actor(asker, Role.COORDINATOR)
    match.lead.pause(until=day(30))
    live_through(session, day(22))
    assert answers_of(session, match) == []
    standing = queries.find_standing(session, coordinator, match.id, day(22))
    assert Sign.CONTACT in standing.signs
    match.lead.come_back()
    one_morning(session, day(31))
    assert {one.asked_at for one in answers_of(session, match)} == {morning(day(31))}


def test_who_may_not_meet_is_not_asked_if_they_do(session, asker):
    match = make_pair(session, asker, household_size=1)
    live_through(session, day(22))
    assert answers_of(session, match) == []


@pytest.mark.usefixtures("clock")
def test_a_guide_of_several_reads_which_of_them_it_is_about(client, session, match, links):
    session.commit()
    page = get_page(client, f"/asker/how-is-it/{links[PairSide.GUIDE]}?lang=en")
    assert "about the family that you have met since" in page.main.text


@pytest.mark.usefixtures("clock")
def test_a_family_without_a_number_is_written_to(client, session, match, links):
    url = f"/asker/how-is-it/{links[PairSide.FAMILY]}/concern?lang=en"
    match.family.contact_phone = "+4790000101"
    session.commit()
    assert "Call me" in get_page(client, url).main.text
    match.family.contact_phone = ""
    session.commit()
    page = get_page(client, url)
    assert "Write to me" in page.main.text and "Call me" not in page.main.text


@pytest.fixture
def links(session, match):
    """Ask both on day 21; return the tokens by side."""
    return ask(session, match, on=day(21))


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def reply(session, token, answer, *, on=None):
    services.answer_by_link(session, token, reply=answer, now=morning(on or day(22)))


def signs_of(session, actor, match, on):
    return set(queries.find_standing(session, actor, match.id, on).signs)


def light_of(session, actor, match, on):
    return queries.find_standing(session, actor, match.id, on).light


def test_both_sides_are_asked_once_with_a_first_name_and_a_link(session, match, links):
    one_morning(session, day(21))
    one_morning(session, day(22))
    letters = session.scalars(select(OutgoingMessage)).all()
    assert {letter.template for letter in letters} == {"guide_how_is_it", "family_how_is_it"}
    assert len(letters) == 2
    to_guide, to_family = (
        next(letter for letter in letters if letter.template.startswith(side))
        for side in ("guide", "family")
    )
    assert match.family.contact_name not in to_guide.body and "Amal" not in to_guide.body
    assert "Kari" not in to_family.body
    assert links[PairSide.GUIDE] in to_guide.body and links[PairSide.FAMILY] in to_family.body


def test_all_is_well_on_both_sides_takes_the_day_off_the_list(session, coordinator, match, links):
    for token in links.values():
        reply(session, token, Reply.FINE)
    question = answers_of(session, match)[0]
    assert question.follow_up.done_on == day(22) and question.follow_up.done_by_id is None
    # What remains are the calls of days 7 and 14 that nobody made.
    assert signs_of(session, coordinator, match, day(30)) <= {Sign.CONTACT, Sign.SILENT}


def test_one_side_that_is_fine_is_not_both(session, match, links):
    reply(session, links[PairSide.GUIDE], Reply.FINE)
    assert answers_of(session, match)[0].follow_up.done_on is None


@pytest.mark.parametrize("side", PairSide)
def test_not_meeting_turns_the_light_yellow(session, coordinator, match, links, side):
    reply(session, links[side], Reply.NOT_MEETING)
    assert Sign.NOT_MEETING in signs_of(session, coordinator, match, day(22))
    assert light_of(session, coordinator, match, day(22)) is Light.WARNING


@pytest.mark.parametrize("side", PairSide)
def test_wanting_to_talk_turns_the_light_red_and_comes_first(
    session, asker, coordinator, match, links, side
):
    make_pair(session, asker)
    reply(session, links[side], Reply.TALK)
    assert light_of(session, coordinator, match, day(22)) is Light.BAD
    first = queries.list_due(session, coordinator, day(22))[0]
    assert (first.match_id, first.sign) == (match.id, Sign.TALK)
    assert first.due_on == day(22)


def of_family(session, match):
    return [a for a in answers_of(session, match) if a.side is PairSide.FAMILY]


def test_who_wants_to_talk_is_not_unsaid_by_somebody_with_the_phone(session, match, links):
    token = links[PairSide.FAMILY]
    for said in (Reply.TALK, Reply.FINE, Reply.NOT_MEETING, Reply.FINE, Reply.TALK):
        reply(session, token, said)
    reply(session, links[PairSide.GUIDE], Reply.FINE)
    answers = of_family(session, match)
    assert [answer.reply for answer in answers] == [Reply.TALK, Reply.FINE, Reply.NOT_MEETING]
    assert [answer.number for answer in answers] == [1, 2, 3]
    assert answers[0].follow_up.done_on is None


def test_a_later_answer_never_changes_an_earlier_one(session, coordinator, match, links):
    reply(session, links[PairSide.FAMILY], Reply.NOT_MEETING)
    contact = services.Contact(SpokeWith.FAMILY, ContactedBy.PHONE, Light.WARNING)
    services.note_contact(
        session, coordinator, match, contact, once_token="once", now=morning(day(23))
    )
    again = services.make_family_link(
        session, coordinator, match, answer_page=str, now=morning(day(24))
    )
    assert [row.reply for row in of_family(session, match)] == [Reply.NOT_MEETING, None]
    with pytest.raises(NotFound):
        reply(session, links[PairSide.FAMILY], Reply.TALK, on=day(25))
    reply(session, again, Reply.FINE, on=day(25))
    first, second = of_family(session, match)
    assert (first.reply, first.answered_at) == (Reply.NOT_MEETING, morning(day(22)))
    assert first.handled_on == day(23)
    assert (second.reply, second.asked_at) == (Reply.FINE, morning(day(24)))
    assert (second.answered_at, second.handled_on) == (morning(day(25)), None)


def test_fine_may_become_a_wish_to_talk(session, coordinator, match, links):
    for token in links.values():
        reply(session, token, Reply.FINE)
    reply(session, links[PairSide.FAMILY], Reply.TALK, on=day(25))
    assert light_of(session, coordinator, match, day(25)) is Light.BAD


def test_a_wish_to_talk_outlives_the_match(session, coordinator, match, links):
    reply(session, links[PairSide.FAMILY], Reply.TALK)
    match.status = MatchStatus.ENDED
    session.flush()
    assert [due.sign for due in queries.list_due(session, coordinator, day(23))] == [Sign.TALK]


def test_a_link_opens_no_more_after_thirty_days(session, match, links):
    with pytest.raises(NotFound):
        reply(session, links[PairSide.FAMILY], Reply.FINE, on=day(52))


def test_a_link_opens_no_more_when_the_match_has_ended(session, match, links):
    match.status = MatchStatus.ENDED
    session.flush()
    with pytest.raises(NotFound):
        reply(session, links[PairSide.GUIDE], Reply.FINE)


def test_a_link_opens_no_more_where_the_family_has_another_address(session, match, links):
    move(session, replace(To.family(match.family), email="new@home.example"), now=cast.NOW)
    with pytest.raises(NotFound):
        reply(session, links[PairSide.FAMILY], Reply.FINE)
    reply(session, links[PairSide.GUIDE], Reply.FINE)


def test_a_guide_who_was_replaced_answers_no_more(session, asker, match, links):
    new = cast.make_guide(session, asker, name="Liv", email="liv@asker.example", status="ready")
    match.guides.clear()
    session.flush()
    match.guides.append(MatchGuide(guide_id=new.id, kind=GuideKind.LEAD))
    session.flush()
    session.refresh(match, ["guides"])
    with pytest.raises(NotFound):
        reply(session, links[PairSide.GUIDE], Reply.FINE)


def test_a_link_of_another_municipality_is_not_found(session, session_factory, baerum, links):
    session.commit()
    with session_factory() as other:
        tenancy.bind(other, baerum.municipality.id)
        with pytest.raises(NotFound):
            reply(other, links[PairSide.FAMILY], Reply.TALK)


def test_another_kind_of_link_answers_nothing(session, match, links):
    for link in session.scalars(select(Link).where(Link.kind == LinkKind.FOLLOW_UP)):
        link.kind = LinkKind.ANSWER
    session.flush()
    with pytest.raises(NotFound):
        reply(session, links[PairSide.FAMILY], Reply.FINE)


def test_a_family_that_cannot_be_written_to_is_the_staffs_to_ask(session, asker, coordinator):
    match = make_pair(session, asker, contact_email="", contact_phone="66 00 00 00")
    live_through(session, day(22))
    follow_up = answers_of(session, match)[0].follow_up
    assert follow_up.asked_at is None and follow_up.done_on is None
    due = next(d for d in queries.list_due(session, coordinator, day(22)) if d.match_id == match.id)
    assert due.sign is Sign.CONTACT
    one_morning(session, day(23))
    assert len(answers_of(session, match)) == 2  # asked once all the same


def test_staff_pass_a_link_on_to_a_family_without_an_address(session, asker, coordinator):
    match = make_pair(session, asker, contact_email="", contact_phone="66 00 00 00")
    live_through(session, day(21))

    def renew():
        return services.make_family_link(
            session, coordinator, match, answer_page=lambda token: token, now=morning(day(22))
        )

    old, new = renew(), renew()
    with pytest.raises(NotFound):
        reply(session, old, Reply.FINE)
    reply(session, new, Reply.NOT_MEETING)
    family = next(a for a in answers_of(session, match) if a.side is PairSide.FAMILY)
    assert family.reply is Reply.NOT_MEETING


def test_an_unanswered_question_comes_to_the_desk_after_a_week(session, coordinator, match):
    live_through(session, day(19))
    for follow_up in session.scalars(select(FollowUp).where(FollowUp.due_on < day(20))):
        follow_up.done_on = day(19)
    live_through(session, day(21), since=day(20))
    assert signs_of(session, coordinator, match, day(27)) == set()
    assert Sign.CONTACT in signs_of(session, coordinator, match, day(28))


def test_the_week_is_counted_from_when_the_question_went_out(session, coordinator, match):
    live_through(session, day(19))
    services.plan_follow_ups(session, today=day(23))  # nothing was sent for two days
    for follow_up in session.scalars(select(FollowUp).where(FollowUp.due_on != day(21))):
        follow_up.done_on = day(19)
    services.ask_due(session, answer_page="http://x/{}".format, now=morning(day(23)))
    assert Sign.CONTACT not in signs_of(session, coordinator, match, day(29))
    assert Sign.CONTACT in signs_of(session, coordinator, match, day(30))
    found = queries.find_standing(session, coordinator, match.id, day(31))
    assert found.due_on == day(30)


# The pages behind the links.


def url_of(asker, token, more=""):
    return asker.url(f"/how-is-it/{token}{more}")


@pytest.fixture
def open_links(session, links):
    session.commit()
    return links


@pytest.mark.parametrize("side", PairSide)
@pytest.mark.usefixtures("clock")
def test_opening_a_link_changes_nothing_and_pressing_a_button_answers(
    client, session, asker, match, open_links, side
):
    token = open_links[side]
    page = get_page(client, url_of(asker, token))
    assert [b["value"] for b in page.select("button[name=reply]")] == [r.value for r in Reply]
    assert stored(session, match) == {PairSide.GUIDE: None, PairSide.FAMILY: None}
    response = client.post(url_of(asker, token), data=fill(page) | {"reply": "not_meeting"})
    assert response.status_code == 303
    assert stored(session, match)[side] is Reply.NOT_MEETING
    check_page(client.get(response.location), 200)


def stored(session, match):
    session.expire_all()
    replies = {answer.side: answer.reply for answer in answers_of(session, match)}
    session.rollback()  # on SQLite the next request could not write
    return replies


@pytest.mark.parametrize("side", PairSide)
@pytest.mark.usefixtures("clock")
def test_no_page_tells_what_was_answered(client, asker, open_links, side):
    token = open_links[side]
    before = get_page(client, url_of(asker, token)).main.get_text()
    thanked = set()
    for answer in Reply:
        response = client.post(url_of(asker, token), data={"reply": answer.value})
        assert urlsplit(response.location).path == url_of(asker, token, "/thanks")
        assert not urlsplit(response.location).query
        thanked.add(get_page(client, response.location).main.get_text())
    assert len(thanked) == 1
    assert get_page(client, url_of(asker, token)).main.get_text() == before


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("more", ["", "/thanks", "/concern"])
def test_the_pages_name_nobody_and_tell_no_other_site_where_they_are(
    client, asker, open_links, more
):
    for token in open_links.values():
        response = client.get(url_of(asker, token, more))
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        main = check_page(response, 200).main.get_text()
        assert "Amal" not in main and "Kari" not in main


@pytest.mark.usefixtures("clock")
def test_a_family_reads_the_question_in_her_language(client, session, asker, match, open_links):
    match.family.locale = "ar"
    session.commit()
    page = get_page(client, url_of(asker, open_links[PairSide.FAMILY]))
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert get_page(client, url_of(asker, open_links[PairSide.GUIDE])).html["dir"] == "ltr"


@pytest.mark.usefixtures("clock")
def test_an_answer_that_is_none_asks_again(client, session, asker, match, open_links):
    token = open_links[PairSide.FAMILY]
    for data in ({}, {"reply": "maybe"}):
        assert client.post(url_of(asker, token), data=data).status_code == 422
    assert stored(session, match)[PairSide.FAMILY] is None


@pytest.mark.usefixtures("armed", "clock")
def test_an_answer_needs_the_pages_own_token(client, session, asker, match, open_links):
    token = open_links[PairSide.FAMILY]
    assert client.post(url_of(asker, token), data={"reply": "talk"}).status_code in {400, 422}
    assert stored(session, match)[PairSide.FAMILY] is None


@pytest.mark.parametrize("more", ["", "/thanks", "/concern"])
def test_a_closed_link_tells_whom_to_call(client, asker, more):
    page = get_page(client, url_of(asker, "no-such-token", more), status=404)
    assert "66 00 00 00" in page.main.get_text()


@pytest.fixture
def clock(time_machine):
    """The morning after the two were asked."""
    time_machine.move_to(morning(day(22)), tick=False)


def test_forgetting_a_protected_family_forgets_how_it_went(session, match, links):
    reply(session, links[PairSide.FAMILY], Reply.TALK)
    forget(session, Person.FAMILY, match.family_id)
    assert session.scalars(select(FollowUp)).all() == []
    assert session.scalars(select(FollowUpAnswer)).all() == []
    with pytest.raises(NotFound):
        reply(session, links[PairSide.FAMILY], Reply.TALK)


def test_asking_is_on_the_day_in_oslo(session, match):
    one_morning(session, day(20))
    late_in_the_evening = dt.datetime(2026, 3, 22, 23, 30, tzinfo=dt.UTC)  # 23 March in Oslo
    assert services.ask_due(session, answer_page="http://x/{}".format, now=late_in_the_evening) == 1


# Two guides


@pytest.fixture
def two_guides(session, asker):
    match = make_pair(session, asker)
    other = cast.make_guide(session, asker, name="Ida Andre", email="ida@asker.example")
    match.guides.append(MatchGuide(guide=other, kind=GuideKind.CO))
    late = cast.make_guide(session, asker, name="Sen Sen", email="sen@asker.example")
    match.guides.append(MatchGuide(guide=late, kind=GuideKind.CO, awaits_yes=True))
    session.flush()
    return match


def test_each_guide_who_takes_part_is_asked_and_answers_for_themselves(session, asker, two_guides):
    tokens: list[str] = []
    live_through(session, day(21), tokens=tokens)
    written = select(OutgoingMessage.recipient).where(OutgoingMessage.template == "guide_how_is_it")
    assert set(session.scalars(written)) == {asker.guide.email, "ida@asker.example"}
    questions = {}
    for token in tokens:
        question, _link = queries.get_question(session, token, now=morning(day(21)))
        questions[question.side, question.guide_id] = token
    other = next(guide for guide in two_guides.present if guide is not two_guides.lead)
    answered = [
        (PairSide.GUIDE, other.id),
        (PairSide.FAMILY, None),
        (PairSide.GUIDE, None),
    ]
    follow_up = session.scalars(select(FollowUp).where(FollowUp.asked_at.is_not(None))).one()
    for number, key in enumerate(answered, start=1):
        services.answer_by_link(session, questions[key], reply=Reply.FINE, now=morning(day(22)))
        assert (follow_up.done_on is not None) == (number == len(answered))


def test_a_worried_guide_who_does_not_lead_is_the_one_to_be_called(session, two_guides):
    tokens: list[str] = []
    live_through(session, day(21), tokens=tokens)
    other = next(guide for guide in two_guides.present if guide is not two_guides.lead)
    for token in tokens:
        question, _link = queries.get_question(session, token, now=morning(day(21)))
        if question.guide_id == other.id:
            concern = services.raise_concern_by_link(
                session, token, once_token="once", now=morning(day(22))
            )
            assert concern.guide_id == other.id
            return
    raise AssertionError("the other guide was not asked")
