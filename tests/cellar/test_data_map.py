"""The one walk: it finds what is about somebody, and nothing else, and lets go of it."""

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, Link, LinkKind, Membership, User
from app.accounts.services import issue_link
from app.activities.models import Activity, ActivityKind, Mood
from app.data_map import forget, rows_of
from app.families.models import Family
from app.guides.models import Guide, GuideLanguage
from app.matches.models import Match, MatchGuide
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.personal import NOBODY, Person
from tests import cast
from tests.cast import NOW, TODAY


@pytest.fixture
def meeting(session, asker) -> Activity:
    match = session.get(Match, asker.proposal.id)
    match.choice_note, match.explanation = "a neighbour", {"language": 1}
    activity = Activity(
        match_id=match.id,
        guide_id=asker.guide.id,
        once_token="once",
        done_on=TODAY,
        duration_minutes=60,
        kind=ActivityKind.CHAT,
        mood=Mood.GOOD,
        note="at the library",
        logged_at=NOW,
    )
    session.add(activity)
    session.flush()
    return activity


def letter(session, recipient, about_id=None):
    words = {"template": "x", "locale": "nb", "subject": "x", "body": "Hei Kari"}
    dates = {"created_at": NOW, "due_at": NOW}
    row = OutgoingMessage(recipient=recipient, about_id=about_id, **words, **dates)
    session.add(row)
    session.flush()
    return row.id


def tables_of(session, person, record_id) -> set[str]:
    return {table.name for table, _rows in rows_of(session, person, record_id)}


def test_everything_about_a_guide_is_found(session, asker, meeting):
    found = tables_of(session, Person.GUIDE, asker.guide.id)
    assert {"guide", "guide_language", "match_guide", "match", "activity"} <= found
    assert not {"family", "family_language", "neighbourhood", "user"} & found


def test_everything_about_a_family_is_found(session, asker, meeting):
    found = tables_of(session, Person.FAMILY, asker.family.id)
    assert {"family", "family_language", "children_in_band", "match", "activity"} <= found
    assert not {"guide", "guide_language", "user"} & found


def test_a_guide_who_is_forgotten_stays_as_nobody(session, asker, meeting):
    forget(session, Person.GUIDE, asker.guide.id)
    guide = session.get(Guide, asker.guide.id)
    assert (guide.name, guide.email, guide.phone, guide.first_name) == (NOBODY, "", "", NOBODY)
    assert (guide.neighbourhood_id, guide.user_id, guide.languages) == (None, None, [])
    assert guide.applied_at == NOW.replace(day=1, hour=0)
    assert guide.status is asker.guide.status
    match = session.scalars(select(Match)).one()
    assert (match.choice_note, match.explanation, match.score) == ("", {}, None)
    assert session.scalars(select(MatchGuide.guide_id)).all() == [guide.id]
    meeting = session.scalars(select(Activity)).one()
    assert (meeting.note, meeting.duration_minutes) == ("", 60)


def test_the_other_side_and_the_neighbour_are_left_alone(session, asker, baerum, baerum_session):
    applicant = session.get(Guide, asker.applicant.id)
    forget(session, Person.GUIDE, asker.guide.id)
    assert session.get(Family, asker.family.id).contact_name == "Amal Asker"
    assert applicant.name == "Ola Asker"
    assert {row.guide_id for row in session.scalars(select(GuideLanguage))} == {applicant.id}
    session.commit()
    assert baerum_session.get(Guide, baerum.guide.id).name == "Kari Baerum"


def test_the_second_time_nothing_changes(session, asker, meeting):
    assert forget(session, Person.FAMILY, asker.family.id)["family"] == 1
    assert forget(session, Person.FAMILY, asker.family.id) == {}


def test_letters_go_by_whom_they_are_for_or_by_the_address(session, asker):
    guide = session.get(Guide, asker.guide.id)
    letter(session, "earlier@post.example", guide.id)
    letter(session, guide.email)
    kept = {letter(session, guide.email, asker.applicant.id), letter(session, "x@post.example")}
    forget(session, Person.GUIDE, guide.id)
    assert set(session.scalars(select(OutgoingMessage.id))) == kept


def test_links_go_also_those_to_what_is_about_somebody(session, asker):
    town = asker.municipality.id
    for kind, subject in ((LinkKind.STATUS, asker.guide.id), (LinkKind.ANSWER, asker.proposal.id)):
        issue_link(session, kind, subject, municipality_id=town, now=NOW)
    issue_link(session, LinkKind.STATUS, asker.applicant.id, municipality_id=town, now=NOW)
    forget(session, Person.GUIDE, asker.guide.id)
    assert session.scalars(select(Link.subject_id)).all() == [asker.applicant.id]


def test_whoever_worked_here_is_nobody_and_what_they_did_stays(session, asker, baerum):
    user = session.get(User, asker.caseworker.id)
    for town in (asker, baerum):
        row = Invitation(name=user.name, email=user.email, roles=frozenset({Role.CASEWORKER}))
        row.municipality_id, row.invited_at = town.municipality.id, NOW
        session.add(row)
    session.flush()
    forget(session, Person.USER, user.id)
    assert (user.name, user.active, user.password) == (NOBODY, False, None)
    assert "@" not in user.email
    assert session.get(Family, asker.family.id).registered_by_id == user.id
    assert session.scalars(select(Membership).where(Membership.user_id == user.id)).all() == []
    left = session.scalars(select(Invitation.municipality_id)).all()
    assert left == [baerum.municipality.id]


def test_who_wrote_something_down_does_not_take_it_along(session, asker):
    session.get(Guide, asker.guide.id).user_id = asker.caseworker.id
    family = cast.make_family(session, asker, reference="F-2")
    forget(session, Person.USER, asker.caseworker.id)
    assert session.get(Family, family.id).contact_name == "Amal Asker"
    assert session.get(Guide, asker.guide.id).name == "Kari Asker"
