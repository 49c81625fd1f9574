"""A backup is taken while people work, and comes back whole or not at all."""

import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app import tenancy
from app.accounts.models import Link, LinkKind, RecoveryCode, UserSession
from app.accounts.services import issue_link
from app.commands.restored import standing_in
from app.database import Base
from app.guides.models import Guide
from app.matches.models import Match, MatchStatus
from app.messages.models import Addressee, MessageStatus, OutgoingMessage
from app.messages.services import To, may_be_sent_again, send_message
from app.messages.words import why
from app.personal import NOBODY, Person
from app.privacy.services.erasing import erase
from app.protected import services as protected
from app.protected.models import ProtectedHousehold
from tests.cast import NOW
from tests.databases import ROOT
from tests.matches.people import match_at
from tests.protected import people

STUCK = """
import sys, time
from pathlib import Path
from app.backups import sealing

def slow():
    yield b"half a database" * 100_000
    print("begun", flush=True)
    time.sleep(60)

label = sealing.Label("sqlite", "2026-03-02T09:00:00+00:00", "0001", "")
sealing.seal(slow(), label, Path(sys.argv[1]), [sealing.one_time_identity().to_public()])
"""


@pytest.fixture
def restored(flask_app, asker, backups):
    """Look into what was restored, as the site does."""

    def look(kind, row_id):
        with standing_in(flask_app, backups.into) as factory, factory() as session:
            tenancy.bind(session, asker.municipality.id)
            return session.get(kind, row_id)

    return look


def test_what_was_there_is_there_again_and_nothing_is_said_of_anybody(
    session, asker, backups, restored
):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    session.commit()
    result = backups.restore(backups.take())
    assert result.exit_code == 0, result.output
    assert restored(Match, match.id).status is MatchStatus.ACTIVE
    assert restored(Guide, asker.guide.id).name == "Kari Asker"
    assert "1 municipalities, 2 guides' places, 1 matches" in result.output
    assert not {"Kari", "Asker", "@"} & set(result.output.replace("@", " @ ").split())


def test_the_file_is_its_owners_alone_and_nothing_else_is_left(asker, backups, database):
    beside = Path(database.path).parent if hasattr(database, "path") else backups.folder
    before = set(beside.iterdir()) | set(backups.folder.iterdir())
    file = backups.take()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (set(beside.iterdir()) | set(backups.folder.iterdir())) - before <= {file}
    backups.restore(file)
    if (path := sa.make_url(backups.into).database).startswith("/"):
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_no_word_of_the_database_is_in_the_file(flask_app, asker, baerum, database, backups):
    words = set()
    with database.past_the_walls(flask_app).begin() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                words |= {value for value in row.values() if isinstance(value, str)}
    told = {word.encode() for word in words if len(word) > 5}
    sealed = backups.take().read_bytes()
    assert len(told) > 50
    assert [word for word in told if word in sealed] == []


HARM = {
    "cut": lambda sealed: sealed[:-100],
    "half": lambda sealed: sealed[: len(sealed) // 2],
    "flipped": lambda sealed: sealed[:-60] + bytes([sealed[-60] ^ 1]) + sealed[-59:],
    "flipped early": lambda sealed: sealed[:260] + bytes([sealed[260] ^ 128]) + sealed[261:],
    "something else": lambda _sealed: b"PK\x03\x04 is something else",
    "empty": lambda _sealed: b"",
    "longer": lambda sealed: sealed + b"more",
}


def test_what_is_not_whole_is_refused_and_restores_nothing(asker, backups):
    file = backups.take()
    sealed = file.read_bytes()
    for name, harm in HARM.items():
        file.write_bytes(harm(sealed))
        result = backups.restore(file)
        assert result.exit_code == 1, name
        assert "no whole backup; nothing was restored" in result.output, name
        assert _is_empty(backups), name


def test_another_key_opens_nothing(asker, backups):
    result = backups.restore(backups.take(), key=backups.another_key())
    assert result.exit_code == 1
    assert "does not open the backup; nothing was restored" in result.output
    assert _is_empty(backups)
    result = backups.restore(backups.folder / "backup.age", key=backups.folder / "backup.age")
    assert "does not open the backup" in result.output


def test_nothing_is_written_over(asker, database, backups):
    file = backups.take()
    result = backups.run("backup", str(file))
    assert (result.exit_code, "left alone" in result.output) == (1, True)
    own = ("--into", database.migration_url, "--key", str(backups.key), "--nobody-erased")
    result = backups.run("restore", str(file), *own)
    assert (result.exit_code, "left alone" in result.output) == (1, True)
    assert backups.restore(file).exit_code == 0
    assert "left alone" in backups.restore(file).output


def test_without_a_public_key_nothing_is_written(asker, backups, flask_app, monkeypatch):
    for words in ("", "age1nonsense"):
        changed = replace(flask_app.extensions["settings"], BACKUP_RECIPIENT=words)
        monkeypatch.setitem(flask_app.extensions, "settings", changed)
        result = backups.run("backup", str(backups.folder / "x.age"))
        assert "BACKUP_RECIPIENT is missing" in result.output
    assert not (backups.folder / "x.age").exists()


def test_who_was_erased_after_the_backup_is_erased_in_it(session, asker, backups, restored):
    session.get(Match, asker.proposal.id).status = MatchStatus.WITHDRAWN
    session.commit()
    file = backups.take()
    erase(session, Person.GUIDE, asker.guide.id, by_id=None, now=NOW)
    session.commit()
    listed = backups.folder / "erased.jsonl"
    assert backups.run("privacy", "erased", str(listed)).output == ""
    result = backups.restore(file, "--erased", str(listed))
    assert result.exit_code == 0, result.output
    assert "1 erased again, 1 in the list" in result.output
    assert restored(Guide, asker.guide.id).name == NOBODY


def test_nothing_is_restored_without_a_word_about_the_erased(asker, database, backups):
    """An empty file is what a shell leaves of the list when the database is gone."""
    file, empty, cut = backups.take(), backups.folder / "empty", backups.folder / "cut"
    empty.write_text("")
    cut.write_text('{"written_at": "2026-03-02T03:00:00+00:00", "erased": 1}\n')
    there = ("restore", str(file), "--into", backups.into, "--key", str(backups.key))
    result = backups.run(*there)
    assert (result.exit_code, "--nobody-erased" in result.output) == (2, True)
    for listed in (empty, cut):
        result = backups.run(*there, "--erased", str(listed))
        assert (result.exit_code, "no whole list" in result.output) == (1, True)
        assert _is_empty(backups)


def test_the_list_of_the_erased_stays_when_a_new_one_cannot_be_written(asker, backups, monkeypatch):
    listed = backups.folder / "erased.jsonl"
    assert backups.run("privacy", "erased", str(listed)).exit_code == 0
    before = listed.read_text()
    monkeypatch.setattr("app.commands.privacy.list_erasures", lambda _session: 1 / 0)
    assert backups.run("privacy", "erased", str(listed)).exit_code != 0
    assert listed.read_text() == before


def test_nobody_is_signed_in_to_what_was_restored(session, asker, backups, restored):
    """Who has signed out since, or lost a role, was signed in when the backup was taken."""
    seen = {"created_at": NOW, "seen_at": NOW}
    signed_in = UserSession(token_hash="a" * 64, user_id=asker.coordinator.id, **seen)
    session.add(signed_in)
    session.flush()
    town = asker.municipality.id
    for kind in (LinkKind.LOGIN, LinkKind.FEED, LinkKind.STATUS):
        issue_link(session, kind, asker.applicant.id, municipality_id=town, now=NOW)
    session.add(RecoveryCode(user_id=asker.coordinator.id, code_hash="x", made_at=NOW))
    session.commit()
    code_id = session.scalars(select(RecoveryCode.id)).one()
    links = {link.kind: link.id for link in session.scalars(select(Link))}
    result = backups.restore(backups.take())
    assert "signed out 1, and no recovery code works;" in result.output
    assert restored(RecoveryCode, code_id).used_at is not None
    assert restored(UserSession, signed_in.id) is None
    assert restored(Link, links[LinkKind.LOGIN]).revoked_at is not None
    assert restored(Link, links[LinkKind.FEED]).revoked_at is not None
    assert restored(Link, links[LinkKind.STATUS]).revoked_at is None


def test_a_copy_that_two_had_agreed_to_takes_them_anew(session, asker, backups, restored):
    """It may have been made since: with what was agreed then, one could make another alone."""
    two = people.coordinators(session, asker)
    people.name_them(session, two)
    household = people.register(session, two)
    household_id = household.id
    protected.ask_for_copy(session, two.first, household)
    protected.agree_to_copy(session, two.second, household)
    session.commit()
    backups.restore(backups.take())
    kept = restored(ProtectedHousehold, household_id)
    assert (kept.copy_asked_by_id, kept.copy_agreed_by_id) == (None, None)


def test_no_letter_leaves_by_itself_for_an_address_of_then(session, asker, backups, restored):
    """Who has corrected their number since has left the old telephone to somebody."""
    link = {"link": "https://guide.example/asker"}
    send_message(session, "status_link", To.guide(asker.guide), link, now=NOW)
    send_message(session, "looks_changed", To.staff(asker.coordinator), link, now=NOW)
    session.commit()
    letters = {row.addressee: row.id for row in session.scalars(select(OutgoingMessage))}
    result = backups.restore(backups.take())
    assert "letters  1 held back;" in result.output
    held = restored(OutgoingMessage, letters[Addressee.GUIDE])
    assert held.needs_somebody and may_be_sent_again(held)
    assert "backup" in str(why(held))
    assert restored(OutgoingMessage, letters[Addressee.STAFF]).status is MessageStatus.WAITING


def test_a_database_that_is_not_whole_is_told_of(session, asker, backups):
    session.get(Guide, asker.guide.id).places_taken = 1
    session.commit()
    result = backups.restore(backups.take())
    assert result.exit_code == 1
    assert f"WRONG    {asker.municipality.id}: guide {asker.guide.id}" in result.output


def test_another_secret_is_told_of_unless_the_old_one_is_still_believed(
    asker, backups, flask_app, monkeypatch
):
    file = backups.take()
    settings = flask_app.extensions["settings"]
    newer = replace(settings, SECRET_KEY="quite another secret, of more than 32 characters")
    monkeypatch.setitem(flask_app.extensions, "settings", newer)
    result = backups.restore(file)
    assert result.exit_code == 1
    assert "SECRET_KEY is another" in result.output
    rotated = replace(newer, SECRET_KEY_FALLBACKS=(settings.SECRET_KEY,))
    monkeypatch.setitem(flask_app.extensions, "settings", rotated)
    backups.empty()
    assert "SECRET_KEY is another" not in backups.restore(file).output


def test_beside_another_databases_writes_nothing_is_restored(asker, backups):
    if backups.into.startswith("sqlite"):
        path = Path(sa.make_url(backups.into).database)
        path.with_name(f"{path.name}-wal").write_bytes(b"")
    else:
        with sa.create_engine(backups.into, poolclass=sa.NullPool).begin() as connection:
            connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)"))
    assert "left alone" in backups.restore(backups.take()).output


def test_a_drill_tries_the_very_file_without_the_private_key(asker, backups, database):
    backups.key.rename(backups.folder / "elsewhere")
    into = () if database.url.startswith("sqlite") else ("--into", backups.into)
    file = backups.folder / "nightly.age"
    result = backups.run("drill", str(file), *into)
    assert result.exit_code == 0, result.output
    assert "sign-in  somebody of staff, with password and code" in result.output
    assert "newest   row" in result.output and "duration" in result.output
    assert _is_empty(backups)
    (backups.folder / "elsewhere").rename(backups.key)
    assert backups.restore(file).exit_code == 0
    result = backups.run("drill", *into)
    assert result.exit_code == (0 if database.url.startswith("sqlite") else 1)  # not ours to empty


def test_a_drill_leaves_passwords_as_they_are(flask_app, session, asker, backups, database):
    def passwords():
        with database.past_the_walls(flask_app).begin() as connection:
            return connection.execute(sa.text('SELECT id, password FROM "user"')).all()

    before = passwords()
    into = () if database.url.startswith("sqlite") else ("--into", backups.into)
    assert backups.run("drill", *into).exit_code == 0
    assert passwords() == before


def test_a_killed_backup_leaves_nothing_that_looks_whole(backups):
    target = backups.folder / "killed.age"
    with subprocess.Popen(
        [sys.executable, "-c", STUCK, str(target)], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGKILL)
    assert not target.exists()
    (left,) = [path for path in backups.folder.iterdir() if path.suffix == ".part"]
    assert left.name.startswith(".")
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    assert "no whole backup" in backups.restore(left).output


@pytest.mark.postgresql
def test_a_role_that_does_not_see_every_row_takes_no_backup(asker, backups, flask_app, monkeypatch):
    changed = replace(flask_app.extensions["settings"], BACKUP_DATABASE_URL="")
    monkeypatch.setitem(flask_app.extensions, "settings", changed)
    result = backups.run("backup", str(backups.folder / "x.age"))
    assert result.exit_code == 1
    assert "must see every row" in result.output
    assert list(backups.folder.glob("*.age")) == []


@pytest.mark.postgresql
def test_where_pg_dump_is_missing_it_says_so(asker, backups, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    result = backups.run("backup", str(backups.folder / "x.age"))
    assert "pg_dump is not installed here" in result.output


def _is_empty(backups) -> bool:
    url = sa.make_url(backups.into)
    if url.get_backend_name() == "sqlite":
        return not Path(url.database).exists()
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        return not sa.inspect(connection).get_table_names()
