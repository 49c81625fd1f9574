"""Fifty people write while a backup is taken: it comes back whole, with all that came before it."""

import shutil
import sqlite3
import threading
import time
import uuid
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app import tenancy
from app.backups.databases import copied
from app.commands.restored import standing_in
from app.commands.trying_sign_in import try_to_sign_in
from app.database import make_engine
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.matches.services import confirm_match
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.cast import NOW, Town
from tests.matches.people import ADDRESSES

WRITERS = 50
ENOUGH = 40  # matches confirmed before the backup begins
PATIENCE_SECONDS = 60
ROWS = 95


class Writers:
    """Coordinators who make pairs and confirm them, one transaction each, until they are stopped."""

    def __init__(self, session_factory, town: Town) -> None:
        self.session_factory, self.town = session_factory, town
        self.confirmed: list[uuid.UUID] = []  # what the database has said yes to
        self.stopped = threading.Event()

    def confirm_one(self) -> uuid.UUID:
        with self.session_factory() as session:
            tenancy.bind(session, self.town.municipality.id)
            word = uuid.uuid4().hex
            guide = cast.make_guide(
                session, self.town, email=f"{word}@example.no", status=GuideStatus.READY, capacity=1
            )
            family = cast.make_family(session, self.town, reference=word[:12])
            match = Match(family_id=family.id, proposed_at=NOW, score=500)
            match.guides.append(MatchGuide(guide_id=guide.id, kind=GuideKind.LEAD))
            session.add(match)
            session.flush()
            actor = cast.actor(self.town, Role.COORDINATOR)
            confirm_match(session, actor, match, addresses=ADDRESSES, now=NOW)
            session.commit()
            return match.id

    def write(self) -> None:
        while not self.stopped.is_set():
            try:
                self.confirmed.append(self.confirm_one())
            except OperationalError:  # the database was busy, nothing was written: once more
                time.sleep(0.05)

    def wait_for(self, number: int) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while len(self.confirmed) < number:
            assert time.monotonic() < give_up_at, "nobody writes"
            time.sleep(0.01)


@contextmanager
def writing(session_factory, town: Town):
    writers = Writers(session_factory, town)
    threads = [threading.Thread(target=writers.write) for _number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.stopped.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def test_a_backup_while_fifty_write_is_whole_and_lets_people_in(
    flask_app, session_factory, asker, backups
):
    with writing(session_factory, asker) as writers:
        writers.wait_for(ENOUGH)
        before = set(writers.confirmed)
        file = backups.take()
        meanwhile = len(writers.confirmed) - len(before)
    result = backups.restore(file)
    assert result.exit_code == 0, result.output  # keys, places, one open match, the log, the file
    with standing_in(flask_app, backups.into) as factory:
        with factory() as session:
            tenancy.bind(session, asker.municipality.id)
            asked = set(
                session.scalars(sa.select(Match.id).where(Match.status == MatchStatus.GUIDE_ASKED))
            )
            letters = Counter(session.scalars(sa.select(OutgoingMessage.about_id)))
            taken = session.scalar(sa.select(sa.func.sum(Guide.places_taken)))
        with flask_app.app_context():
            assert try_to_sign_in(flask_app, factory) == ""
    assert meanwhile > 0, "nobody wrote while it was taken"
    assert before <= asked
    assert taken == len(asked)
    assert sum(letters.values()) == len(asked), "a place was taken and nobody was asked"


def test_a_copy_of_the_live_file_lacks_what_was_written_and_ours_does_not(tmp_path):
    live = tmp_path / "live.sqlite"
    engine = make_engine(f"sqlite:///{live}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE family (id INTEGER PRIMARY KEY)")
    for _number in range(ROWS):
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO family DEFAULT VALUES")
    by_hand = shutil.copyfile(live, tmp_path / "by_hand.sqlite")
    ours = tmp_path / "ours.sqlite"
    ours.write_bytes(b"".join(copied(f"sqlite:///{live}")))
    engine.dispose()
    assert _rows(by_hand) < ROWS
    assert _rows(ours) == ROWS


def _rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM family").fetchone()[0]
        except sqlite3.DatabaseError:  # the table itself was in what was left behind
            return 0
