"""The address becomes protected after the family was registered."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.accounts.models import Link, LinkKind, Look, RecordKind
from app.accounts.services import issue_link
from app.endings.models import Transfer
from app.errors import NotPermitted
from app.families.models import Family
from app.families.services.leaving import withdraw_family
from app.follow_ups.models import Concern, PairSide
from app.guides.models import Guide, GuideStatus
from app.matches.models import OPEN, Agreement, Match, MatchStatus, MeetingPlace, StartMeeting
from app.matches.queries.calling import list_calls
from app.matches.services import GroupChoice, Plan, plan_start_meeting, propose_group
from app.matches.services.protecting import protect_family
from app.messages.models import MessageStatus, OutgoingMessage
from app.permissions import Role
from app.vocabulary import Rhythm
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import make_group, make_group_guide
from tests.matches.people import ADDRESSES, WAY_TO, Steps, match_at, propose
from tests.pages import fill, get_page, post_page


@pytest.fixture
def caseworker(client, asker):
    sign_in(client, asker.caseworker)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def close_match(session, town, status=MatchStatus.WITHDRAWN):
    match = session.get(Match, town.proposal.id)
    match.status = status
    match.explanation = {"neighbourhood": "Asker Centre"}
    match.choice_note = "lives next door"
    place = MeetingPlace(name="Library next door")
    session.add(place)
    session.flush()
    match.start_meeting = StartMeeting(at=NOW, place_id=place.id, planned_at=NOW)
    match.agreement = Agreement(months=9, rhythm=Rhythm.WEEKLY, family_locale="ar")
    session.commit()
    return match


def active_group_match(session, town):
    """Bring a group together with two guides who meet it."""
    lead, other = (make_group_guide(session, town, name) for name in ("Anne Voksen", "Per Voksen"))
    choice = GroupChoice(lead.id, frozenset({other.id}))
    by = cast.actor(town, Role.COORDINATOR)
    match = propose_group(session, by, make_group(session, town), choice, now=NOW)
    for step in WAY_TO[MatchStatus.ACTIVE]:
        Steps(session, town).take(match, step)
    return match


def test_a_family_that_never_had_a_guide_is_forgotten(caseworker, session, asker):
    family_id = cast.make_family(session, asker, reference="F-2").id
    session.commit()
    url = asker.url(f"/families/{family_id}/protection")
    assert "cannot be undone" in get_page(caseworker, url).select_one("main").text
    response = caseworker.post(url)
    assert (response.status_code, response.location) == (303, asker.url("/families"))
    assert caseworker.get(asker.url(f"/families/{family_id}")).status_code == 404
    session.expire_all()
    assert session.get(Family, family_id).is_forgotten
    session.commit()
    assert caseworker.get(url).status_code == caseworker.post(url).status_code == 404


# An open match ends by itself


def guide_asked(session, asker) -> None:
    match_at(session, asker, MatchStatus.GUIDE_ASKED)


def start_meeting_planned(session, asker) -> None:
    match = match_at(session, asker, MatchStatus.AGREED)
    place = MeetingPlace(name="Library")
    session.add(place)
    session.flush()
    plan = Plan(NOW + dt.timedelta(days=3), place.id)
    plan_start_meeting(session, coordinator(asker), match, plan, addresses=ADDRESSES, now=NOW)


def moves_away(session, asker) -> None:
    match = match_at(session, asker, MatchStatus.ACTIVE)
    session.add(
        Transfer(
            family_id=match.family_id,
            moves_on=TODAY,
            to_municipality="Lillehammer",
            noted_at=NOW,
        )
    )


def rests(session, asker) -> None:
    match = match_at(session, asker, MatchStatus.ACTIVE)
    match.guides[0].rest_told_on = TODAY
    match.guides[0].guide.status = GuideStatus.PAUSED


def family_has_left(session, asker) -> None:
    withdraw_family(
        session, coordinator(asker), match_at(session, asker, MatchStatus.ACTIVE).family, now=NOW
    )


AT_STEPS = [
    lambda session, asker, step=step: match_at(session, asker, step)
    for step in MatchStatus
    if step in OPEN
]


def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def letters(session) -> list[tuple[str, MessageStatus]]:
    rows = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
    return sorted((row.template, row.status) for row in rows)


@pytest.mark.parametrize(
    "history", [*AT_STEPS, start_meeting_planned, moves_away, rests, family_has_left]
)
def test_an_open_match_of_any_step_ends_without_a_word(session, asker, history):
    history(session, asker)
    for row in session.scalars(select(OutgoingMessage)):
        row.status = MessageStatus.SENT
    session.flush()
    to_the_guide = [x for x in letters(session) if not x[0].startswith("family_")]
    match = session.get(Match, asker.proposal.id)
    was = match.status
    protect_family(session, cast.actor(asker, Role.CASEWORKER), match.family, now=NOW)
    session.expire_all()
    assert match.status is (
        MatchStatus.ENDED if was is MatchStatus.ACTIVE else MatchStatus.WITHDRAWN
    )
    assert match.family.is_forgotten
    assert session.get(Guide, asker.guide.id).places_taken == 0
    assert match.start_meeting is match.agreement is None
    assert letters(session) == to_the_guide  # none more
    assert not [link for link in session.scalars(select(Link)) if link.opens(NOW)]
    assert session.scalars(select(Transfer)).all() == []


def test_what_waits_for_the_guide_about_the_match_is_not_sent(session, asker):
    match = match_at(session, asker, MatchStatus.AGREED)
    assert ("match_agreed", MessageStatus.WAITING) in letters(session)
    protect_family(session, coordinator(asker), match.family, now=NOW)
    assert letters(session) == []


def test_a_guide_who_is_in_another_match_keeps_the_letters_about_that(session, asker):
    session.get(Guide, asker.guide.id).capacity = 2
    match = match_at(session, asker, MatchStatus.AGREED)
    other = cast.make_family(session, asker, reference="F-3")
    session.flush()
    second = propose(session, asker, other, asker.guide, note="near")
    Steps(session, asker).guide_asked(second)
    protect_family(session, coordinator(asker), match.family, now=NOW)
    assert ("guide_asked", MessageStatus.WAITING) in letters(session)
    session.expire_all()
    assert second.is_open
    assert session.get(Guide, asker.guide.id).places_taken == 1


def test_the_guide_sees_no_name_a_moment_later_and_what_any_ended_match_shows(
    client, session, asker
):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    session.commit()
    url = asker.url(f"/matches/{match.id}")
    sign_in(client, asker.guide_user)
    assert "Amal" in get_page(client, url).text
    sign_in(client, asker.caseworker)
    post_page(client, asker.url(f"/families/{match.family_id}/protection"), {}, status=200)
    sign_in(client, asker.guide_user)
    for page in (url, asker.url("/my-page")):
        assert "Amal" not in get_page(client, page).text
        assert "900" not in get_page(client, page).select_one("main").text


def test_who_does_it_is_told_before_and_after_whom_to_call_and_nobody_else_is(
    caseworker, session, asker
):
    family = match_at(session, asker, MatchStatus.ACTIVE).family
    asked = {"raised_at": NOW, "once_token": "b", "side": PairSide.GUIDE}
    session.add(Concern(match_id=asker.proposal.id, guide_id=asker.guide.id, **asked))
    session.commit()
    url = asker.url(f"/families/{family.id}/protection")
    before = get_page(caseworker, url)
    after = post_page(caseworker, url, {}, status=200)
    for page in (before, after):
        (line,) = page.select("main .ds-alert li")
        assert asker.guide.name in line.text
        assert line.select_one("a[href^='tel:']")["href"] == f"tel:{asker.guide.phone}"
        assert "Knows the name" in line.text
        assert "Waits for our call" in line.text
        assert "Do not" in page.text or "do not" in page.text
        assert page.title.text.startswith("Family")
    assert "Amal" not in after.text
    assert family.reference not in after.text
    looks = select(Look.record, Look.record_id).where(Look.page.startswith("matches.protect"))
    seen = [(RecordKind.FAMILY, family.id), (RecordKind.MATCH, asker.proposal.id)]
    assert sorted(map(tuple, session.execute(looks))) == sorted(seen * 2)
    session.commit()
    assert caseworker.post(url).status_code == 404


def test_a_guide_who_was_never_asked_is_not_called(caseworker, session, asker):
    """A proposal is nothing that they know of."""
    url = asker.url(f"/families/{asker.family.id}/protection")
    assert not get_page(caseworker, url).select("main .ds-alert")
    assert caseworker.post(url).status_code == 303


def test_a_guide_who_was_asked_is_called_and_knows_no_name(caseworker, session, asker):
    guide_asked(session, asker)
    session.commit()
    page = get_page(caseworker, asker.url(f"/families/{asker.family.id}/protection"))
    (line,) = page.select("main .ds-alert li")
    assert "does not know who it is" in line.text
    assert not line.select("a") and "a coordinator has the number" in line.text
    sign_in(caseworker, asker.coordinator)
    page = get_page(caseworker, asker.url(f"/families/{asker.family.id}/protection"))
    assert page.select_one("main .ds-alert li a")["href"] == f"tel:{asker.guide.phone}"


def test_a_guide_of_then_who_waits_for_a_call_is_named(session, asker):
    """What they want to say about the family goes with it: whoever does this calls instead."""
    match = match_at(session, asker, MatchStatus.ENDED)
    asked = {"raised_at": NOW, "once_token": "b", "side": PairSide.GUIDE}
    concern = Concern(match_id=match.id, guide_id=asker.guide.id, **asked)
    session.add(concern)
    session.flush()
    family = match.family
    (call,) = list_calls(session, coordinator(asker), family)
    assert (call.name, call.waits, call.is_open) == (asker.guide.name, True, False)
    concern.handled_on = TODAY
    session.flush()
    assert list_calls(session, coordinator(asker), family) == []


def test_after_a_past_match_nothing_leads_to_the_family(caseworker, session, asker):
    match = close_match(session, asker)
    family = session.get(Family, asker.family.id)
    family.contact_email, family.locale = "amal@example.com", "ar"
    town = asker.municipality.id
    token = issue_link(session, LinkKind.STATUS, family.id, municipality_id=town, now=NOW)
    letter = {"template": "family_asked", "locale": "nb", "subject": "x", "body": "Hei Amal"}
    for recipient, about in (("amal@example.com", family.id), ("other@example.com", None)):
        dates = {"created_at": NOW, "due_at": NOW}
        session.add(OutgoingMessage(recipient=recipient, about_id=about, **dates, **letter))
    session.commit()
    url = asker.url(f"/families/{asker.family.id}/protection")
    assert caseworker.post(url).status_code == 303
    for page in (f"/families/{asker.family.id}", f"/matches/{match.id}"):
        assert caseworker.get(asker.url(page)).status_code == 404
    for page in ("/families?status=all", "/families?status=withdrawn", "/matches"):
        assert not get_page(caseworker, asker.url(page)).select(".work-row"), page
    session.expire_all()
    assert (match.explanation, match.choice_note, family.locale) == ({}, "", "")
    assert (match.start_meeting, match.agreement) == (None, None)
    recipients = session.scalars(select(OutgoingMessage.recipient)).all()
    assert recipients == ["other@example.com"]
    session.commit()
    assert caseworker.get(asker.url(f"/family/{token}")).status_code == 404


def test_a_guide_or_manager_cannot_do_it(session, asker):
    family = session.get(Family, asker.family.id)
    for role in (Role.GUIDE, Role.MANAGER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            protect_family(session, cast.actor(asker, role), family, now=NOW)


def test_outsiders_cannot_find_the_page(client, asker, baerum):
    sign_in(client, baerum.coordinator)
    url = asker.url(f"/families/{asker.family.id}/protection")
    assert client.get(url).status_code == client.post(url).status_code == 404
    own = baerum.url(f"/families/{asker.family.id}/protection")
    assert client.get(own).status_code == client.post(own).status_code == 404


def test_a_group_of_minors_is_forgotten_in_the_same_way(caseworker, session, asker):
    match = active_group_match(session, asker)
    group, guides = match.family, [guide.name for guide in match.present]
    match_id, group_id, page = match.id, group.id, asker.url(f"/families/groups/{group.id}")
    session.commit()
    way = get_page(caseworker, page).select_one("main a[href$='/protection']")["href"]
    shown = get_page(caseworker, way).main.text
    assert "somebody in group" in shown and "register them anew" not in shown
    calls = post_page(caseworker, way, {}, status=200)
    assert all(name in calls.text for name in guides)
    session.expire_all()
    assert session.get_one(Family, group_id).is_forgotten
    assert session.get_one(Match, match_id).status not in OPEN
    session.rollback()
    assert caseworker.get(page).status_code == 404


def test_the_link_of_a_group_can_be_closed_and_renewed(caseworker, session, asker):
    match = active_group_match(session, asker)
    page = asker.url(f"/families/groups/{match.family_id}")
    session.commit()
    way = get_page(caseworker, page).select_one("main a[href$='/link']")["href"]
    sent = fill(get_page(caseworker, way), "/closure")
    response = caseworker.post(f"{way}/closure", data=sent)
    assert (response.status_code, response.location) == (303, page)
