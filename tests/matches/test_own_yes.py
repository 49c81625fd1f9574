"""Each guide of a match is asked by a link of their own, and nobody says yes for another."""

import datetime as dt

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import User
from app.desk.queries import TaskKind, list_tasks
from app.errors import NotFound
from app.guides.models import GuideStatus
from app.guides.services.coupling import link_couple
from app.matches import services
from app.matches.models import (
    DeclineReason,
    GuideChange,
    GuideKind,
    MatchStatus,
    Side,
    WrongMatchStatus,
)
from app.matches.queries import list_matches_of_guide
from app.matches.queries.candidates import never_allowed
from app.matches.services import Arrangement, NewcomersAnswer
from app.matching.types import RuleCode
from app.messages.models import OutgoingMessage
from app.oslo import office_day
from app.permissions import Actor, Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, Steps, match_at, propose
from tests.pages import get_page

S, K = MatchStatus, GuideKind
DAY = dt.timedelta(days=1)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def other(session, asker):
    """Somebody ready, with an account, a mailbox and languages of their own."""
    user = User(name="Ida Andre", email="ida@asker.example", created_at=NOW)
    session.add(user)
    session.flush()
    return cast.make_guide(
        session,
        asker,
        name="Ida Andre",
        email="ida@asker.example",
        status=GuideStatus.READY,
        user_id=user.id,
    )


@pytest.fixture
def couple(session, asker, coordinator, other):
    """A proposal of two who go together, of whom both have been asked."""
    lead = cast.make_guide(
        session, asker, name="Per Par", email="per@asker.example", status=GuideStatus.READY
    )
    link_couple(session, coordinator, lead, other, today=TODAY)
    family = cast.make_family(session, asker, reference="A-2", contact_email="amal@home.example")
    match = propose(session, asker, family, lead)
    Steps(session, asker).guide_asked(match)
    return match


def letters_to(session, address) -> list[OutgoingMessage]:
    sent = select(OutgoingMessage).where(OutgoingMessage.recipient == address)
    return list(session.scalars(sent.order_by(OutgoingMessage.created_at)))


def token_to(session, address) -> str:
    return letters_to(session, address)[-1].body.split("/answers/")[1].split()[0]


def answer(session, token, refusal=None):
    return services.answer_by_link(session, token, refusal=refusal, addresses=ADDRESSES, now=NOW)


def come_in(session, coordinator, match, other, on=TODAY):
    parts = {match.lead.id: K.LEAD, other.id: K.CO}
    wanted = Arrangement(parts, None, on)
    return services.arrange_guides(
        session, coordinator, match, wanted, addresses=ADDRESSES, now=NOW
    )


def as_guide(asker, guide) -> Actor:
    return Actor(guide.user_id, asker.municipality.id, frozenset({Role.GUIDE}))


def test_a_guides_question_is_not_offered_in_the_languages_of_families(
    client, session, asker, couple
):
    """Its other words are not there in them: half of the page would be."""
    url = asker.url(f"/answers/{token_to(session, 'per@asker.example')}")
    session.commit()
    with time_machine.travel(NOW, tick=False):
        page = get_page(client, f"{url}?lang=uk")
    assert page.html["lang"] == "nb"
    assert {a["lang"] for a in page.select("nav.languages [lang]")} == {"nb", "nn", "en"}


def test_each_is_asked_by_a_link_of_their_own(session, couple):
    first, second = (token_to(session, f"{name}@asker.example") for name in ("per", "ida"))
    assert first != second
    answer(session, first)
    assert couple.status is S.GUIDE_ASKED
    with pytest.raises((NotFound, WrongMatchStatus)):
        answer(session, first)
    answer(session, second)
    assert couple.status is S.GUIDE_ACCEPTED
    assert [row.said_yes_on for row in couple.guides] == [TODAY, TODAY]


def test_the_family_is_not_asked_before_all_have_said_yes(session, asker, couple, coordinator):
    answer(session, token_to(session, "per@asker.example"))
    with pytest.raises(WrongMatchStatus):
        Steps(session, asker).family_asked(couple)


def test_a_no_of_one_is_a_no_and_lets_only_that_one_rest(session, couple, other):
    answer(session, token_to(session, "ida@asker.example"), DeclineReason.NO_TIME)
    assert couple.status is S.DECLINED
    assert (other.status, couple.lead.status) == (GuideStatus.PAUSED, GuideStatus.READY)
    assert [letter.template for letter in letters_to(session, "per@asker.example")] == [
        "guide_asked",
        "match_not_with_all",
    ]
    assert [letter.template for letter in letters_to(session, "ida@asker.example")] == [
        "guide_asked"
    ]


@pytest.mark.parametrize("took_back", [False, True], ids=["said no", "took a yes back"])
def test_one_guides_no_keeps_only_that_one_from_the_family(
    session, asker, couple, coordinator, other, took_back
):
    lead = couple.lead
    answer(session, token_to(session, "per@asker.example"))
    if took_back:
        answer(session, token_to(session, "ida@asker.example"))
        refusal = services.Refusal(Side.GUIDE, DeclineReason.NOT_A_FIT, guide_id=other.id)
        services.decline_match(
            session, coordinator, couple, refusal=refusal, addresses=ADDRESSES, now=NOW
        )
    else:
        answer(session, token_to(session, "ida@asker.example"), DeclineReason.NOT_A_FIT)
    against = never_allowed(session, couple.family, today=TODAY)
    assert (against[lead.id], against[other.id]) == (frozenset(), {RuleCode.DECLINED})
    tasks = list_tasks(session, coordinator, now=NOW, today=TODAY, first_contact_days=7)
    assert (TaskKind.FIND_GUIDE, couple.family_id) in {(t.kind, t.record_id) for t in tasks}


def test_the_match_says_whose_no_it_was_not(client, session, asker, couple):
    answer(session, token_to(session, "ida@asker.example"), DeclineReason.NO_TIME)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    text = " ".join(get_page(client, asker.url(f"/matches/{couple.id}?lang=en")).main.text.split())
    assert "not the no of Per Par" in text and "of Ida Andre" not in text
    letter = letters_to(session, "per@asker.example")[-1]
    assert "Ida" not in letter.body and "Ingen har gjort noe galt" in letter.body


def test_a_family_is_told_of_everybody_who_would_come(session, client, asker, couple):
    steps = Steps(session, asker)
    steps.guide_accepted(couple)
    steps.family_asked(couple)
    token = token_to(session, "amal@home.example")
    session.commit()
    with time_machine.travel(NOW, tick=False):
        page = get_page(client, asker.url(f"/answers/{token}?lang=en"))
    assert "Comes together with" in page.text
    assert "Ida" not in page.text and "Per" not in page.text


def test_both_are_told_when_the_family_has_said_yes(session, asker, couple):
    steps = Steps(session, asker)
    for step in (steps.guide_accepted, steps.family_asked, steps.agreed):
        step(couple)
    for name in ("per", "ida"):
        assert letters_to(session, f"{name}@asker.example")[-1].template == "match_agreed_several"
    asked, told = letters_to(session, "amal@home.example")
    assert (asked.template, told.template) == ("family_asked_several", "family_agreed_several")
    assert "flyktningguider som vi tror du vil" in asked.body
    assert told.subject == "Alle har sagt ja" and "begge" not in told.body


def test_who_comes_later_sees_nothing_before_they_have_said_yes(
    session, asker, client, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    come_in(session, coordinator, match, other)
    assert list_matches_of_guide(session, as_guide(asker, other)) == []
    assert match.guide_user_ids == {match.lead.user_id}
    (letter,) = letters_to(session, other.email)
    assert letter.template == "guide_asked"
    token = token_to(session, other.email)
    name = match.family.contact_name
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert name not in get_page(client, asker.url(f"/answers/{token}")).text
    answer(session, token)
    assert match.guide_user_ids == {match.lead.user_id, other.user_id}
    assert list_matches_of_guide(session, as_guide(asker, other)) == [match]


def test_the_family_is_told_when_somebody_new_has_said_yes(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    match.family.contact_email = "amal@home.example"
    come_in(session, coordinator, match, other)
    assert letters_to(session, "amal@home.example") == []
    answer(session, token_to(session, other.email))
    (letter,) = letters_to(session, "amal@home.example")
    assert letter.template == "family_new_guide"
    assert "Ida" not in letter.body


def test_who_comes_later_and_says_no_is_gone_and_the_others_go_on(
    session, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    come_in(session, coordinator, match, other)
    assert other.places_taken == 1
    answer(session, token_to(session, other.email), DeclineReason.NO_TIME)
    assert (match.status, [row.guide for row in match.guides]) == (S.ACTIVE, [match.lead])
    assert other.places_taken == 0
    changes = session.scalars(select(GuideChange).order_by(GuideChange.at)).all()
    assert {(change.before, change.after) for change in changes} == {(None, K.CO), (K.CO, None)}
    assert {change.family_yes_on for change in changes} == {TODAY, None}


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        (None, services.FamilyNotAsked),
        (1, services.DateOutOfPlace),
        (-400, services.DateOutOfPlace),  # there was no match to say yes to
    ],
)
def test_nobody_comes_in_before_the_family_has_said_yes(
    session, asker, coordinator, other, days, refusal
):
    match = match_at(session, asker, S.ACTIVE)
    on = None if days is None else TODAY + dt.timedelta(days=days)
    with pytest.raises(refusal):
        come_in(session, coordinator, match, other, on)


def test_nobody_leads_a_running_match_without_having_said_yes(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    wanted = Arrangement({other.id: K.LEAD}, None, TODAY)
    with pytest.raises(services.GuidesOutOfOrder):
        services.arrange_guides(session, coordinator, match, wanted, addresses=ADDRESSES, now=NOW)


def test_staff_note_the_answer_of_who_comes_later(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    come_in(session, coordinator, match, other)
    for _time in range(2):
        said = NewcomersAnswer(other.id, says_yes=True)
        note = {"answer": said, "addresses": ADDRESSES, "now": NOW}
        if other in match.present:
            with pytest.raises(WrongMatchStatus):
                services.answer_as_newcomer(session, coordinator, match, **note)
        else:
            services.answer_as_newcomer(session, coordinator, match, **note)
    assert other in match.present


def test_who_does_not_answer_in_time_stays_out_of_a_running_match(
    session, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    come_in(session, coordinator, match, other)
    token = token_to(session, "ida@asker.example")
    last = office_day(TODAY + dt.timedelta(days=asker.municipality.answer_days))
    tasks = list_tasks(session, coordinator, now=NOW, today=last, first_contact_days=7)
    assert (TaskKind.REMIND_GUIDE, last) in {(t.kind, t.due_on) for t in tasks}
    assert services.expire_overdue_matches(session, now=NOW, today=last) == 0
    assert services.expire_overdue_matches(session, now=NOW, today=last + DAY) == 1
    assert (match.status, match.takers, other.places_taken) == (S.ACTIVE, [match.lead], 0)
    with pytest.raises((NotFound, WrongMatchStatus)):
        answer(session, token)
