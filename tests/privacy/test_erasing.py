"""Erasing a guide or a family: what stands in the way, what goes, what stays, and the receipt."""

import pytest
from sqlalchemy import select

from app.accounts.models import Membership, User
from app.errors import NotFound, NotPermitted
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.personal import NOBODY, Person
from app.privacy.models import ArchiveNote, ErasedRecord
from app.privacy.services.erasing import (
    HasOpenMatch,
    WaitsForArchiving,
    erase_person,
    note_archived,
)
from tests import cast
from tests.cast import NOW, TODAY


@pytest.fixture
def officer(asker):
    return cast.actor(asker, Role.PRIVACY_OFFICER)


def close(session, town, *, agreed=False):
    match = session.get(Match, town.proposal.id)
    match.status = MatchStatus.WITHDRAWN
    match.agreed_on = TODAY if agreed else None
    session.flush()


def test_a_guide_who_takes_part_leaves_first_and_is_nobody_then(session, asker, officer):
    close(session, asker)
    receipt = erase_person(session, officer, Person.GUIDE, asker.guide.id, now=NOW)
    guide = session.get(Guide, asker.guide.id)
    assert (guide.status, guide.name, guide.user_id) == (GuideStatus.ENDED, NOBODY, None)
    user = session.get(User, asker.guide_user.id)
    assert (user.name, user.active) == (NOBODY, False)
    assert (receipt.erased_on, receipt.record_id) == (TODAY, guide.id)
    assert receipt.row_counts["guide"] == 1


def test_a_guide_who_works_here_too_keeps_the_account(session, asker, officer):
    close(session, asker)
    session.add(
        Membership(
            user_id=asker.guide_user.id,
            municipality_id=asker.municipality.id,
            role=Role.CASEWORKER,
        )
    )
    session.flush()
    erase_person(session, officer, Person.GUIDE, asker.guide.id, now=NOW)
    user = session.get(User, asker.guide_user.id)
    assert (user.name, user.active) == ("Guide Asker", True)
    assert [row.role for row in user.memberships] == [Role.CASEWORKER]


def test_a_family_is_nobody_and_what_was_counted_stays(session, asker, officer):
    close(session, asker)
    erase_person(session, officer, Person.FAMILY, asker.family.id, now=NOW)
    family = session.get(Family, asker.family.id)
    assert (family.status, family.contact_name) == (FamilyStatus.WITHDRAWN, NOBODY)
    assert family.counts_against_quota is True
    assert session.get(Match, asker.proposal.id).status is MatchStatus.WITHDRAWN


@pytest.mark.parametrize("person", [Person.GUIDE, Person.FAMILY])
def test_an_open_match_is_closed_first(session, asker, officer, person):
    record_id = getattr(asker, person.value).id
    with pytest.raises(HasOpenMatch):
        erase_person(session, officer, person, record_id, now=NOW)
    assert session.get(Guide, asker.guide.id).name == "Kari Asker"


@pytest.mark.parametrize("person", [Person.GUIDE, Person.FAMILY])
def test_what_must_be_archived_is_archived_first(session, asker, officer, person):
    close(session, asker, agreed=True)
    record_id = getattr(asker, person.value).id
    with pytest.raises(WaitsForArchiving):
        erase_person(session, officer, person, record_id, now=NOW)
    note_archived(session, officer, person, record_id, now=NOW)
    note_archived(session, officer, person, record_id, now=NOW)
    erase_person(session, officer, person, record_id, now=NOW)
    assert session.scalars(select(ArchiveNote)).all() == []


def test_the_second_time_the_receipt_is_the_first_ones(session, asker, officer):
    close(session, asker)
    first = erase_person(session, officer, Person.GUIDE, asker.guide.id, now=NOW)
    again = erase_person(session, officer, Person.GUIDE, asker.guide.id, now=NOW)
    assert again is first
    assert len(session.scalars(select(ErasedRecord)).all()) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PRIVACY_OFFICER}))
def test_only_the_privacy_officer_erases(session, asker, role):
    close(session, asker)
    actor = cast.actor(asker, role)
    with pytest.raises(NotPermitted):
        erase_person(session, actor, Person.GUIDE, asker.guide.id, now=NOW)
    with pytest.raises(NotPermitted):
        note_archived(session, actor, Person.GUIDE, asker.guide.id, now=NOW)


def test_the_neighbours_people_are_not_there(session, asker, baerum, officer):
    for person in (Person.GUIDE, Person.FAMILY):
        with pytest.raises(NotFound):
            erase_person(session, officer, person, getattr(baerum, person.value).id, now=NOW)
