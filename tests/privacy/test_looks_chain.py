"""The chain over the access log shows every change that it should show."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.accounts.models import Look, LookSeal
from app.privacy.services.looks_chain import check_chain, seal_closed_hours
from app.privacy.services.looks_kept import forget_old_looks, kept_since
from tests.privacy.looks import make_look, tamper

START = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
ALL_KEPT = START - dt.timedelta(days=1)


@pytest.fixture
def sealed(session, asker):
    """Six looks in three hours, the second hour empty, sealed."""
    for minutes in (0, 20, 59, 120, 121, 185):
        make_look(session, asker, at=START + minutes * MINUTE)
    seal_closed_hours(session, now=START + 5 * HOUR)
    session.commit()
    return session


def chain_of(session):
    session.expire_all()
    return check_chain(session, kept_since=ALL_KEPT)


def test_closed_hours_are_sealed_each_with_the_one_before(sealed):
    seals = sealed.scalars(select(LookSeal).order_by(LookSeal.hour)).all()
    assert [(s.hour - START, s.row_count) for s in seals] == [
        (0 * HOUR, 3),
        (2 * HOUR, 2),
        (3 * HOUR, 1),
    ]
    assert [s.previous_hash for s in seals] == ["", seals[0].own_hash, seals[1].own_hash]
    chain = chain_of(sealed)
    assert chain.holds
    assert (chain.sealed, chain.rows, chain.head) == (3, 6, seals[2].own_hash)
    assert chain.until == START + 4 * HOUR


def test_sealing_again_adds_nothing(sealed):
    seal_closed_hours(sealed, now=START + 5 * HOUR)
    assert sealed.scalar(select(func.count(LookSeal.id))) == 3


def test_an_hour_waits_until_no_row_of_it_can_still_come(session, asker):
    make_look(session, asker, at=START + 59 * MINUTE)
    assert seal_closed_hours(session, now=START + 70 * MINUTE) is None
    assert seal_closed_hours(session, now=START + 75 * MINUTE).row_count == 1


def test_the_next_hours_go_on_from_the_last_seal(sealed, asker):
    make_look(sealed, asker, at=START + 6 * HOUR)
    seal_closed_hours(sealed, now=START + 8 * HOUR)
    assert chain_of(sealed).holds
    assert chain_of(sealed).sealed == 4


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM access_log WHERE id = '{look}'",
        "UPDATE access_log SET user_id = NULL WHERE id = '{look}'",
        "UPDATE access_log SET record_id = '{look}' WHERE id = '{look}'",
        "UPDATE access_log SET what = 'list' WHERE id = '{look}'",
        "UPDATE access_log SET page = 'other' WHERE id = '{look}'",
        "UPDATE access_log SET roles = '' WHERE id = '{look}'",
        "UPDATE access_log SET at = '2026-11-20 11:02:00.000001' WHERE id = '{look}'",
        "UPDATE access_log SET outcome = 'nothing_found' WHERE id = '{look}'",
        "DELETE FROM access_log_seal WHERE id = '{seal}'",
        "UPDATE access_log_seal SET own_hash = previous_hash WHERE id = '{seal}'",
        "UPDATE access_log_seal SET row_count = 7 WHERE id = '{seal}'",
    ],
)
def test_whatever_is_changed_or_taken_away_breaks_it(sealed, asker, flask_app, database, statement):
    look = sealed.scalars(select(Look).where(Look.at == START + 120 * MINUTE)).one()
    seal = sealed.scalars(select(LookSeal).where(LookSeal.hour == START + 2 * HOUR)).one()
    sealed.commit()
    sqlite = sealed.get_bind().dialect.name == "sqlite"
    ids = {"look": look.id, "seal": seal.id}
    tamper(database, flask_app, statement, **{k: v.hex if sqlite else v for k, v in ids.items()})
    chain = chain_of(sealed)
    assert not chain.holds
    assert set(chain.broken) <= {START + 2 * HOUR, START + 3 * HOUR}


def test_a_whole_hour_taken_away_with_its_seal_breaks_it(sealed, flask_app, database):
    sealed.commit()
    for table, column in (("access_log", "at"), ("access_log_seal", "hour")):
        tamper(
            database,
            flask_app,
            f"DELETE FROM {table} WHERE {column} >= '2026-11-20 11:00' "
            f"AND {column} < '2026-11-20 12:00'",
        )
    assert chain_of(sealed).broken == (START + 3 * HOUR,)


def test_a_row_written_into_the_past_breaks_it(sealed, asker):
    make_look(sealed, asker, at=START + 90 * MINUTE)  # an hour that was empty when it was passed
    assert chain_of(sealed).broken == (START + HOUR,)
    make_look(sealed, asker, at=START + 10 * MINUTE)
    assert chain_of(sealed).broken == (START, START + HOUR)


def test_the_end_cut_off_is_seen_by_the_hash_that_was_written_down(sealed, flask_app, database):
    """What the chain itself cannot show: that is why its head leaves the machine each day."""
    head = chain_of(sealed).head
    sealed.commit()
    tamper(database, flask_app, "DELETE FROM access_log WHERE at >= '2026-11-20 12:00'")
    tamper(database, flask_app, "DELETE FROM access_log_seal WHERE hour >= '2026-11-20 12:00'")
    assert chain_of(sealed).holds
    assert chain_of(sealed).head != head


def test_two_chains_cannot_begin(sealed, asker):
    sealed.add(
        LookSeal(hour=START + HOUR, row_count=0, previous_hash="", own_hash="x", sealed_at=START)
    )
    with pytest.raises(IntegrityError):
        sealed.flush()


def test_each_municipality_has_its_own_chain(sealed, asker, baerum, baerum_session):
    make_look(baerum_session, baerum, at=START)
    seal_closed_hours(baerum_session, now=START + 5 * HOUR)
    assert check_chain(baerum_session, kept_since=ALL_KEPT).sealed == 1
    baerum_session.commit()
    assert chain_of(sealed).sealed == 3


def test_looks_go_after_24_months_and_their_seals_stay_whole(session, asker):
    now = dt.datetime.now(dt.UTC)
    old = now - dt.timedelta(days=740)
    for at in (old - HOUR, old, now - 3 * HOUR):
        make_look(session, asker, at=at)
    seal_closed_hours(session, now=now)
    session.commit()
    assert forget_old_looks(session, now=now) == 2
    session.commit()
    assert forget_old_looks(session, now=now) == 0
    assert session.scalars(select(Look.at)).all() == [now - 3 * HOUR]
    chain = check_chain(session, kept_since=kept_since(now))
    assert (chain.holds, chain.sealed, chain.rows) == (True, 3, 3)


def test_nothing_younger_goes_whatever_the_worker_asks(session, asker):
    make_look(session, asker, at=dt.datetime.now(dt.UTC) - dt.timedelta(days=700))
    session.commit()
    far = dt.datetime.now(dt.UTC) + dt.timedelta(days=4000)
    if session.get_bind().dialect.name == "postgresql":  # the function goes by its own clock
        assert forget_old_looks(session, now=far) == 0
    else:
        with pytest.raises(IntegrityError, match="never changed"):
            forget_old_looks(session, now=far)
    session.rollback()
    assert session.scalar(select(func.count(Look.id))) == 1


def test_the_looks_of_another_municipality_stay(session, asker, baerum, baerum_session):
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=800)
    make_look(baerum_session, baerum, at=old)
    baerum_session.commit()
    assert forget_old_looks(session, now=dt.datetime.now(dt.UTC)) == 0
    session.commit()
    assert tenancy.bound_municipality(baerum_session)
    assert baerum_session.scalar(select(func.count(Look.id))) == 1
