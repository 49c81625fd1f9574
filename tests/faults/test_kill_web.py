"""The web server is killed at each write of a confirmation and of an answer, on both databases.

Whatever the moment, a match is as it was or as it ought to be, with its place, its letters and
their jobs; and pressing once more brings it there, once.
"""

import datetime as dt
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count

import pytest
import sqlalchemy as sa

from app import tenancy
from app.accounts.models import Link, LinkKind
from app.accounts.services import issue_link
from app.database import engine_of
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchEvent, MatchGuide, MatchStatus
from app.messages.models import OutgoingMessage
from tests import cast
from tests.cast import NOW
from tests.databases import ROOT
from tests.jobs.listing import list_jobs
from tests.jobs.running import real_now

MOST_POINTS = 60
TODAY = real_now().date()


@contextmanager
def serving(database_url: str, *options: str) -> Iterator[int]:
    """Serve the site in processes of its own; yield the port."""
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "a secret for tests, of more than 32 characters",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.faults.web_server", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        yield int(process.stdout.readline())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


@dataclass
class Act:
    """What somebody presses, and how a match has to look before and after it."""

    before: MatchStatus
    after: MatchStatus
    path: str = "/matches/{match}/confirmation"
    form: str = ""
    places: tuple[int, int] = (1, 1)
    letters: int = 1
    links: tuple[int, int] = (1, 0)


CONFIRMATION = Act(MatchStatus.PROPOSED, MatchStatus.GUIDE_ASKED, places=(0, 1), links=(0, 1))
GUIDE_SAYS_YES = Act(
    MatchStatus.GUIDE_ASKED,
    MatchStatus.GUIDE_ACCEPTED,
    path="/answers/{token}",
    form="answer=yes",
    letters=0,
)
FAMILY_SAYS_YES = Act(
    MatchStatus.FAMILY_ASKED,
    MatchStatus.AGREED,
    path="/answers/{token}",
    form="answer=yes",
    letters=2,
)
FAMILY_SAYS_NO = Act(
    MatchStatus.FAMILY_ASKED,
    MatchStatus.DECLINED,
    path="/answers/{token}",
    form="answer=no",
    places=(1, 0),
)
ACTS = {
    "confirmation": CONFIRMATION,
    "guide says yes": GUIDE_SAYS_YES,
    "family says yes": FAMILY_SAYS_YES,
    "family says no": FAMILY_SAYS_NO,
}


@pytest.fixture
def town(session_factory, asker, client):
    """Makes matches with guides and families of their own, and reads how they stand."""

    class Town:
        def __init__(self) -> None:
            cast.sign_in(client, asker.coordinator)
            self.cookie = client.get(asker.url("/matches")).request.headers["Cookie"]

        @contextmanager
        def session(self):
            with session_factory() as session:
                tenancy.bind(session, asker.municipality.id)
                yield session

        def make(self, act: Act, number: int) -> tuple[Match, str]:
            """Return a match, and the path where the button leads."""
            with self.session() as session:
                name = f"{act.after}-{number}"
                family = cast.make_family(session, asker, reference=name)
                family.contact_email = f"family-{name}@asker.example"
                guide = cast.make_guide(
                    session,
                    asker,
                    status=GuideStatus.READY,
                    email=f"guide-{name}@asker.example",
                    places_taken=act.places[0],
                )
                match = Match(family_id=family.id, proposed_at=NOW, score=500)
                match.guides.append(MatchGuide(guide_id=guide.id, kind=GuideKind.LEAD))
                session.add(match)
                session.flush()
                token = self._bring_to(session, match, act)
                session.commit()
            path = act.path.format(match=match.id, token=token)
            return match, asker.url(path)

        def _bring_to(self, session, match: Match, act: Act) -> str:
            match.status = act.before
            if act.before is MatchStatus.PROPOSED:
                return ""
            match.expires_on = TODAY + dt.timedelta(days=30)
            (guide,) = match.guides
            guide.awaits_yes = act.before is MatchStatus.GUIDE_ASKED
            town = asker.municipality.id
            return issue_link(
                session,
                LinkKind.ANSWER,
                match.id,
                municipality_id=town,
                now=real_now(),
                holder_id=guide.guide_id if guide.awaits_yes else match.family_id,
            )

        def state(self, match: Match) -> tuple:
            """Return status, steps, places taken, letters, their jobs and open links."""
            with self.session() as session:
                stored = session.get(Match, match.id)
                lead = session.get(Guide, stored.guides[0].guide_id)
                family = session.get(Family, stored.family_id)
                steps = session.scalars(
                    sa.select(MatchEvent).where(MatchEvent.match_id == match.id)
                ).all()
                letters = session.scalars(
                    sa.select(OutgoingMessage.id).where(
                        OutgoingMessage.recipient.in_([lead.email, family.contact_email])
                    )
                ).all()
                jobs = [a.get("message_id") for _name, a in list_jobs(session)]
                links = session.scalars(
                    sa.select(Link).where(
                        Link.kind == LinkKind.ANSWER,
                        Link.subject_id == match.id,
                        Link.revoked_at.is_(None),
                        Link.used_at.is_(None),
                    )
                ).all()
                return (
                    stored.status,
                    len(steps),
                    lead.places_taken,
                    len(letters),
                    sum(jobs.count(str(letter)) for letter in letters),
                    len(links),
                )

        def press(self, port: int, path: str, form: str, kill_at: str = "") -> int:
            """Return the status, or 0 when the server died before it answered."""
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            headers = {
                "Cookie": self.cookie if "/answers/" not in path else "",
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Kill-At": kill_at,
            }
            try:
                connection.request("POST", path, form, headers)
                return connection.getresponse().status
            except (ConnectionError, http.client.RemoteDisconnected):
                return 0
            finally:
                connection.close()

    return Town()


def points() -> Iterator[str]:
    """Return where to strike: around the commit, then at each write until there is none left."""
    return chain(["commit", "committed"], map(str, count(1)))


def kill_everywhere(town, port: int, act: Act) -> tuple[int, list[tuple]]:
    """Strike at each point of an act, then press again. Return the kills and what was torn."""
    nothing = (act.before, 0, act.places[0], 0, 0, act.links[0])
    whole = (act.after, 1, act.places[1], act.letters, act.letters, act.links[1])
    torn = []
    for kills, point in zip(range(MOST_POINTS), points(), strict=False):
        match, path = town.make(act, kills)
        assert town.state(match) == nothing
        status = town.press(port, path, act.form, kill_at=point)
        if status:  # it has no such write: the last one was before
            assert status == 303 and town.state(match) == whole
            return kills, torn
        left = town.state(match)
        assert town.press(port, path, act.form) in {303, 404, 409}
        if left not in {nothing, whole} or town.state(match) != whole:
            torn.append((point, left, town.state(match)))
        if point == "commit":
            assert left == nothing
        if point == "committed":
            assert left == whole
    raise AssertionError("an act of so many writes?")


@pytest.mark.timeout(600)
def test_killed_at_any_write_nothing_is_half_done_and_pressing_again_does_it_once(
    database, session_factory, town
):
    with serving(database.url) as port:
        struck = {name: kill_everywhere(town, port, act) for name, act in ACTS.items()}

    assert {name: torn for name, (_kills, torn) in struck.items() if torn} == {}
    assert min(kills for kills, _torn in struck.values()) >= 5, "the harness did not strike"
    engine = engine_of(session_factory)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"


def test_match_that_is_kept_before_its_letter_would_be_noticed(database, town):
    with serving(database.url, "--mutant") as port:
        match, path = town.make(CONFIRMATION, 1)
        assert town.press(port, path, "", kill_at="committed") == 0

        status, _steps, places, letters, *_ = town.state(match)

    assert (status, places, letters) == (MatchStatus.GUIDE_ASKED, 1, 0)
