"""Once a week everybody who works off the desk is told how much there is, and nothing else."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.desk.services import write_digests
from app.duties.models import Absence
from app.messages.models import OutgoingMessage
from tests.cast import NOW, TODAY

DESK = "https://guides.example/asker/desk"
NEXT_WEEK = dt.timedelta(days=7)


@pytest.fixture
def digest(session, asker):
    def write(on=TODAY):
        now = NOW + (on - TODAY)
        return write_digests(session, desk_url=DESK, now=now, today=on)

    return write


def letters(session):
    written = select(OutgoingMessage).where(OutgoingMessage.template == "desk_digest")
    return session.scalars(written.order_by(OutgoingMessage.created_at)).all()


def test_the_coordinator_gets_one_letter_a_week_with_counts_and_no_name(session, asker, digest):
    for days in range(7):
        digest(TODAY - dt.timedelta(days=TODAY.weekday()) + dt.timedelta(days=days))
    (letter,) = letters(session)
    assert letter.recipient == asker.coordinator.email
    assert DESK in letter.body
    for name in (asker.applicant.name, asker.family.reference, asker.guide.name, "Amal"):
        assert name not in letter.subject + letter.body
    digest(TODAY + NEXT_WEEK)
    assert len(letters(session)) == 2


def test_who_is_away_gets_none(session, asker, digest):
    session.add(
        Absence(
            user_id=asker.coordinator.id,
            substitute_id=asker.caseworker.id,
            from_on=TODAY,
            until_on=TODAY,
            noted_at=NOW,
        )
    )
    session.flush()
    assert digest() == 0
    digest(TODAY + NEXT_WEEK)
    assert len(letters(session)) == 1
