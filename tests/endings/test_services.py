"""Endings without shame: what is said, what follows, and who is told."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from app import tenancy
from app.accounts.models import Link, LinkKind
from app.database import engine_of
from app.desk.queries import TaskKind, list_tasks
from app.endings import queries, services
from app.endings.consequences import AGAIN, CONSEQUENCES, GuideAfter
from app.endings.models import (
    Again,
    EndWish,
    FamilyAfter,
    MatchEnding,
    Tap,
    Transfer,
    TransferStatus,
)
from app.endings.services import Moving, Taps, Wish
from app.endings.services.moving import TransferClosed
from app.errors import NotFound, NotPermitted
from app.families.models import FamilyKind, FamilyStatus
from app.guides.models import GuideStatus
from app.guides.services.leaving import GuideHasFamily
from app.matches.models import (
    EndReason,
    GuideKind,
    Match,
    MatchGuide,
    MatchStatus,
    Side,
    WrongMatchStatus,
)
from app.matches.services.protecting import protect_family
from app.messages import reach
from app.messages.models import OutgoingMessage
from app.messages.services import To
from app.permissions import Role
from tests import cast
from tests.cast import NOW
from tests.endings.people import (
    PAGES,
    TODAY,
    answers_of,
    decide,
    guide_actor,
    make_guide,
    make_pair,
    one_morning,
    say,
    tokens,
)

DAY = dt.timedelta(days=1)
OWN = [wish for wish in EndWish if CONSEQUENCES[wish].by_guide]
OTHERS = [wish for wish in EndWish if not CONSEQUENCES[wish].by_guide]


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def count_queries(session_factory):
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    engine = engine_of(session_factory)
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def letters(session):
    return sorted(session.scalars(select(OutgoingMessage.template)))


def tasks(session, coordinator, on=TODAY):
    return [(t.why, t.match_id) for t in queries.list_ending_tasks(session, coordinator, on)]


# What a guide says


@pytest.mark.parametrize(("wish", "why"), [("pause", "talk"), ("too_much", "too_much")])
def test_break_begins_at_once_and_the_match_goes_on(session, asker, coordinator, match, wish, why):
    say(session, asker, match, wish)
    assert match.status is MatchStatus.ACTIVE
    assert match.lead.status is GuideStatus.PAUSED
    assert tasks(session, coordinator) == [(why, match.id)]
    assert one_morning(session, NOW + 40 * DAY) == 0
    assert match.status is MatchStatus.ACTIVE


@pytest.mark.parametrize(("said", "promised"), [(0, 1), (3, 4), (4, 7), (5, 7), (6, 7)])
def test_for_whom_it_is_too_much_stands_first_until_the_call(
    session, asker, coordinator, match, said, promised
):
    make_guide(session, asker, name="Forgotten", applied_at=NOW - 200 * DAY)
    match.lead.name = "Liv Nilsen"
    say(session, asker, match, "too_much", now=NOW + said * DAY)  # NOW is a Monday
    day = TODAY + promised * DAY
    first = list_tasks(session, coordinator, now=NOW, today=day, first_contact_days=7)[0]
    assert (first.kind, first.record_id) == (TaskKind.TOO_MUCH, match.id)
    assert first.is_urgent and first.guides == ("Liv Nilsen",)
    assert (first.due_on, first.days_late(day), first.days_late(day + DAY)) == (day, 0, 1)
    services.note_talk(session, coordinator, match, match.lead.id, today=day)
    assert desk_tasks(session, coordinator, TaskKind.TOO_MUCH) == []


def test_break_has_a_last_day(session, asker, match):
    say(session, asker, match, "pause", rest_until=TODAY + 30 * DAY)
    assert match.lead.paused_until == TODAY + 30 * DAY


@pytest.mark.parametrize("wish", ["stop", "another_family"])
def test_end_comes_by_itself_when_the_last_meeting_has_been(session, asker, match, wish):
    last = TODAY + 10 * DAY
    say(session, asker, match, wish, last_meeting_on=last)
    assert one_morning(session, NOW + 10 * DAY) == 0
    assert match.status is MatchStatus.ACTIVE and match.both_said_yes
    assert one_morning(session, NOW + 15 * DAY) == 1  # after days of stop, too
    assert match.status is MatchStatus.ENDED
    assert match.end_reason is CONSEQUENCES[EndWish(wish)].reason
    assert match.family.status is FamilyStatus.WAITING
    assert match.lead.places_taken == 0
    assert one_morning(session, NOW + 16 * DAY) == 0
    assert letters(session) == ["family_ended", "guide_ended"]


def test_guide_who_stops_leaves_and_one_who_wants_another_family_stays(session, asker):
    stops, wants = make_pair(session, asker), make_pair(session, asker)
    say(session, asker, stops, "stop")
    say(session, asker, wants, "another_family")
    one_morning(session, NOW + DAY)
    assert stops.lead.status is GuideStatus.ENDED
    assert wants.lead.status is GuideStatus.READY


def test_guide_who_stops_and_has_another_family_rests_until_that_is_told(session, asker):
    first = make_pair(session, asker, guide=make_guide(session, asker, capacity=2))
    second = make_pair(session, asker, guide=first.lead)
    say(session, asker, first, "stop")
    one_morning(session, NOW + DAY)
    assert first.lead.status is GuideStatus.PAUSED
    assert second.status is MatchStatus.ACTIVE


def test_what_the_family_wants_is_for_staff_to_ask(session, asker, coordinator, match):
    say(session, asker, match, "family_moved")
    assert one_morning(session, NOW + 9 * DAY) == 0
    assert match.status is MatchStatus.ACTIVE
    services.note_talk(session, coordinator, match, match.lead.id, today=TODAY)
    assert tasks(session, coordinator, TODAY) == []
    assert tasks(session, coordinator, TODAY + 9 * DAY) == [("decide", match.id)]


def test_of_two_guides_one_alone_ends_nothing(session, asker, coordinator, match):
    other = make_guide(session, asker)
    match.guides.append(MatchGuide(guide_id=other.id, guide=other, kind=GuideKind.CO))
    session.flush()
    say(session, asker, match, "stop")
    assert one_morning(session, NOW + 9 * DAY) == 0
    assert tasks(session, coordinator) == [("talk", match.id)]


def test_staff_hear_of_it_until_they_have_talked_also_after_the_end(
    session, asker, coordinator, match
):
    say(session, asker, match, "stop")
    one_morning(session, NOW + DAY)
    assert tasks(session, coordinator) == [("talk", match.id)]
    services.note_talk(session, coordinator, match, match.lead.id, today=TODAY)
    assert tasks(session, coordinator) == []


@pytest.mark.parametrize("wish", OTHERS)
def test_guides_do_not_speak_for_the_family(session, asker, match, wish):
    with pytest.raises(services.NotAWishOfGuides):
        say(session, asker, match, wish)


@pytest.mark.parametrize(
    ("days", "wish"), [(-1, "stop"), (93, "stop"), (-1, "pause"), (367, "pause")]
)
def test_day_lies_ahead_but_not_far(session, asker, match, days, wish):
    name = "rest_until" if wish == "pause" else "last_meeting_on"
    with pytest.raises(services.DayOutOfPlace):
        say(session, asker, match, wish, **{name: TODAY + days * DAY})


def test_mind_may_be_changed(session, asker, coordinator, match):
    say(session, asker, match, "stop", last_meeting_on=TODAY + DAY)
    say(session, asker, match, "completed", last_meeting_on=TODAY + 5 * DAY)
    assert queries.get_ending(session, match.id).wish is EndWish.COMPLETED
    services.take_back_wish(session, guide_actor(asker, match), match, now=NOW)
    assert queries.find_ending(session, match.id) is None
    assert tasks(session, coordinator) == []
    assert one_morning(session, NOW + 9 * DAY) == 0


def test_plan_of_staff_is_not_for_the_guide_to_change(session, asker, match):
    decide(session, asker, match, "another_guide", last_meeting_on=TODAY + 5 * DAY)
    with pytest.raises(services.EndIsPlanned):
        say(session, asker, match, "pause")
    with pytest.raises(services.EndIsPlanned):
        services.take_back_wish(session, guide_actor(asker, match), match, now=NOW)


def test_nobody_speaks_for_another_pair(session, asker, match):
    other = make_pair(session, asker)
    for step in (
        lambda actor: services.say_wish(session, actor, match, Wish(EndWish.STOP), now=NOW),
        lambda actor: services.take_back_wish(session, actor, match, now=NOW),
        lambda actor: services.note_talk(session, actor, match, match.lead.id, today=TODAY),
        lambda actor: services.make_family_link(session, actor, match, pages=PAGES, now=NOW),
        lambda actor: services.end_now_or_later(
            session, actor, match, Wish(EndWish.STOP), pages=PAGES, now=NOW
        ),
    ):
        for actor in (guide_actor(asker, other), cast.actor(asker, Role.CASEWORKER)):
            with pytest.raises(NotPermitted):
                step(actor)


def test_only_an_active_match_ends(session, asker):
    match = session.get(Match, asker.proposal.id)
    match.status = MatchStatus.AGREED
    with pytest.raises(WrongMatchStatus):
        decide(session, asker, match, "stop")
    with pytest.raises(WrongMatchStatus):
        say(session, asker, match, "stop")


# What staff decide


@pytest.mark.parametrize(
    ("wish", "said", "after", "reason"),
    [
        ("completed", True, FamilyAfter.LEAVES, EndReason.COMPLETED),
        ("completed", True, FamilyAfter.WAITS, EndReason.COMPLETED),
        ("another_guide", False, FamilyAfter.WAITS, EndReason.NOT_A_FIT),
        ("no_guide", False, FamilyAfter.LEAVES, EndReason.FAMILY_STOPPED),
        ("never_met", True, FamilyAfter.WAITS, EndReason.NEVER_MET),
        ("family_moved", True, FamilyAfter.WAITS, EndReason.MOVED),
        ("other", True, FamilyAfter.LEAVES, EndReason.OTHER),
    ],
)
def test_each_end_has_its_consequence(session, asker, wish, said, after, reason):
    match = make_pair(session, asker)
    decide(session, asker, match, wish, family_after=after if said else None)
    waits = after is FamilyAfter.WAITS
    status = FamilyStatus.WAITING if waits else FamilyStatus.WITHDRAWN
    assert (match.status, match.end_reason, match.ended_on) == (MatchStatus.ENDED, reason, TODAY)
    assert match.family.status is status
    assert (match.lead.status, match.lead.places_taken) == (GuideStatus.READY, 0)
    assert letters(session) == ["family_ended", "guide_ended"]


@pytest.mark.parametrize(
    ("wish", "after"),
    [("completed", None), ("family_moved", None), ("stop", "leaves"), ("pause", "waits")],
)
def test_what_becomes_of_the_family_must_follow(session, asker, match, wish, after):
    with pytest.raises(services.FamilyUndecided):
        decide(session, asker, match, wish, family_after=FamilyAfter(after) if after else None)
    assert match.status is MatchStatus.ACTIVE


def test_wait_goes_on_where_it_stood_if_the_family_never_got_its_guide(session, asker):
    waiting_since = TODAY - 260 * DAY
    rematched = make_pair(session, asker, waiting_since=waiting_since)
    done = make_pair(session, asker, waiting_since=waiting_since)
    decide(session, asker, rematched, "never_met", family_after=FamilyAfter.WAITS)
    decide(session, asker, done, "completed", family_after=FamilyAfter.WAITS)
    assert rematched.family.waiting_since == TODAY - 60 * DAY
    assert done.family.waiting_since == TODAY


def test_planned_end_of_staff_comes_by_itself(session, asker, match):
    decide(session, asker, match, "no_guide", last_meeting_on=TODAY + 3 * DAY)
    assert match.status is MatchStatus.ACTIVE and letters(session) == []
    assert queries.list_last_meetings(session, match.lead.id) == [(match.id, TODAY + 3 * DAY)]
    assert one_morning(session, NOW + 4 * DAY) == 1
    assert match.family.status is FamilyStatus.WITHDRAWN
    assert queries.list_last_meetings(session, match.lead.id) == []


def test_break_that_staff_note_reaches_the_guide(session, asker, match):
    decide(session, asker, match, "pause", rest_until=TODAY + 9 * DAY)
    assert match.lead.paused_until == TODAY + 9 * DAY
    assert match.status is MatchStatus.ACTIVE


def test_nobody_met_for_the_last_time_before_they_began(session, asker, match):
    with pytest.raises(services.DayOutOfPlace):
        decide(session, asker, match, "no_guide", last_meeting_on=match.started_on - DAY)
    decide(session, asker, match, "no_guide", last_meeting_on=match.started_on)


def test_nobody_meets_for_the_last_time_after_the_move(session, asker, match):
    with pytest.raises(services.MeetsAfterMove):
        move(session, asker, match, TODAY + 20 * DAY, last_meeting_on=TODAY + 21 * DAY)
    move(session, asker, match, TODAY + 20 * DAY, last_meeting_on=TODAY + 20 * DAY)


def test_family_that_left_is_not_written_to(session, asker, match):
    match.family.withdraw(on=TODAY)
    decide(session, asker, match, "no_guide")
    assert letters(session) == ["guide_ended"]
    assert len(answers_of(session, match)) == 1


def test_the_desk_asks_once_whatever_there_is(session, asker, coordinator, count_queries):
    for wish in ("stop", "too_much", "family_moved"):
        say(session, asker, make_pair(session, asker), wish)
    session.commit()
    session.expunge_all()
    count_queries.clear()
    assert len(queries.list_ending_tasks(session, coordinator, TODAY)) == 3
    assert len(count_queries) == 1


# Moves


def desk_tasks(session, actor, kind):
    listed = list_tasks(session, actor, now=NOW, today=TODAY, first_contact_days=7)
    return [task for task in listed if task.kind is kind]


def move(session, asker, match, on=TODAY + 20 * DAY, **more):
    moving = Moving("Drammen", on)
    decide(
        session,
        asker,
        match,
        "family_moved",
        family_after=FamilyAfter.TRANSFERS,
        moving=moving,
        **more,
    )


def test_family_that_moves_leaves_and_the_other_municipality_is_to_be_told(
    session, asker, coordinator, match
):
    move(session, asker, match)
    assert match.family.status is FamilyStatus.WITHDRAWN
    assert match.lead.status is GuideStatus.READY
    (transfer,) = queries.list_pending_transfers(session, coordinator)
    (task,) = desk_tasks(session, coordinator, TaskKind.TRANSFER)
    assert (task.due_on, task.record_id) == (TODAY + 20 * DAY, transfer.id)
    told = TransferStatus.TOLD
    services.close_transfer(session, coordinator, transfer, told, today=TODAY)
    assert desk_tasks(session, coordinator, TaskKind.TRANSFER) == []
    with pytest.raises(TransferClosed):
        services.close_transfer(session, coordinator, transfer, told, today=TODAY)


def test_plan_taken_back_takes_the_move_back(session, asker, coordinator, match):
    move(session, asker, match, last_meeting_on=TODAY + 5 * DAY)
    assert len(queries.list_pending_transfers(session, coordinator)) == 1
    services.take_back_wish(session, coordinator, match, now=NOW)
    assert queries.list_pending_transfers(session, coordinator) == []


def test_planning_again_leaves_one_move(session, asker, coordinator, match):
    for days in (5, 6):
        move(session, asker, match, last_meeting_on=TODAY + days * DAY)
    assert len(queries.list_pending_transfers(session, coordinator)) == 1


@pytest.mark.parametrize("days", [-400, 400])
def test_move_lies_within_a_year(session, asker, match, days):
    with pytest.raises(services.MovingDayOutOfPlace):
        move(session, asker, match, on=TODAY + days * DAY)


def test_move_without_a_place_is_none(session, asker, match):
    with pytest.raises(services.FamilyUndecided):
        decide(session, asker, match, "family_moved", family_after=FamilyAfter.TRANSFERS)


def test_a_move_that_nobody_told_of_ends_by_itself(session, asker, coordinator, match):
    move(session, asker, match, on=TODAY)
    (transfer,) = queries.list_pending_transfers(session, coordinator)
    assert transfer.last_on == TODAY + 90 * DAY
    assert services.let_old_go(session, today=transfer.last_on) == 0
    assert services.let_old_go(session, today=transfer.last_on + DAY) == 1
    assert services.let_old_go(session, today=transfer.last_on + DAY) == 0
    assert queries.list_pending_transfers(session, coordinator) == []
    assert (transfer.status, transfer.closed_by_id) == (TransferStatus.DROPPED, None)
    assert transfer.to_municipality == ""  # it is not kept for longer than somebody may be told


def test_where_a_protected_family_moved_is_forgotten(session, asker, coordinator, match):
    move(session, asker, match)
    protect_family(session, coordinator, match.family, now=NOW)
    assert session.scalars(select(Transfer)).all() == []


def test_moves_are_seen_in_their_own_municipality(baerum, session, asker, match, session_factory):
    move(session, asker, match)
    session.commit()
    theirs = cast.actor(baerum, Role.COORDINATOR)
    with session_factory() as other:
        tenancy.bind(other, baerum.municipality.id)
        assert queries.list_pending_transfers(other, theirs) == []
        assert queries.list_ending_tasks(other, theirs, TODAY) == []


# The five questions


@pytest.fixture
def links(session, asker, match):
    """End a match; return the tokens of both sides by letter."""
    decide(session, asker, match, "completed", family_after=FamilyAfter.LEAVES)
    return tokens(session)


def tap(session, token, *, again=None, now=NOW, **taps):
    answers = {name: Tap(value) for name, value in taps.items()}
    return services.answer_by_link(
        session, token, Taps(answers, Again(again) if again else None), now=now
    )


@pytest.mark.parametrize(
    ("kind", "letter", "words"),
    [
        (FamilyKind.HOUSEHOLD, "family_ended_several", "Tiden med guidene er over"),
        (FamilyKind.MINORS_GROUP, "family_ended_group", "Gruppas tid med guidene er over"),
    ],
)
def test_who_had_several_guides_is_asked_about_guides_and_no_number_of_questions(
    session, asker, match, kind, letter, words
):
    match.guides.append(MatchGuide(guide=make_guide(session, asker), kind=GuideKind.CO))
    match.family.kind = kind
    decide(session, asker, match, "completed", family_after=FamilyAfter.LEAVES)
    sent = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.template)).all()
    assert [one.template for one in sent] == [letter, "guide_ended", "guide_ended"]
    assert sent[0].subject == "Hvordan var det å ha guider?" and words in sent[0].body
    assert not any("fem " in one.body for one in sent)


def test_both_sides_answer_once(session, match, links):
    assert set(links) == {"guide_ended", "family_ended"}
    tap(session, links["guide_ended"], went_well="yes", keep_in_touch="partly")
    tap(session, links["family_ended"], went_well="no")
    of_guide, of_family = answers_of(session, match)
    assert (of_guide.went_well, of_guide.keep_in_touch, of_guide.gained) == ("yes", "partly", None)
    assert of_family.went_well == "no"
    tap(session, links["guide_ended"], went_well="no")
    assert of_guide.went_well == "yes"
    with pytest.raises(NotFound):
        tap(session, links["family_ended"], went_well="yes")


def test_nothing_tapped_is_no_answer(session, links):
    with pytest.raises(services.NothingAnswered):
        tap(session, links["family_ended"])


@pytest.mark.parametrize(
    ("again", "status", "until"),
    [
        ("now", GuideStatus.READY, None),
        ("later", GuideStatus.PAUSED, TODAY + 60 * DAY),
        ("no_more", GuideStatus.ENDED, None),
    ],
)
def test_available_again_is_taken_at_its_word(session, match, links, again, status, until):
    tap(session, links["guide_ended"], again=again)
    assert (match.lead.status, match.lead.paused_until) == (status, until)
    # Also who leaves by it is thanked, and prints the proof of the time given.
    assert queries.get_end_answer(session, links["guide_ended"], now=NOW).guide is match.lead


def test_guide_on_a_break_is_back_when_they_say_so(session, match, links):
    match.lead.pause(until=None)
    tap(session, links["guide_ended"], again="now")
    assert match.lead.status is GuideStatus.READY


def test_every_answer_has_its_consequence():
    assert set(AGAIN) == set(Again)
    assert set(CONSEQUENCES) == set(EndWish)
    for wish, consequence in CONSEQUENCES.items():
        assert (consequence.reason is None) is (not consequence.family), wish
        goes_on = consequence.reason is None
        assert not goes_on or consequence.guide is GuideAfter.RESTS, wish


def test_link_that_went_to_another_address_opens_no_more(session, match, links):
    reach.move(session, replace(To.family(match.family), email="new@home.example"), now=NOW)
    reach.move(session, replace(To.guide(match.lead), email="new@example.com"), now=NOW)
    for token in links.values():
        with pytest.raises(NotFound):
            queries.get_end_answer(session, token, now=NOW)


def test_link_opens_for_thirty_days_in_its_own_municipality(
    baerum, session, links, session_factory
):
    token = links["guide_ended"]
    queries.get_end_answer(session, token, now=NOW + 29 * DAY)
    with pytest.raises(NotFound):
        queries.get_end_answer(session, token, now=NOW + 31 * DAY)
    session.commit()
    with session_factory() as other:
        tenancy.bind(other, baerum.municipality.id)
        with pytest.raises(NotFound):
            queries.get_end_answer(other, token, now=NOW)


def test_staff_make_a_new_link_for_a_family_without_address(session, asker, coordinator):
    match = make_pair(session, asker, contact_email="", contact_phone="")
    decide(session, asker, match, "completed", family_after=FamilyAfter.LEAVES)
    first = services.make_family_link(session, coordinator, match, pages=PAGES, now=NOW)
    second = services.make_family_link(session, coordinator, match, pages=PAGES, now=NOW)
    with pytest.raises(NotFound):
        tap(session, first.rsplit("/", 1)[1], went_well="yes")
    tap(session, second.rsplit("/", 1)[1], went_well="yes")
    with pytest.raises(NotFound):
        services.make_family_link(session, coordinator, match, pages=PAGES, now=NOW)


def test_letters_name_neither_the_other_side_nor_a_place(session, match, links):
    for letter in session.scalars(select(OutgoingMessage)):
        other = match.family.contact_name if letter.template == "guide_ended" else match.lead.name
        text = f"{letter.subject}\n{letter.body}".lower()
        for word in [*other.lower().split(), "centre"]:
            if word != "asker":
                assert word not in text
    kinds = set(session.scalars(select(Link.kind)))
    assert kinds == {LinkKind.ENDING}


# Stopping from one's own page


def test_guide_without_a_family_stops_alone(session, asker):
    guide = make_guide(session, asker)
    actor = cast.actor(asker, Role.GUIDE)
    with pytest.raises(NotPermitted):
        services.stop_as_guide(session, actor, guide, now=NOW)
    match = make_pair(session, asker)
    with pytest.raises(GuideHasFamily):
        services.stop_as_guide(session, guide_actor(asker, match), match.lead, now=NOW)
    guide.user_id = actor.user_id
    services.stop_as_guide(session, actor, guide, now=NOW)
    assert guide.status is GuideStatus.ENDED


def test_whose_wish_it_was_is_on_record(session, asker, match):
    ending = say(session, asker, match, "too_much")
    assert (ending.side, ending.guide_id) == (Side.GUIDE, match.lead.id)
    decide(session, asker, match, "stop", last_meeting_on=TODAY + 3 * DAY)
    (ending,) = session.scalars(select(MatchEnding))
    assert (ending.side, ending.guide_id) == (Side.COORDINATOR, match.lead.id)


def test_nothing_ends_by_itself_before_the_guide_knows(session, asker, match, coordinator):
    decide(session, asker, match, "another_guide", last_meeting_on=TODAY + DAY, guide_knows=False)
    one_morning(session, NOW + 3 * DAY)
    assert match.status is MatchStatus.ACTIVE
    today = TODAY + 3 * DAY
    tasks = list_tasks(session, coordinator, now=NOW, today=today, first_contact_days=7)
    assert [task.record_id for task in tasks if task.kind is TaskKind.TELL_GUIDE] == [match.id]
    services.tell_guide(session, coordinator, match, pages=PAGES, now=NOW + 3 * DAY)
    assert match.status is MatchStatus.ENDED
