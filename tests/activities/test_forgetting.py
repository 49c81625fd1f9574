"""When a family's address has become protected, what was written of it goes: notes and letters."""

import pytest
from sqlalchemy import func, select

from app.activities.models import Activity, ActivityKind, Mood
from app.activities.services import Meeting, change_activity
from app.database import Base
from app.endings.models import EndAnswer, MatchEnding
from app.families.models import ContactWay, Family, FamilyWithdrawn
from app.matches.models import MatchStatus
from app.matches.services.protecting import protect_family
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests.cast import NOW, TODAY, actor
from tests.matches.people import match_at

WORDS = Meeting(TODAY, 60, ActivityKind.CHAT, Mood.GOOD, "they live at the school now")


def test_notes_and_letters_go_with_the_family_also_those_to_an_earlier_address(session, asker):
    family = session.get(Family, asker.family.id)
    family.contact_way, family.contact_email = ContactWay.EMAIL, "first@post.example"
    match = match_at(session, asker, MatchStatus.ENDED)
    session.add(
        Activity(
            match_id=match.id,
            guide_id=asker.guide.id,
            once_token="once",
            done_on=TODAY,
            duration_minutes=60,
            kind=ActivityKind.CHAT,
            mood=Mood.GOOD,
            note="met them at the school in the village",
            logged_at=NOW,
        )
    )
    match.family.contact_email = "second@post.example"
    session.flush()
    written = select(func.count(OutgoingMessage.id)).where(
        OutgoingMessage.recipient == "first@post.example"
    )
    assert session.scalar(written) > 0
    protect_family(session, actor(asker, Role.COORDINATOR), match.family, now=NOW)
    assert session.scalar(written) == 0
    assert session.scalars(select(Activity.note)).all() == [""]
    assert match.score is None
    meeting, again = session.scalars(select(Activity)).one(), WORDS
    with pytest.raises(FamilyWithdrawn):
        change_activity(session, actor(asker, Role.GUIDE), meeting, again, now=NOW)


def test_nothing_of_how_a_match_ended_is_left_of_a_protected_household(session, asker):
    match = match_at(session, asker, MatchStatus.ENDED)
    session.add(MatchEnding(match_id=match.id, wish="no_guide", side="family", said_at=NOW))
    session.add(EndAnswer(match_id=match.id, asked_at=NOW, went_well="yes"))
    session.flush()
    protect_family(session, actor(asker, Role.COORDINATOR), match.family, now=NOW)
    for kind in (MatchEnding, EndAnswer):
        assert session.scalars(select(kind).where(kind.match_id == match.id)).all() == []


def test_no_table_keeps_a_hash_of_an_address_or_a_number():
    kept = [f"{t.name}.{c.name}" for t in Base.metadata.tables.values() for c in t.columns]
    assert not [name for name in kept if "contact" in name and "hash" in name]
    assert not [name for name in kept if name.endswith("asked_contact")]
