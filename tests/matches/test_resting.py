"""Whoever is left with a group that nobody may meet just now is told so, once each time."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.accounts.models import Link, LinkKind
from app.accounts.services import issue_link
from app.endings.models import EndWish, MatchEnding
from app.families.models import FamilyStatus
from app.guides.models import GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchKind, MatchStatus, Side
from app.matches.services.resting import tell_who_is_left
from app.messages.models import OutgoingMessage
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import YOUNG, let_guardians_agree, make_group, make_group_guide
from tests.matches.people import ADDRESSES
from tests.pages import get_page

DAY = dt.timedelta(days=1)
MY_PAGE = "https://guide.example/asker/my-page"


@pytest.fixture
def group(session, asker):
    """A group that a grown-up and a guide of sixteen meet; somebody else waits as a backup."""
    match = Match(
        family=make_group(session, asker, contact_email="contact@group.example"),
        kind=MatchKind.GROUP,
        status=MatchStatus.ACTIVE,
        proposed_at=NOW,
        asked_on=TODAY,
        agreed_on=TODAY,
        started_on=TODAY,
    )
    asker.guide.age_group, asker.guide.status = YOUNG, GuideStatus.READY
    young = session.merge(asker.guide)
    let_guardians_agree(session, young)
    parts = {
        make_group_guide(session, asker, "Inger Stor"): GuideKind.LEAD,
        young: GuideKind.CO,
        make_group_guide(session, asker, "Berit Spurt"): GuideKind.BACKUP,
    }
    for guide, kind in parts.items():
        match.guides.append(MatchGuide(guide=guide, kind=kind, said_yes_on=TODAY))
    session.add(match)
    session.flush()
    return match


def sweep(session, now=NOW):
    return tell_who_is_left(session, addresses=ADDRESSES, now=now, today=now.date())


def letters(session):
    return session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == "group_rests")
    ).all()


def test_who_is_left_is_told_once_each_time(session, asker, group):
    assert sweep(session) == 0
    group.lead.status = GuideStatus.PAUSED
    assert (sweep(session), sweep(session)) == (1, 0)
    (letter,) = letters(session)
    assert letter.recipient == asker.guide.email
    assert MY_PAGE in letter.body
    for told in ("Inger", "Stor", "Berit", group.family.reference, group.family.contact_name):
        assert told not in letter.body + letter.subject
    group.lead.status = GuideStatus.READY
    assert sweep(session) == 0
    group.lead.status = GuideStatus.PAUSED
    assert sweep(session) == 1


def test_who_was_told_to_wait_is_told_when_they_may_meet_again(session, asker, group):
    group.lead.status = GuideStatus.PAUSED
    sweep(session)
    group.lead.status = GuideStatus.READY
    for _again in range(2):
        sweep(session)
    goes_on = [m for m in session.scalars(select(OutgoingMessage)) if "goes_on" in m.template]
    assert sorted((m.template, m.recipient) for m in goes_on) == [
        ("family_goes_on", "contact@group.example"),
        ("group_goes_on", asker.guide.email),
    ]
    told = " ".join(m.subject + m.body for m in goes_on)
    for word in ("Inger", "Stor", "Spurt", group.family.reference):
        assert word not in told


def test_who_is_over_is_not_told_to_meet_again(session, asker, group):
    group.lead.status = GuideStatus.PAUSED
    sweep(session)
    group.family.status = FamilyStatus.WITHDRAWN
    sweep(session)
    assert not [m for m in session.scalars(select(OutgoingMessage)) if "goes_on" in m.template]


def test_whoever_rests_too_is_not_written_to(session, group):
    for row in group.guides:
        row.guide.status = GuideStatus.PAUSED
    assert sweep(session) == 0


def test_a_goodbye_that_has_been_counts_and_its_guide_is_left_in_peace(session, asker, group):
    said = {"wish": EndWish.STOP, "side": Side.GUIDE, "said_at": NOW, "guide_id": group.lead.id}
    session.add(MatchEnding(match_id=group.id, last_meeting_on=TODAY, **said))
    session.flush()
    assert sweep(session) == 0
    assert sweep(session, NOW + DAY) == 1
    assert [letter.recipient for letter in letters(session)] == [asker.guide.email]


@pytest.mark.parametrize("how", ["ended", "left"])
def test_what_is_over_rests_no_more(session, group, how):
    group.lead.status = GuideStatus.PAUSED
    if how == "ended":
        group.status = MatchStatus.ENDED
    else:
        group.family.withdraw(on=TODAY)
    assert sweep(session) == 0


def test_the_page_that_the_letter_leads_to_says_the_same(client, session, asker, group):
    said = {"wish": EndWish.STOP, "side": Side.GUIDE, "said_at": NOW, "guide_id": group.lead.id}
    session.add(MatchEnding(match_id=group.id, last_meeting_on=TODAY - 900 * DAY, **said))
    session.commit()
    sign_in(client, asker.guide_user)
    for path in ("/my-page?lang=en", f"/matches/{group.id}?lang=en"):
        assert "The meetings rest" in get_page(client, asker.url(path)).main.text


def told_family(session):
    return session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.template == "family_rests")
        .order_by(OutgoingMessage.created_at)
    ).all()


@pytest.mark.parametrize("locale", ["nb", "uk", "ru", "ar"])
def test_the_contact_of_a_group_is_told_once_each_time(client, session, asker, group, locale):
    group.family.locale = locale
    sweep(session)
    assert not told_family(session)
    group.lead.status = GuideStatus.PAUSED
    sweep(session)
    sweep(session, NOW + DAY)
    (letter,) = told_family(session)
    assert (letter.about_id, letter.locale) == (group.family_id, locale)
    for name in ("Inger", "Stor", "Spurt", asker.guide.first_name, group.family.reference):
        assert name not in letter.body + letter.subject
    group.lead.status = GuideStatus.READY
    sweep(session, NOW + DAY)
    group.lead.status = GuideStatus.PAUSED
    sweep(session, NOW + 2 * DAY)
    assert len(told_family(session)) == 2


def test_the_contact_is_told_once_each_time_where_no_guide_is_left(session, group):
    for rest in range(2):
        for row in group.guides:
            row.guide.status = GuideStatus.PAUSED
        for days in range(3):
            assert sweep(session, NOW + (10 * rest + days) * DAY) == 0
        assert len(told_family(session)) == rest + 1
        for row in group.guides:
            row.guide.status = GuideStatus.READY
        sweep(session, NOW + (10 * rest + 5) * DAY)


def test_the_contact_is_told_of_a_rest_in_the_next_match_too(session, asker, group):
    for row in group.guides:
        row.guide.status = GuideStatus.PAUSED
    sweep(session)
    group.status, group.ended_on = MatchStatus.ENDED, TODAY
    session.flush()
    following = Match(
        family=group.family,
        kind=MatchKind.GROUP,
        status=MatchStatus.ACTIVE,
        proposed_at=NOW,
        asked_on=TODAY,
        agreed_on=TODAY,
        started_on=TODAY,
    )
    for row in group.guides:
        following.guides.append(MatchGuide(guide=row.guide, kind=row.kind, said_yes_on=TODAY))
    session.add(following)
    session.flush()
    for days in range(3):
        assert sweep(session, NOW + days * DAY) == 0
    assert len(told_family(session)) == 2


def test_the_contact_is_told_as_soon_as_a_letter_can_be_written(session, group):
    group.family.contact_email = ""
    group.lead.status = GuideStatus.PAUSED
    sweep(session)
    assert not told_family(session)
    group.family.contact_email = "contact@group.example"
    for days in range(1, 3):
        sweep(session, NOW + days * DAY)
    assert len(told_family(session)) == 1


@pytest.mark.parametrize("phone", ["", "+4790000303"])
def test_the_way_in_stays_where_no_letter_can_be_written(session, asker, group, phone):
    group.family.contact_email, group.family.contact_phone = "", phone  # nobody here sends SMS
    make_link(session, asker, group)
    for row in session.get(Match, group.id).guides:
        row.guide.status = GuideStatus.PAUSED
    for days in range(3):
        sweep(session, NOW + days * DAY)
    (link,) = session.scalars(select(Link).filter_by(subject_id=group.family_id)).all()
    assert (link.revoked_at, link.expires_at) == (None, None)


def make_link(session, asker, group):
    token = issue_link(
        session,
        LinkKind.STATUS,
        group.family_id,
        municipality_id=asker.municipality.id,
        now=dt.datetime.now(dt.UTC),
    )
    session.commit()
    return asker.url(f"/family/{token}?lang=en")


def test_the_contacts_page_says_that_the_meetings_rest(client, session, asker, group):
    path = make_link(session, asker, group)
    assert "You have guides. We hope that you enjoy" in get_page(client, path).main.text
    session.get(Match, group.id).status = MatchStatus.AGREED
    session.commit()
    assert "Everybody has said yes." in get_page(client, path).main.text
    session.get(Match, group.id).lead.status = GuideStatus.PAUSED
    session.commit()
    page = get_page(client, path).main.text
    assert "Your meetings rest just now" in page
    assert "We hope that you enjoy" not in page and "Inger" not in page


@pytest.mark.parametrize(
    ("until", "words"),
    [(TODAY + 9 * DAY, "has a break until 11 March"), (None, "until they say")],
)
def test_staff_read_who_is_away(client, session, asker, group, until, words):
    group.lead.status, group.lead.paused_until = GuideStatus.PAUSED, until
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{group.id}?lang=en"))
    (line,) = [one.text for one in page.select("main .ds-alert li") if "break" in one.text]
    assert group.lead.name in line
    assert words in line
