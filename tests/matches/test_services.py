import datetime as dt

import pytest
from sqlalchemy import select

from app.accounts.models import Link
from app.accounts.services import hash_token
from app.errors import NotFound, NotPermitted
from app.families.models import Family, FamilyStatus, FamilyWithdrawn
from app.guides.models import Guide, GuideStatus
from app.matches import services
from app.matches.models import (
    TAKES_PLACE,
    TRANSITIONS,
    AnswerWay,
    DeclineReason,
    EndReason,
    Match,
    MatchStatus,
    Origin,
    Side,
    WrongMatchStatus,
)
from app.matches.queries import rank_for
from app.matching.types import RuleCode
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import AgeGroup, Gender, GenderWish
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, LATER, Steps, match_at, propose

S = MatchStatus
EVERY_STEP = [(a, b) for a in S for b in S if b is not S.PROPOSED]


@pytest.fixture
def guide(session, asker) -> Guide:
    return session.get(Guide, asker.guide.id)


@pytest.fixture
def family(session, asker) -> Family:
    return cast.make_family(session, asker, reference="F-2")


@pytest.fixture
def match(session, asker) -> Match:
    return session.get(Match, asker.proposal.id)


@pytest.fixture
def steps(session, asker) -> Steps:
    return Steps(session, asker)


def letters(session) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.created_at)).all()
    return sorted((row.template, row.recipient) for row in rows)


# The one transition table


@pytest.mark.parametrize(("start", "goal"), EVERY_STEP, ids=lambda s: s.value)
def test_a_step_is_taken_exactly_if_the_table_has_it(session, asker, start, goal):
    match = match_at(session, asker, start)
    before = len(match.events)
    allowed = goal in TRANSITIONS[start]
    if goal is S.EXPIRED:  # only what waits for an answer can run out of time
        allowed = start in {S.GUIDE_ASKED, S.FAMILY_ASKED}
        Steps(session, asker).expired(match)
    elif goal is S.FAMILY_ASKED and start is S.FAMILY_ASKED:
        Steps(session, asker).family_asked(match)  # a new link, no new step
    elif allowed:
        Steps(session, asker).take(match, goal)
    else:
        with pytest.raises(WrongMatchStatus):
            Steps(session, asker).take(match, goal)
    assert match.status is (goal if allowed else start)
    assert len(match.events) == before + allowed


@pytest.mark.parametrize("status", S, ids=lambda s: s.value)
def test_the_place_is_taken_from_confirmation_until_the_match_is_over(
    session, asker, guide, status
):
    match_at(session, asker, status)
    assert guide.places_taken == (status in TAKES_PLACE)


@pytest.mark.parametrize("status", S, ids=lambda s: s.value)
def test_family_has_a_guide_only_while_both_have_said_yes(session, asker, status):
    match = match_at(session, asker, status)
    has_one = status in {S.AGREED, S.ACTIVE}
    assert match.family.status is (FamilyStatus.MATCHED if has_one else FamilyStatus.WAITING)
    assert match.both_said_yes is has_one


def test_every_step_says_who_took_it_from_where_and_when(session, asker):
    match = match_at(session, asker, S.AGREED)
    assert [(e.from_status, e.to_status) for e in match.events] == [
        (S.PROPOSED, S.GUIDE_ASKED),
        (S.GUIDE_ASKED, S.GUIDE_ACCEPTED),
        (S.GUIDE_ACCEPTED, S.FAMILY_ASKED),
        (S.FAMILY_ASKED, S.AGREED),
    ]
    assert {e.by_id for e in match.events} == {asker.coordinator.id}
    assert [e.way for e in match.events] == [
        None,
        AnswerWay.PHONE,
        None,
        AnswerWay.THROUGH_INTERPRETER,
    ]


# Proposing


def test_proposal_keeps_the_score_and_what_it_rests_on(session, asker, family, guide):
    match = propose(session, asker, family, guide)
    assert match.origin is Origin.MATCHING
    assert (
        match.explanation["score"]
        == match.score
        == sum(term["points"] for term in match.explanation["terms"])
    )
    assert match.explanation["rank"] == 1
    assert match.explanation["inputs"]["trip"] == {"band": "same", "minutes": None}
    assert guide.places_taken == 0


def test_family_has_one_open_match_at_a_time(session, asker, family, guide):
    propose(session, asker, family, guide)
    with pytest.raises(services.FamilyHasOpenMatch):
        propose(session, asker, family, guide)
    assert len(session.scalars(select(Match).where(Match.family_id == family.id)).all()) == 1


def test_family_that_has_left_or_has_a_guide_gets_no_proposal(session, asker, family, guide):
    family.status = FamilyStatus.MATCHED
    session.flush()
    with pytest.raises(services.FamilyNotWaiting):
        propose(session, asker, family, guide)
    family.withdraw(on=TODAY)
    session.flush()
    with pytest.raises(FamilyWithdrawn):
        propose(session, asker, family, guide)


def test_guide_outside_the_candidates_is_chosen_with_a_reason_only(session, asker, family, guide):
    guide.availability = 1  # Monday morning, when the family is never free
    session.flush()
    with pytest.raises(services.ChoiceNoteMissing):
        propose(session, asker, family, guide, note="  ")
    match = propose(session, asker, family, guide, note="They know each other from the library.")
    assert match.origin is Origin.BY_HAND
    assert match.explanation["failing"] == ["availability"]
    assert match.explanation["rank"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"places_taken": 1},
        {"status": GuideStatus.PAUSED},
        {"status": GuideStatus.INTERVIEWED},
        {"gender_wish": GenderWish.MAN},
    ],
    ids=["no room", "paused", "not ready", "wishes for a man"],
)
def test_no_note_overrides_what_must_hold(session, asker, family, guide, changes):
    for name, value in changes.items():
        setattr(guide, name, value)
    session.flush()
    with pytest.raises(services.GuideCannotBeProposed):
        propose(session, asker, family, guide, note="I really want this.")


def test_a_guide_under_18_is_never_proposed_to_a_household(session, asker, family, guide):
    guide.age_group = AgeGroup.FROM_16
    with pytest.raises(services.MayNotMeet) as refusal:
        propose(session, asker, family, guide, note="I really want this.")
    assert refusal.value.lacking == (services.Lack(services.LackCode.UNDER_18, guide.id),)


def test_wish_of_the_family_is_not_overruled(session, asker, guide):
    family = cast.make_family(session, asker, reference="F-3", gender_wish=GenderWish.MAN)
    guide.gender = Gender.WOMAN
    with pytest.raises(services.GuideCannotBeProposed):
        propose(session, asker, family, guide, note="There is nobody else.")


def test_declined_pair_is_never_proposed_again(session, asker, guide, match, steps):
    steps.guide_asked(match)
    steps.declined(match, Side.GUIDE)
    with pytest.raises(services.GuideCannotBeProposed):
        propose(session, asker, match.family, guide, note="Try again.")


@pytest.mark.parametrize(
    ("now_at", "side", "seen"),
    [
        (S.GUIDE_ACCEPTED, Side.GUIDE, S.GUIDE_ASKED),
        (S.AGREED, Side.FAMILY, S.FAMILY_ASKED),
        (S.AGREED, Side.COORDINATOR, S.PROPOSED),
        (S.AGREED, Side.COORDINATOR, ""),
    ],
)
def test_old_page_takes_back_nothing(session, asker, steps, now_at, side, seen):
    match = match_at(session, asker, now_at)
    refusal = services.Refusal(side, DeclineReason.NO_TIME, seen=seen)
    with pytest.raises(WrongMatchStatus):
        services.decline_match(
            session, steps.actor, match, refusal=refusal, addresses=ADDRESSES, now=NOW
        )
    with pytest.raises(WrongMatchStatus):
        services.withdraw_match(
            session, steps.actor, match, addresses=ADDRESSES, now=NOW, seen=seen
        )
    assert match.status is now_at


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        (EndReason.NEVER_MET, False),
        (EndReason.NOT_A_FIT, False),
        (EndReason.GUIDE_STOPPED, False),
        (EndReason.FAMILY_STOPPED, False),
        (EndReason.COMPLETED, True),
        (EndReason.MOVED, True),
        (EndReason.OTHER, True),
    ],
)
def test_pair_that_somebody_left_does_not_come_back(session, asker, steps, reason, again):
    match = match_at(session, asker, S.ACTIVE)
    services.end_match(
        session,
        steps.actor,
        match,
        ending=services.Ending(reason, family_waits=True),
        now=NOW,
    )
    ranking = rank_for(session, steps.actor, match.family, today=TODAY)
    told = ranking.explain(asker.guide.id)
    assert told.failing == (() if again else (RuleCode.DECLINED,))
    assert "matched_before" in {r.code for r in told.candidate.counter_reasons}


@pytest.mark.parametrize("status", [S.EXPIRED, S.WITHDRAWN])
def test_question_that_nobody_said_no_to_is_told_and_may_be_asked_again(session, asker, status):
    match = match_at(session, asker, status)
    actor = cast.actor(asker, Role.COORDINATOR)
    told = rank_for(session, actor, match.family, today=TODAY).explain(asker.guide.id)
    assert told.failing == ()
    assert "matched_before" in {r.code for r in told.candidate.counter_reasons}


def test_guide_who_has_left_or_lives_elsewhere_is_not_there(baerum, session, asker, family, guide):
    with pytest.raises(NotFound):
        propose(session, asker, family, baerum.guide)
    guide.status = GuideStatus.ENDED
    session.flush()
    with pytest.raises(services.GuideNotReady):
        propose(session, asker, family, guide)


# Confirming


def test_guide_without_room_cannot_be_confirmed_again(session, asker, match, family, guide, steps):
    other = propose(session, asker, family, guide)
    steps.guide_asked(match)
    with pytest.raises(services.GuideAtCapacity):
        steps.guide_asked(other)
    assert (other.status, guide.places_taken) == (S.PROPOSED, 1)


def test_guide_who_paused_after_the_proposal_is_not_asked(session, match, guide, steps):
    guide.status = GuideStatus.PAUSED
    session.flush()
    with pytest.raises(services.GuideNotReady):
        steps.guide_asked(match)
    assert guide.places_taken == 0


def test_confirmation_asks_the_guide_with_a_last_day(session, asker, match, steps):
    steps.guide_asked(match)
    assert TODAY.weekday() == 0
    assert asker.municipality.answer_days == 5
    assert match.expires_on == TODAY + dt.timedelta(days=7)  # nobody is at work on the Saturday
    assert letters(session) == [("guide_asked", asker.guide.email)]
    body = session.scalars(select(OutgoingMessage.body)).one()
    assert "7 dager" in body  # the letter means the very day that the page names
    link = session.scalars(select(Link)).one()
    assert (link.subject_id, link.municipality_id) == (match.id, asker.municipality.id)


def test_nothing_goes_on_once_the_family_has_left(session, asker, match, steps):
    match.family.withdraw(on=TODAY)
    with pytest.raises(FamilyWithdrawn):
        steps.guide_asked(match)


# Answering


def token_in(address: str) -> str:
    return address.rsplit("/", 1)[1]


def token_in_letter(session, template: str) -> str:
    letter = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == template)
    ).one()
    return next(w for w in letter.body.split() if "/answers/" in w).rsplit("/", 1)[1].rstrip(".")


def answer(session, token, refusal=None, now=NOW):
    return services.answer_by_link(session, token, refusal=refusal, addresses=ADDRESSES, now=now)


def test_both_sides_answer_by_the_links_in_their_letters(session, asker, match, steps):
    match.family.contact_email = "amal@example.org"
    steps.guide_asked(match)
    answer(session, token_in_letter(session, "guide_asked"))
    assert match.status is S.GUIDE_ACCEPTED
    steps.family_asked(match)
    answer(session, token_in_letter(session, "family_asked"))
    assert (match.status, match.agreed_on) == (S.AGREED, TODAY)
    assert [(e.side, e.way) for e in match.events if e.by_id is None] == [
        (Side.GUIDE, AnswerWay.LINK),
        (Side.FAMILY, AnswerWay.LINK),
    ]
    assert sorted(letters(session)) == [
        ("family_agreed", "amal@example.org"),
        ("family_asked", "amal@example.org"),
        ("guide_asked", asker.guide.email),
        ("match_agreed", asker.guide.email),
    ]


def test_link_answers_once(session, match, steps):
    steps.guide_asked(match)
    token = token_in_letter(session, "guide_asked")
    answer(session, token)
    with pytest.raises(NotFound):
        answer(session, token, DeclineReason.NO_TIME)
    assert match.status is S.GUIDE_ACCEPTED


def test_answer_given_elsewhere_closes_the_link(session, match, steps):
    steps.guide_asked(match)
    token = token_in_letter(session, "guide_asked")
    steps.guide_accepted(match)
    steps.family_asked(match)
    with pytest.raises(NotFound):  # or the guide's old link would answer for the family
        answer(session, token)
    assert match.status is S.FAMILY_ASKED


def test_new_link_for_the_family_closes_the_earlier_one(session, asker, steps):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    first, second = token_in(steps.family_asked(match)), token_in(steps.family_asked(match))
    with pytest.raises(NotFound):
        answer(session, first)
    answer(session, second)
    assert match.status is S.AGREED


def test_link_does_not_open_after_the_last_day(session, match, steps):
    steps.guide_asked(match)
    with pytest.raises(NotFound):
        answer(session, token_in_letter(session, "guide_asked"), now=NOW + dt.timedelta(days=8))
    with pytest.raises(services.AnswerTooLate):
        Steps(session, steps.town, NOW + dt.timedelta(days=8)).guide_accepted(match)


def test_link_opens_in_its_own_municipality_only(session, baerum_session, match, steps):
    steps.guide_asked(match)
    token = token_in_letter(session, "guide_asked")
    session.commit()
    with pytest.raises(NotFound):
        answer(baerum_session, token)


def test_a_no_by_link_keeps_its_reason_and_gives_the_place_back(session, match, guide, steps):
    steps.guide_asked(match)
    answer(session, token_in_letter(session, "guide_asked"), DeclineReason.TOO_FAR)
    assert (match.declined_by, match.decline_reason) == (Side.GUIDE, DeclineReason.TOO_FAR)
    assert guide.places_taken == 0


@pytest.mark.parametrize(
    ("side", "told"),
    [
        (Side.GUIDE, {"amal@example.org"}),
        (Side.FAMILY, {"guide"}),
        (Side.COORDINATOR, {"guide", "amal@example.org"}),
    ],
)
def test_a_no_is_told_to_those_who_had_been_asked(session, asker, steps, side, told):
    session.get(Family, asker.family.id).contact_email = "amal@example.org"
    match = match_at(session, asker, S.FAMILY_ASKED)
    steps.declined(match, side)
    names = {"match_closed", "family_closed"}
    closed = {to for template, to in letters(session) if template in names}
    assert closed == {asker.guide.email if who == "guide" else who for who in told}


def test_nobody_is_written_to_about_a_proposal_they_never_heard_of(session, match, steps):
    steps.declined(match)
    assert letters(session) == []


# Starting, ending, running out of time


@pytest.mark.parametrize(
    ("waits", "status"), [(True, FamilyStatus.WAITING), (False, FamilyStatus.WITHDRAWN)]
)
def test_family_waits_again_after_the_end_or_leaves(session, asker, waits, status):
    match = match_at(session, asker, S.ACTIVE)
    services.end_match(
        session,
        cast.actor(asker, Role.COORDINATOR),
        match,
        ending=services.Ending(EndReason.MOVED, family_waits=waits),
        now=NOW,
    )
    assert (match.end_reason, match.ended_on) == (EndReason.MOVED, TODAY)
    assert match.family.status is status


def test_family_that_left_is_not_put_back_in_the_queue(session, asker, steps):
    match = match_at(session, asker, S.ACTIVE)
    match.family.withdraw(on=TODAY)
    steps.ended(match)
    assert match.family.status is FamilyStatus.WITHDRAWN


def test_only_what_is_past_its_last_day_expires(session, asker, match, guide, steps):
    steps.guide_asked(match)
    assert services.expire_overdue_matches(session, now=NOW, today=match.expires_on) == 0
    day_after = match.expires_on + dt.timedelta(days=1)
    assert services.expire_overdue_matches(session, now=LATER, today=day_after) == 1
    assert (match.status, match.expires_on, guide.places_taken) == (S.EXPIRED, None, 0)
    assert match.events[-1].by_id is None


def test_expired_question_no_longer_opens(session, match, steps):
    steps.guide_asked(match)
    token = token_in_letter(session, "guide_asked")
    steps.expired(match)
    with pytest.raises(NotFound):
        answer(session, token)
    link = session.scalars(select(Link).where(Link.token_hash == hash_token(token))).one()
    assert link.revoked_at is not None


def test_places_given_back_never_fall_below_none(session, asker, guide):
    match = match_at(session, asker, S.GUIDE_ASKED)
    guide.places_taken = 0
    session.flush()
    Steps(session, asker).withdrawn(match)
    assert guide.places_taken == 0


# Who may


@pytest.mark.parametrize(
    "role", [Role.GUIDE, Role.CASEWORKER, Role.MANAGER, Role.ADMINISTRATOR], ids=str
)
def test_only_coordinators_propose_confirm_start_end_and_withdraw(session, asker, match, role):
    steps = Steps(session, asker)
    steps.actor = cast.actor(asker, role)
    for step in (S.GUIDE_ASKED, S.ACTIVE, S.ENDED, S.WITHDRAWN, S.DECLINED):
        with pytest.raises(NotPermitted):
            steps.take(match, step)
    with pytest.raises(NotPermitted):
        services.propose_match(session, steps.actor, match.family, match.lead.id, now=NOW)


def test_guide_answers_for_themselves_and_nobody_else(session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    steps = Steps(session, asker)
    match.lead.user_id = asker.caseworker.id
    steps.actor = cast.actor(asker, Role.GUIDE)
    with pytest.raises(NotPermitted):
        steps.guide_accepted(match)
    match.lead.user_id = asker.guide_user.id
    steps.guide_accepted(match)
    assert match.status is S.GUIDE_ACCEPTED


def test_guide_never_answers_for_the_family_but_a_caseworker_does(session, asker):
    match = match_at(session, asker, S.FAMILY_ASKED)
    steps = Steps(session, asker)
    steps.actor = cast.actor(asker, Role.GUIDE)
    with pytest.raises(NotPermitted):
        steps.agreed(match)
    with pytest.raises(NotPermitted):
        steps.declined(match, Side.FAMILY)
    steps.actor = cast.actor(asker, Role.CASEWORKER)
    steps.agreed(match)
    assert match.status is S.AGREED
