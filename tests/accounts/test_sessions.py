"""Browser sessions: what the cookie is worth, and for how long."""

import datetime as dt
import sqlite3

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.accounts import services
from app.accounts.models import UserSession
from app.accounts.services import sessions
from tests.cast import sign_in
from tests.pages import get_page

COOKIE = "session"
INSIDE = "/sign-in/done"


def token(client) -> str:
    return client.get_cookie(COOKIE).value


def is_signed_in(client) -> bool:
    return client.get(INSIDE).location != "/sign-in?next=/sign-in/done"


def count_rows(session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(UserSession))
    session.rollback()  # on SQLite whoever holds a transaction keeps the client waiting
    return count


def only_row(session) -> UserSession:
    session.rollback()
    session.expire_all()
    row = session.scalars(select(UserSession)).one()
    session.expunge(row)
    session.rollback()
    return row


def test_the_cookie_holds_nothing_to_read_and_the_row_no_token(client, asker, session):
    sign_in(client, asker.coordinator)
    cookie = client.get_cookie(COOKIE)
    assert cookie.http_only and cookie.same_site == "Lax"
    assert len(cookie.value) == 43
    row = only_row(session)
    assert row.user_id == asker.coordinator.id
    assert row.token_hash == services.hash_token(cookie.value)


def test_a_copied_cookie_is_dead_after_signing_out(flask_app, client, asker, session):
    sign_in(client, asker.coordinator)
    thief = flask_app.test_client()
    thief.set_cookie(COOKIE, token(client))
    assert is_signed_in(thief)
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie(COOKIE) is None
    assert not is_signed_in(thief)
    assert count_rows(session) == 0


def test_a_planted_token_is_never_the_one_that_is_signed_in(flask_app, client, asker):
    planted = "A" * 43
    client.set_cookie(COOKIE, planted)
    sign_in(client, asker.coordinator)
    assert is_signed_in(client) and token(client) != planted
    attacker = flask_app.test_client()
    attacker.set_cookie(COOKIE, planted)
    assert not is_signed_in(attacker)


def test_visitors_leave_no_rows_and_their_forms_still_work(armed, asker, session):
    client = armed.test_client()
    page = get_page(client, "/sign-in/staff")
    assert count_rows(session) == 0
    assert client.get_cookie(COOKIE)
    form = {"csrf_token": page.select_one("input[name=csrf_token]")["value"]}
    assert client.post("/sign-in/staff", data=form).status_code == 422
    other = armed.test_client()
    assert other.post("/sign-in/staff", data=form).status_code == 400
    assert client.post("/sign-in/staff").status_code == 400


def test_signing_out_needs_the_forms_token(armed, asker):
    client = armed.test_client()
    sign_in(client, asker.coordinator)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/sign-out", follow_redirects=True).status_code == 404
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("who", "idle", "whole"),
    [
        ("coordinator", dt.timedelta(minutes=30), dt.timedelta(hours=10)),
        ("guide_user", dt.timedelta(days=14), dt.timedelta(days=30)),
    ],
)
def test_sessions_end_when_left_alone_and_when_old(client, asker, who, idle, whole):
    start = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, getattr(asker, who))
        clock.shift(idle - dt.timedelta(seconds=1))
        assert is_signed_in(client)
        clock.shift(idle)
        assert not is_signed_in(client)

        sign_in(client, getattr(asker, who))
        since = clock_now = start
        while clock_now - since < whole - idle:
            clock.shift(idle - dt.timedelta(seconds=1))
            clock_now += idle - dt.timedelta(seconds=1)
            assert is_signed_in(client)
        clock.shift(idle - dt.timedelta(seconds=1))
        assert not is_signed_in(client)


def test_whoever_runs_the_site_signs_everybody_out_at_once(flask_app, asker, baerum, session):
    browsers = [flask_app.test_client() for _ in range(3)]
    for browser, user in zip(
        browsers, (asker.coordinator, asker.coordinator, baerum.guide_user), strict=True
    ):
        sign_in(browser, user)
    result = flask_app.test_cli_runner().invoke(args=["accounts", "sign-out-everybody"])
    assert result.output == "2 people were signed in. Nobody is now.\n"
    assert not any(is_signed_in(browser) for browser in browsers)


def test_what_is_over_is_swept(client, flask_app, asker, session):
    with time_machine.travel(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), tick=False) as clock:
        with client.session_transaction() as browser:
            browser["note"] = "a visitor's"
        sign_in(flask_app.test_client(), asker.guide_user)
        assert count_rows(session) == 2
        clock.shift(dt.timedelta(hours=2))
        sign_in(flask_app.test_client(), asker.coordinator)
        assert count_rows(session) == 2
        clock.shift(dt.timedelta(days=15))
        services.sweep_sessions(session, now=dt.datetime.now(dt.UTC))
        session.commit()
        assert count_rows(session) == 0


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(client, asker, session):
    sign_in(client, asker.coordinator)
    with client.session_transaction() as browser:
        browser["note"] = "kept by a slow request"
        services.end_sessions(session, asker.coordinator.id)
        session.commit()
    assert count_rows(session) == 0
    assert not is_signed_in(client)


def test_a_database_that_cannot_answer_is_said_so(client, asker, monkeypatch):
    sign_in(client, asker.coordinator)
    kept = token(client)

    def fail(*_args, **_kwargs):
        raise OperationalError("select", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(sessions, "find_session", fail)
        get_page(client, "/asker/staff", status=503)
    assert token(client) == kept
    assert is_signed_in(client)


def test_a_page_in_use_keeps_its_session_without_a_write_each(client, asker, count_queries):
    with time_machine.travel(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), tick=False) as clock:
        sign_in(client, asker.coordinator)
        with count_queries() as sent:
            client.get("/me")
            clock.shift(dt.timedelta(seconds=50))
            client.get("/me")
        assert not [s for s in sent if not s.startswith("SELECT")]
        clock.shift(dt.timedelta(seconds=50))
        with count_queries() as sent:
            client.get("/me")
        assert [s.split()[0] for s in sent if not s.startswith("SELECT")] == ["UPDATE"]


@pytest.mark.parametrize("value", ["", "x", "A" * 42, "A" * 44, "../" * 15, "%00" * 14, "é" * 43])
def test_a_cookie_that_is_no_token_is_nobody(client, asker, value):
    client.set_cookie(COOKIE, value)
    assert client.get(INSIDE).status_code == 303
