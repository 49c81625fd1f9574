"""A family's address becomes protected while somebody takes the next step with it, at one moment.

Whoever comes first: afterwards the family is forgotten, nothing of it is open, no place is taken,
and no letter about it waits. On SQLite writers come one at a time; PostgreSQL is what this is for.
"""

import os
import threading
import time

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app import tenancy
from app.accounts.models import Link
from app.errors import DomainError
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches import services
from app.matches.models import OPEN, GuideKind, Match, MatchStatus
from app.matches.services.arranging import Arrangement
from app.matches.services.protecting import protect_family
from app.messages.models import MessageStatus, OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.cast import NOW
from tests.matches.people import ADDRESSES, Steps, match_at, propose

S = MatchStatus
ROUNDS = 6 if os.environ.get("FULL") == "1" else 2
PATIENCE_SECONDS = 60


def takes(step):
    """Return what takes the next step of a match."""
    return lambda session, town, match: Steps(session, town).take(match, step)


def brings_another(session, town, match):
    other = session.scalar(select(Guide).where(Guide.name == "Ida Andre"))
    parts = {match.lead.id: GuideKind.LEAD, other.id: GuideKind.CO}
    services.arrange_guides(
        session,
        cast.actor(town, Role.COORDINATOR),
        match,
        Arrangement(parts, None, NOW.date()),
        addresses=ADDRESSES,
        now=NOW,
    )


def proposes_anew(session, town, match):
    other = session.scalar(select(Guide).where(Guide.name == "Ida Andre"))
    propose(session, town, match.family, other)


RACES = {
    "confirms": (S.PROPOSED, takes(S.GUIDE_ASKED)),
    "guide says yes": (S.GUIDE_ASKED, takes(S.GUIDE_ACCEPTED)),
    "asks the family": (S.GUIDE_ACCEPTED, takes(S.FAMILY_ASKED)),
    "family says yes": (S.FAMILY_ASKED, takes(S.AGREED)),
    "says no": (S.FAMILY_ASKED, takes(S.DECLINED)),
    "signs": (S.AGREED, takes(S.ACTIVE)),
    "ends": (S.ACTIVE, takes(S.ENDED)),
    "brings another guide": (S.ACTIVE, brings_another),
    "proposes anew": (S.WITHDRAWN, proposes_anew),
}


def at_once(session_factory, town, protects, works, *, head_start):
    """Do both in sessions of their own; a step may be refused, and a busy database is asked again."""
    barrier, faults = threading.Barrier(2), []

    def do(task, wait):
        barrier.wait()
        time.sleep(wait)
        while True:
            with session_factory() as session:
                tenancy.bind(session, town.municipality.id)
                try:
                    task(session)
                    session.commit()
                except OperationalError:
                    continue
                except DomainError:
                    assert task is works
                except Exception as fault:
                    faults.append(fault)
                return

    waits = {protects: head_start, works: 0.01}
    threads = [threading.Thread(target=do, args=pair) for pair in waits.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert faults == []


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize(("before", "step"), RACES.values(), ids=RACES)
def test_whoever_comes_first_the_family_is_forgotten(session_factory, asker, before, step, number):
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        cast.make_guide(session, asker, name="Ida Andre", status=GuideStatus.READY)
        match = match_at(session, asker, before)
        match_id, family_id = match.id, match.family_id
        session.execute(update(OutgoingMessage).values(status=MessageStatus.SENT))
        session.commit()

    def protects(session):
        actor = cast.actor(asker, Role.CASEWORKER)
        protect_family(session, actor, session.get_one(Family, family_id), now=NOW)

    def works(session):
        step(session, asker, session.get_one(Match, match_id))

    at_once(
        session_factory,
        asker,
        protects,
        works,
        head_start=(0.02, 0, 0.004, 0.008, 0.012, 0.016)[number],
    )
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        assert session.get_one(Family, family_id).is_forgotten
        open_ones = select(func.count(Match.id)).where(Match.family_id == family_id)
        assert session.scalar(open_ones.where(Match.status.in_(OPEN))) == 0
        assert set(session.scalars(select(Guide.places_taken))) == {0}
        # That it came to nothing is told where somebody had said no before.
        waiting = select(OutgoingMessage).where(OutgoingMessage.template != "match_closed")
        assert (
            session.scalars(waiting.where(OutgoingMessage.status != MessageStatus.SENT)).all() == []
        )
        assert not [link for link in session.scalars(select(Link)) if link.opens(NOW)]
