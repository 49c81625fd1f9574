"""What is left of a family does not tell why it is gone: asked for, or its address is protected."""

from collections import Counter

import pytest
import sqlalchemy as sa

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.activities.models import Activity, ActivityKind, Mood
from app.database import Base
from app.families.models import Family
from app.follow_ups.models import Concern, PairSide
from app.matches.models import MatchStatus
from app.matches.services.protecting import protect_family
from app.permissions import Role
from app.personal import Person
from app.privacy.models import ErasedRecord, Right, RightsRequest
from app.privacy.services.erasing import erase_person, note_archived
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import match_at

PAGES = ("/data-protection/looks", "/data-protection/families/{}/looks")


def protect(session, asker, family):
    protect_family(session, cast.actor(asker, Role.CASEWORKER), family, now=NOW)


def erase(session, asker, family):
    officer = cast.actor(asker, Role.PRIVACY_OFFICER)
    asked = {"once_token": "r", "asked_on": TODAY, "noted_at": NOW, "asks_for": Right.ERASURE}
    session.add(RightsRequest(person=Person.FAMILY, record_id=family.id, **asked))
    note_archived(session, officer, Person.FAMILY, family.id, now=NOW)
    erase_person(session, officer, Person.FAMILY, family.id, now=NOW)


def all_tables(session) -> dict[str, Counter[str]]:
    """Return every row of every table, as it is stored; a receipt without its own identifier."""
    session.flush()
    own = {ErasedRecord.__tablename__: {"id"}}
    return {
        table.name: Counter(
            repr([value for key, value in row.items() if key not in own.get(table.name, ())])
            for row in session.connection().execute(sa.select(table)).mappings()
        )
        for table in Base.metadata.sorted_tables
    }


def never_matched(session, asker) -> Family:
    return cast.make_family(session, asker, reference="F-2")


def was_matched(session, asker) -> Family:
    """A match that has ended, with all that hangs on one."""
    match = match_at(session, asker, MatchStatus.ENDED)
    met = {"done_on": TODAY, "duration_minutes": 90, "kind": ActivityKind.CHAT, "mood": Mood.GOOD}
    keys = {"match_id": match.id, "guide_id": asker.guide.id, "once_token": "a"}
    session.add(Activity(**keys, **met, logged_at=NOW, note="tea"))
    asked = {"raised_at": NOW, "once_token": "b", "side": PairSide.GUIDE}
    session.add(Concern(match_id=match.id, guide_id=asker.guide.id, **asked))
    town = asker.municipality.id
    issue_link(session, LinkKind.STATUS, match.family_id, municipality_id=town, now=NOW)
    return match.family


def has_left(session, asker) -> Family:
    family = was_matched(session, asker)
    family.withdraw(on=TODAY)
    return family


@pytest.mark.parametrize("history", [never_matched, was_matched, has_left])
def test_a_protected_family_leaves_what_an_erased_one_leaves(session, asker, history):
    family_id = history(session, asker).id
    session.commit()
    left = []
    for forget in (protect, erase):
        forget(session, asker, session.get(Family, family_id))
        left.append(all_tables(session))
        session.rollback()
    for table, rows in left[0].items():
        assert rows == left[1][table], table
    assert sum(left[0]["erased_record"].values()) == 1
