import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.errors import NotPermitted
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, MatchGuide, MatchStatus
from app.my_page import services
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests import cast
from tests.cast import NOW, TODAY
from tests.endings.people import make_guide
from tests.matches.groups import make_group, make_group_guide
from tests.matches.people import match_at
from tests.pages import get_page, post_page


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    monkeypatch.setattr("app.my_page.views.today", lambda: TODAY)
    monkeypatch.setattr("app.web.context.now", lambda: NOW)


@pytest.fixture
def as_guide(client, asker):
    cast.sign_in(client, asker.guide_user)
    return client


def status_of(session, asker) -> GuideStatus:
    session.expire_all()
    status = session.scalar(select(Guide.status).where(Guide.id == asker.guide.id))
    session.commit()
    return status


def page_at(client, session, asker, status):
    match_at(session, asker, status)
    session.commit()
    return get_page(client, asker.url("/my-page?lang=en")).select_one("main")


def test_question_that_waits_is_the_first_thing(as_guide, session, asker):
    page = page_at(as_guide, session, asker, MatchStatus.GUIDE_ASKED)
    assert page.select_one(".card a")["href"].endswith(f"/matches/{asker.proposal.id}")
    assert "A family would like a guide" in page.text and "Amal" not in page.text


def test_active_match_has_the_contact_and_the_button(as_guide, session, asker):
    page = page_at(as_guide, session, asker, MatchStatus.ACTIVE)
    assert "Amal" in page.text and page.select_one("a[href='tel:+4790000202']")
    button = page.select_one("a.ds-button")
    assert button["href"].endswith(f"/matches/{asker.proposal.id}/activities/new")


def test_proposal_that_nobody_has_asked_about_is_not_there(as_guide, session, asker):
    page = page_at(as_guide, session, asker, MatchStatus.PROPOSED)
    assert "No match yet" in page.text


def test_somebody_to_ask_and_emergency_numbers_are_always_there(as_guide, asker):
    page = get_page(as_guide, asker.url("/my-page?lang=en"))
    assert "Programme office Asker" in page.text
    assert page.select_one("a[href='tel:113']")


def test_guide_takes_a_break_and_comes_back(as_guide, session, asker):
    assert as_guide.post(asker.url("/my-page/break")).status_code == 303
    assert status_of(session, asker) is GuideStatus.PAUSED
    assert "You have a break" in get_page(as_guide, asker.url("/my-page?lang=en")).text
    assert as_guide.post(asker.url("/my-page/return")).status_code == 303
    assert as_guide.post(asker.url("/my-page/return")).status_code == 303
    assert status_of(session, asker) is GuideStatus.READY


@pytest.mark.parametrize(
    ("others", "said", "not_said"),
    [
        (0, "If you have a family, you keep it.", "group"),
        (1, "its meetings rest: we tell whoever answers for the group", "family"),
        (2, "The other guides go on with it while you are away.", "family"),
    ],
)
def test_a_break_says_what_becomes_of_a_group(as_guide, session, asker, others, said, not_said):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    if others:
        match.family = make_group(session, asker)
    for number in range(others):
        other = make_group_guide(session, asker, f"Inger{number} Stor")
        match.guides.append(MatchGuide(guide=other, kind=GuideKind.CO, said_yes_on=TODAY))
    session.commit()
    for said_no_day in (False, True):
        url = asker.url("/my-page/break?lang=en")
        page = post_page(as_guide, url, {"until": "x"}) if said_no_day else get_page(as_guide, url)
        told = page.main.select_one("form").parent.get_text(" ").split("Who sees this?")[0]
        assert said in told and not_said not in told and "Inger" not in told


def test_a_break_may_end_by_itself_on_a_day_that_is_still_to_come(as_guide, session, asker):
    url = asker.url("/my-page/break?lang=en")
    page = post_page(as_guide, url, {"until": TODAY.isoformat()})
    assert "Choose a date that is still to come." in page.select_one("#until-error").text
    page = post_page(as_guide, asker.url("/my-page/break?lang=en"), {"until": "2226-03-01"})
    assert "within two years" in page.select_one("#until-error").text
    assert status_of(session, asker) is GuideStatus.READY
    assert as_guide.post(url, data={"until": "2026-03-20"}).status_code == 303
    words = get_page(as_guide, asker.url("/my-page?lang=en")).text
    assert "You have a break until 20 March." in words
    assert session.get(Guide, asker.guide.id).paused_until.day == 20


def test_break_of_somebody_else_is_not_ours_to_take(session, asker):
    applicant = session.get(Guide, asker.applicant.id)
    for step in (services.take_break, services.end_break):
        options = {"until": None} if step is services.take_break else {}
        with pytest.raises(NotPermitted):
            step(session, cast.actor(asker, Role.GUIDE), applicant, **options)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CASEWORKER, Role.MANAGER])
def test_page_is_for_guides(client, asker, role):
    cast.sign_in(client, asker.users[role])
    assert client.get(asker.url("/my-page")).status_code == 404


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MatchStatus.GUIDE_ASKED, "You have been asked about somebody"),
        (MatchStatus.ACTIVE, "You have the families you wanted room for"),
    ],
)
def test_guide_who_is_only_asked_has_no_family_yet(as_guide, session, asker, status, words):
    page = page_at(as_guide, session, asker, status)
    assert words in page.text


def test_who_meets_a_group_reads_nothing_of_families(as_guide, session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    match.family = make_group(session, asker)
    session.commit()
    text = get_page(as_guide, asker.url("/my-page?lang=en")).main.text
    assert "You meet as many as you wanted room for" in text and "the families" not in text


def test_whose_match_has_ended_reads_when_and_in_a_break_is_promised_nothing(
    as_guide, session, asker
):
    match_at(session, asker, MatchStatus.ENDED).ended_on = TODAY
    guide = session.get_one(Guide, asker.guide.id)
    guide.name, guide.status = "Inger Lise Berg", GuideStatus.PAUSED
    session.commit()
    page = get_page(as_guide, asker.url("/my-page?lang=en")).main
    assert "Your match ended 2 March" in page.text and "No match yet" not in page.text
    assert "You have a break" in page.text and "We write to you when" not in page.text
    assert page.h1.text == "Hello, Inger Lise"
    assert "Amal" not in page.text  # the two see nothing more of each other


def test_a_guide_of_sixteen_hears_of_groups_and_of_no_room_for_families(as_guide, session, asker):
    guide = session.get(Guide, asker.guide.id)
    guide.age_group, guide.status = AgeGroup.FROM_16, GuideStatus.READY
    session.commit()
    text = get_page(as_guide, asker.url("/my-page?lang=en")).main.text
    assert "meet a group of young people, together with grown-up guides" in text
    assert "room for" not in text and "a family to meet" not in text


def test_a_match_whose_family_has_left_is_told_of_in_one_way(as_guide, session, asker):
    match = match_at(session, asker, MatchStatus.AGREED)
    match.family.withdraw(on=TODAY)
    session.commit()
    text = get_page(as_guide, asker.url("/my-page?lang=en")).main.text
    assert "Your match has come to a stop" in text
    assert "No match yet" not in text and "have been asked" not in text
    assert "We write to you when" not in text


def test_who_was_asked_in_before_the_family_left_is_asked_about_nobody(client, session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    newcomer = make_guide(session, asker, places_taken=1)
    match.guides.append(
        MatchGuide(guide=newcomer, kind=GuideKind.CO, awaits_yes=True, joined_on=TODAY)
    )
    user = session.get_one(User, newcomer.user_id)
    session.commit()
    cast.sign_in(client, user)
    session.commit()
    asked = "You have been asked about somebody"
    assert asked in get_page(client, asker.url("/my-page?lang=en")).main.text
    match.family.withdraw(on=TODAY)
    session.commit()
    assert asked not in get_page(client, asker.url("/my-page?lang=en")).main.text
