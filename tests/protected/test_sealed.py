"""The log of the two is sealed with the access log, and no seal tells that there is such a log."""

import datetime as dt
import hashlib
import json
import re

import pytest
import sqlalchemy as sa

from app import tenancy
from app.accounts.models import Look, LookSeal
from app.commands.looks import looks as command
from app.privacy.services.looks_chain import check_chain, seal_closed_hours
from app.privacy.services.looks_kept import forget_old_looks, kept_since
from app.protected.models import HouseholdPage, ProtectedLook
from tests.privacy.looks import make_look, tamper

START = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
THEIRS = (10, 80, 81, 130)  # minutes past the start; two of them in an hour without other looks
CHANGES = (
    "DELETE FROM protected_look WHERE id = '{look}'",
    "DELETE FROM protected_look",
    "UPDATE protected_look SET user_id = id WHERE id = '{look}'",
    "UPDATE protected_look SET household_id = id WHERE id = '{look}'",
    "UPDATE protected_look SET page = 'copy' WHERE id = '{look}'",
    "UPDATE protected_look SET at = '2026-11-20 10:20:00.000001' WHERE id = '{look}'",
)


def look_at_household(session, town, at, **changes):
    values = {"user_id": town.coordinator.id, "page": HouseholdPage.LIST} | changes
    row = ProtectedLook(at=at, **values)
    session.add(row)
    session.flush()
    return row


def ordinary_looks(session, town):
    for minutes in (0, 20, 125, 190):
        make_look(session, town, at=START + minutes * MINUTE)


@pytest.fixture
def sealed(session, asker):
    """Three hours of the access log with an empty one between, and looks of the two among them."""
    ordinary_looks(session, asker)
    for minutes in THEIRS:
        look_at_household(session, asker, START + minutes * MINUTE)
    seal_closed_hours(session, now=START + 5 * HOUR)
    session.commit()
    return session


def chain_of(session, **how):
    session.expire_all()
    return check_chain(session, kept_since=START - DAY, **how)


def one_of_theirs(session):
    found = session.scalars(sa.select(ProtectedLook).where(ProtectedLook.at == START + 80 * MINUTE))
    key = found.one().id
    session.commit()
    return key.hex if session.get_bind().dialect.name == "sqlite" else str(key)


@pytest.mark.parametrize("statement", CHANGES)
def test_whatever_is_changed_or_taken_away_is_found(sealed, asker, flask_app, database, statement):
    assert chain_of(sealed).holds
    assert chain_of(sealed, since=START + 2 * HOUR).holds
    tamper(database, flask_app, statement, look=one_of_theirs(sealed))
    assert START + 2 * HOUR in chain_of(sealed).broken
    assert START + 2 * HOUR in chain_of(sealed, since=START + 2 * HOUR).broken
    sealed.commit()
    told = flask_app.test_cli_runner().invoke(command, ["check"])
    assert told.exit_code == 1
    assert "CHANGED in the hour from 2026-11-20 11:00 UTC" in told.output


def test_a_look_written_into_the_past_is_found(sealed, asker):
    look_at_household(sealed, asker, START + 70 * MINUTE)
    assert chain_of(sealed).broken == (START + 2 * HOUR,)


def test_a_look_after_the_last_seal_waits_for_the_next(sealed, asker):
    look_at_household(sealed, asker, START + 6 * HOUR)
    assert chain_of(sealed).holds
    seal_closed_hours(sealed, now=START + 8 * HOUR)
    assert chain_of(sealed).sealed == 3  # alone it makes no seal
    make_look(sealed, asker, at=START + 9 * HOUR)
    seal_closed_hours(sealed, now=START + 11 * HOUR)
    assert chain_of(sealed).holds
    sealed.commit()
    look_at_household(sealed, asker, START + 7 * HOUR)
    assert chain_of(sealed).broken == (START + 9 * HOUR,)


@pytest.mark.parametrize("statement", ["UPDATE protected_look SET page = 'copy'", CHANGES[1]])
def test_nobody_who_runs_the_site_changes_or_removes_one(sealed, asker, session_factory, statement):
    with session_factory() as own:
        tenancy.bind(own, asker.municipality.id)
        with pytest.raises(sa.exc.DBAPIError, match=r"permission denied|never changed"):
            own.connection().exec_driver_sql(statement)
    assert chain_of(sealed).holds
    assert sealed.scalar(sa.select(sa.func.count(ProtectedLook.id))) == len(THEIRS)


def without_hashes(text):
    return re.sub(r"[0-9a-f]{64}", "…", text)


def test_the_seals_tell_nobody_that_the_two_have_looked(
    sealed, asker, baerum, baerum_session, flask_app
):
    """Bærum has the same looks, and no such households: what can be read is the same, but hashes."""
    ordinary_looks(baerum_session, baerum)
    seal_closed_hours(baerum_session, now=START + 5 * HOUR)
    baerum_session.commit()
    here = chain_of(sealed)
    sealed.commit()
    there = chain_of(baerum_session)
    assert here.head != there.head
    assert (here.sealed, here.rows, here.until) == (there.sealed, there.rows, there.until)
    columns = (LookSeal.hour, LookSeal.row_count, LookSeal.sealed_at, LookSeal.covers_all)
    seals = sa.select(*columns).order_by(LookSeal.hour)
    rows = baerum_session.execute(seals).all()
    baerum_session.commit()
    assert sealed.execute(seals).all() == rows
    sealed.commit()
    told = flask_app.test_cli_runner().invoke(command, ["check"]).output.splitlines()
    asker_line, baerum_line = sorted(without_hashes(line) for line in told)
    assert asker_line.removeprefix("asker ").strip() == baerum_line.removeprefix("baerum").strip()


def test_a_change_is_told_as_any_other_change(sealed, flask_app, database):
    """Whether a look of the two is gone or one of the access log, the hour is the same."""
    tamper(database, flask_app, CHANGES[0], look=one_of_theirs(sealed))
    theirs = chain_of(sealed)
    sealed.commit()
    tamper(database, flask_app, "DELETE FROM access_log WHERE at > '2026-11-20 11:00:00'")
    assert set(theirs.broken) < set(chain_of(sealed).broken)
    assert theirs.rows == chain_of(sealed).rows


def as_once_sealed(look, hour):
    """Hash an hour with one look as it was when the access log was all that was sealed."""
    values = [look.at.isoformat(), str(look.user_id), ["coordinator"], "view", "family"]
    values += [str(look.record_id), None, "families.show", "", None, "shown"]
    values += [str(look.request_id), str(look.municipality_id), str(look.id)]
    return hashlib.sha256(f" {hour.isoformat()}\n{json.dumps(values)}".encode()).hexdigest()


def test_seals_from_before_hold_beside_looks_that_they_do_not_cover(session, asker):
    look = make_look(session, asker, at=START)
    look_at_household(session, asker, START + MINUTE)
    own = as_once_sealed(look, START)
    session.add(
        LookSeal(hour=START, row_count=1, previous_hash="", own_hash=own, sealed_at=START + HOUR)
    )
    session.flush()
    make_look(session, asker, at=START + 3 * HOUR)
    look_at_household(session, asker, START + 2 * HOUR)
    seal_closed_hours(session, now=START + 5 * HOUR)
    assert chain_of(session).holds
    look_at_household(session, asker, START + 2 * HOUR + MINUTE)
    assert chain_of(session).broken == (START + 3 * HOUR,)


def test_looks_of_the_two_go_with_the_access_log_and_the_chain_holds(session, asker, baerum):
    now = dt.datetime.now(dt.UTC)
    cut = kept_since(now)
    make_look(session, asker, at=cut - 3 * DAY)
    look_at_household(session, asker, cut - 2 * DAY)
    look_at_household(session, asker, cut + 2 * DAY)  # sealed with the one that is gone
    for days in (3, 5):
        make_look(session, asker, at=cut + days * DAY)
        look_at_household(session, asker, cut + days * DAY)
    seal_closed_hours(session, now=now)
    session.commit()
    assert forget_old_looks(session, now=now) == 1  # of the access log: no number tells of others
    session.commit()
    kept = session.scalars(sa.select(ProtectedLook.at).order_by(ProtectedLook.at)).all()
    assert kept == [cut + days * DAY for days in (2, 3, 5)]
    assert len(session.scalars(sa.select(Look)).all()) == len((3, 5))
    assert check_chain(session, kept_since=cut).holds
    session.commit()
    look_at_household(session, asker, cut + 4 * DAY)
    assert not check_chain(session, kept_since=cut).holds
