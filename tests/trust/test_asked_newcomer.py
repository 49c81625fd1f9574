"""Who is asked to come into a running match, and has not said yes, is told nothing and named nowhere."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.endings.models import EndAnswer, EndWish, MatchEnding
from app.endings.queries import find_service, list_last_meetings
from app.endings.services import Wish, end_now_or_later
from app.errors import NotFound, NotPermitted
from app.families.models import FamilyLanguage, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches import services
from app.matches.forms import paper
from app.matches.models import GuideKind, Match, MatchStatus, MeetingPlace, Side, StartMeeting
from app.matches.queries.joining import find_beside, get_asked_to_join
from app.matches.services import Arrangement
from app.matches.services.allowed import Lack, LackCode
from app.matches.services.declining import REST_DAYS
from app.messages.models import OutgoingMessage
from app.my_page.queries import Titles, list_dates
from app.permissions import Actor, Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.endings.people import PAGES
from tests.matches.people import ADDRESSES, WAY_TO, Steps
from tests.pages import fill, get_page, post_page

TITLES = Titles("start", "last")


@pytest.fixture
def match(session, asker):
    """An active match of somebody else, with all its days, into which the guide is asked."""
    new = {"name": "Liv Lead", "email": "liv@asker.example", "status": GuideStatus.READY}
    lead = cast.make_guide(session, asker, **new)
    match = session.get(Match, asker.proposal.id)
    match.guides[0].guide_id = lead.id
    session.flush()
    session.expire_all()
    for step in WAY_TO[MatchStatus.ACTIVE]:
        Steps(session, asker).take(match, step)
    place = MeetingPlace(name="Library")
    session.add(place)
    session.flush()
    at = NOW + dt.timedelta(days=3)
    session.add(StartMeeting(match_id=match.id, place_id=place.id, at=at, planned_at=NOW))
    session.add(
        MatchEnding(
            match_id=match.id,
            wish=EndWish.COMPLETED,
            side=Side.COORDINATOR,
            said_at=NOW,
            last_meeting_on=TODAY + dt.timedelta(days=20),
            handled_on=TODAY,
        )
    )
    parts = {lead.id: GuideKind.LEAD, asker.guide.id: GuideKind.CO}
    services.arrange_guides(
        session,
        cast.actor(asker, Role.COORDINATOR),
        match,
        Arrangement(parts, family_yes_on=TODAY),
        addresses=ADDRESSES,
        now=NOW,
    )
    session.expire_all()
    return match


def test_no_meeting_of_theirs_stands_in_a_calendar(session, asker, match):
    newcomer = next(row.guide for row in match.guides if row.guide_id == asker.guide.id)
    assert list_dates(session, newcomer, TITLES) == []
    assert list_last_meetings(session, newcomer.id) == []
    assert len(list_dates(session, match.lead, TITLES)) == 2


@pytest.fixture
def asked(client, session, asker, match, time_machine):
    """The browser of whoever is asked to come in."""
    session.commit()
    time_machine.move_to(NOW, tick=False)
    cast.sign_in(client, asker.guide_user)
    return client


@pytest.fixture
def question(asker):
    return asker.url(f"/matches/{asker.proposal.id}/joining")


def test_their_own_page_asks_them_without_a_word_of_who_it_is(
    asked, session, asker, match, question
):
    family, lead = match.family, match.lead
    secret = {family.contact_name, family.contact_phone, family.contact_email}
    secret |= {family.reference, lead.name, lead.phone, "Library", "Must not be used"}
    family.languages.append(
        FamilyLanguage(position=9, code="ru", understands=4, speaks=4, unacceptable=True)
    )
    session.commit()
    mine = get_page(asked, asker.url("/my-page?lang=en"))
    assert [a["href"] for a in mine.select(".card a")] == [question]
    page = get_page(asked, f"{question}?lang=en")
    assert "You would come in as one more" in page.main.text
    assert "1 more guide" in page.main.text and "9 March" in page.main.text
    assert not [one for one in secret if one and one in f"{mine}{page}"]


def test_a_yes_on_their_own_page_lets_them_in_and_closes_the_link(
    asked, session, asker, match, question
):
    name = match.family.contact_name
    letters = select(OutgoingMessage.body).where(OutgoingMessage.recipient == asker.guide.email)
    letter = session.scalars(letters.order_by(OutgoingMessage.created_at.desc())).first()
    token = letter.split("/answers/")[1].split()[0]
    session.commit()
    answers = fill(get_page(asked, question), "joining") | {"answer": "yes"}
    assert asked.post(question, data=answers).location == asker.url("/my-page")
    assert name in get_page(asked, question.removesuffix("/joining")).text
    assert asked.post(question, data=answers).status_code == 404
    get_page(asked, asker.url(f"/answers/{token}"), status=404)
    session.expire_all()
    assert [row.takes_part for row in match.guides] == [True, True]


def test_a_no_on_their_own_page_leaves_the_others_and_lets_them_rest(
    asked, session, asker, match, question
):
    answers = fill(get_page(asked, question), "joining") | {"answer": "no", "reason": "no_time"}
    post_page(asked, question, answers | {"answer": "perhaps"})
    assert asked.post(question, data=answers).status_code == 303
    session.expire_all()
    assert (match.status, [row.guide for row in match.guides]) == (MatchStatus.ACTIVE, [match.lead])
    guide = session.get(Guide, asker.guide.id)
    assert (guide.status, guide.places_taken) == (GuideStatus.PAUSED, 0)
    assert guide.paused_until == TODAY + dt.timedelta(days=REST_DAYS)


@pytest.mark.parametrize("why", ["late", "the family has left"])
def test_they_are_asked_no_longer_than_there_is_something_to_answer(
    asked, session, asker, match, question, why
):
    if why == "late":
        next(r for r in match.guides if r.awaits_yes).joined_on = TODAY - dt.timedelta(days=8)
    else:
        match.family.status = FamilyStatus.WITHDRAWN
    session.commit()
    assert get_page(asked, asker.url("/my-page")).select(".card a") == []
    get_page(asked, question, status=404)


def test_nobody_else_answers_for_them(asked, session, asker, baerum, match, question):
    for user in (asker.coordinator, baerum.guide_user):
        cast.sign_in(asked, user)
        assert asked.get(question).status_code in {403, 404}
        assert asked.post(question, data={"answer": "yes"}).status_code in {403, 404}
    session.expire_all()
    assert [row.awaits_yes for row in match.guides].count(True) == 1


def test_another_guide_is_neither_asked_nor_answers(session, asker, match):
    match.lead.user_id = asker.coordinator.id
    session.flush()
    town, guides = asker.municipality.id, frozenset({Role.GUIDE})
    theirs = Actor(asker.guide_user.id, town, guides)
    (joining,) = find_beside(session, theirs, TODAY).to_join
    assert get_asked_to_join(session, theirs, match.id, TODAY) == joining
    other = Actor(asker.coordinator.id, town, guides)
    assert find_beside(session, other, TODAY).to_join == []
    with pytest.raises(NotFound):
        get_asked_to_join(session, other, match.id, TODAY)
    with pytest.raises(NotPermitted):
        services.answer_oneself(session, other, joining, refusal=None, addresses=ADDRESSES, now=NOW)
    assert [row.awaits_yes for row in match.guides].count(True) == 1


def test_what_is_missing_meanwhile_is_not_told_to_them(
    asked, session, asker, match, question, monkeypatch
):
    def refuse(_session, refused):
        raise services.MayNotMeet(refused.family, [Lack(LackCode.CERTIFICATE, refused.lead.id)])

    monkeypatch.setattr("app.matches.services.guides_answers.ensure_match_may_meet", refuse)
    page = post_page(asked, f"{question}?lang=en", {"answer": "yes"}, status=409)
    assert "something has changed since we asked" in page.main.text
    assert "Liv" not in page.text and "certificate" not in page.text
    session.expire_all()
    assert [row.awaits_yes for row in match.guides].count(True) == 1


def test_nothing_is_certified_to_whoever_never_said_yes(session, asker, match):
    assert find_service(session, asker.guide.id) is None
    assert find_service(session, match.lead.id) is not None


@pytest.mark.parametrize("way", ["expired", "said no", "removed"])
def test_nothing_is_certified_to_whoever_is_gone_without_a_yes(session, asker, match, way):
    coordinator, guide_id = cast.actor(asker, Role.COORDINATOR), asker.guide.id
    if way == "expired":
        later = NOW + dt.timedelta(days=9)
        assert services.expire_overdue_matches(session, now=later, today=later.date()) == 1
    elif way == "said no":
        answer = services.NewcomersAnswer(guide_id, says_yes=False)
        services.answer_as_newcomer(
            session, coordinator, match, answer=answer, addresses=ADDRESSES, now=NOW
        )
    else:
        alone = Arrangement({match.lead.id: GuideKind.LEAD})
        services.arrange_guides(session, coordinator, match, alone, addresses=ADDRESSES, now=NOW)
    session.expire_all()
    assert len(match.guides) == 1
    assert find_service(session, guide_id) is None


def test_the_time_of_whoever_came_later_counts_from_their_yes(session, asker, match):
    later = NOW + dt.timedelta(days=3)
    services.answer_as_newcomer(
        session,
        cast.actor(asker, Role.COORDINATOR),
        match,
        answer=services.NewcomersAnswer(asker.guide.id, says_yes=True),
        addresses=ADDRESSES,
        now=later,
    )
    assert find_service(session, asker.guide.id) == (later.date(), None)


def test_who_has_not_answered_when_it_ends_is_told_and_asked_nothing(session, asker, match):
    before = set(session.scalars(select(OutgoingMessage.id)))
    wish = Wish(EndWish.NO_GUIDE)
    actor = cast.actor(asker, Role.COORDINATOR)
    end_now_or_later(session, actor, match, wish, pages=PAGES, now=NOW)
    assert match.status is MatchStatus.ENDED
    letters = session.scalars(select(OutgoingMessage).where(OutgoingMessage.id.not_in(before)))
    to_newcomer = [one for one in letters if one.recipient == asker.guide.email]
    assert [one.template for one in to_newcomer] == ["match_closed"]
    assert PAGES.my_page in to_newcomer[0].body
    assert asker.guide.id not in set(session.scalars(select(EndAnswer.guide_id)))


def test_the_familys_paper_names_only_who_has_said_yes(flask_app, asker, match):
    with flask_app.test_request_context(asker.url("/")):
        assert paper._guides(match) == "Liv"
