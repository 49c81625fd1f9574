"""The address becomes protected after the family was registered."""

import pytest
from sqlalchemy import select

from app import tenancy
from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.errors import NotPermitted
from app.families import queries
from app.families.models import Family, FamilyStatus
from app.matches.models import Agreement, Match, MatchStatus, MeetingPlace, StartMeeting
from app.matches.services.proposing import FamilyHasOpenMatch
from app.matches.services.protecting import protect_family
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import Rhythm
from tests import cast
from tests.cast import NOW, sign_in
from tests.pages import get_page, post_page


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


def test_an_open_match_is_closed_first(caseworker, session_factory, asker):
    url = asker.url(f"/families/{asker.family.id}/protection")
    page = get_page(caseworker, url)
    assert page.select_one(f"main a[href$='/matches/{asker.proposal.id}']")
    assert not page.select("main form")
    post_page(caseworker, url, {})
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        family = session.get(Family, asker.family.id)
        assert (family.status, family.contact_name) == (FamilyStatus.WAITING, "Amal Asker")


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


def test_a_proposal_made_meanwhile_stops_it(session, asker):
    actor = cast.actor(asker, Role.CASEWORKER)
    family = queries.get_family(session, actor, asker.family.id)
    with pytest.raises(FamilyHasOpenMatch):
        protect_family(session, actor, family, now=NOW)
    assert family.contact_name == "Amal Asker"


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
