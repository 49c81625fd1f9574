"""A backup brings back who was erased: they are erased again, from the list kept elsewhere."""

import json

import pytest
from sqlalchemy import select

from app import tenancy
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import Match, MatchStatus
from app.matches.services.protecting import protect_family
from app.permissions import Role
from app.personal import NOBODY, Person
from app.privacy.models import ErasedRecord
from app.privacy.services.erasing import erase
from app.privacy.services.replaying import Erasure, erase_again, list_erasures
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import match_at


@pytest.fixture
def run(flask_app):
    runner = flask_app.test_cli_runner()
    return lambda *words, **options: runner.invoke(args=["privacy", *words], **options)


def both(asker):
    return [
        Erasure(Person.GUIDE, asker.guide.id, TODAY),
        Erasure(Person.FAMILY, asker.family.id, TODAY),
    ]


def test_whoever_came_back_is_erased_again_open_match_and_all(session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    assert erase_again(session, both(asker), now=NOW) == 2
    assert session.get(Guide, asker.guide.id).name == NOBODY
    assert session.get(Guide, asker.guide.id).places_taken == 0
    assert session.get(Family, asker.family.id).contact_name == NOBODY
    assert session.get(Match, match.id).status is MatchStatus.ENDED
    assert erase_again(session, both(asker), now=NOW) == 0
    assert set(list_erasures(session)) == set(both(asker))


def test_the_list_of_one_database_erases_in_another(session, asker, baerum, session_factory, run):
    session.get(Match, asker.proposal.id).status = MatchStatus.WITHDRAWN
    session.commit()
    with session_factory.begin() as other:
        tenancy.bind(other, asker.municipality.id)
        erase(other, Person.GUIDE, asker.guide.id, by_id=None, now=NOW)
    listed = run("erased").output
    assert [json.loads(line)[1:3] for line in listed.splitlines()[1:]] == [
        ["guide", str(asker.guide.id)]
    ]
    assert "Kari" not in listed
    with session_factory.begin() as restored:  # as the backup has it
        tenancy.bind(restored, asker.municipality.id)
        restored.get(Guide, asker.guide.id).name = "Kari Asker"
        restored.delete(restored.scalars(select(ErasedRecord)).one())
    result = run("replay", input=listed)
    assert (result.exit_code, result.output) == (0, "1 erased again, 1 in the file\n")
    session.expire_all()
    assert session.get(Guide, asker.guide.id).name == NOBODY
    session.commit()
    assert run("replay", input=listed).output.startswith("0 erased again")


def test_a_family_whose_address_became_protected_does_not_come_back(session, asker, run):
    family = cast.make_family(session, asker, reference="F-2")
    family_id = family.id
    protect_family(session, cast.actor(asker, Role.CASEWORKER), family, now=NOW)
    (note,) = session.scalars(select(ErasedRecord)).all()
    assert (note.record_id, note.by_id) == (family_id, None)  # of no family is told by whom
    assert note.row_counts["family"] == 1  # as of anybody who asked to be forgotten
    family.contact_name = "Amal Asker"  # as the backup has it
    session.commit()
    nobody = '{"written_at": "2026-03-02T03:00:00+00:00", "erased": 0}'
    assert run("replay", input=nobody).output == "1 erased again, 0 in the file\n"
    assert run("replay", input="").exit_code == 1
    session.expire_all()
    assert session.get(Family, family_id).contact_name == NOBODY
