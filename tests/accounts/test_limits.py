"""How often something may be tried, and who is not shut out by that."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from app.accounts import limiting
from app.accounts.models import Attempt
from app.accounts.services import browsers, limits
from app.accounts.services.limits import RULES, Limit
from app.errors import TooOften
from app.web.origin import network
from tests.accounts.staff import PASSWORD, Desk, is_signed_in
from tests.cast import NOW
from tests.pages import post_page

PUBLIC = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def desk(flask_app, session, asker) -> Desk:
    return Desk(flask_app, session, asker)


def browser_from(app, address: str):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def attempts_of(session) -> list[Attempt]:
    session.rollback()
    rows = list(session.scalars(select(Attempt).order_by(Attempt.count)))
    session.expunge_all()
    session.rollback()
    return rows


def test_the_limits_are_those_that_are_documented():
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    told = {limit: (rule.most, rule.within) for limit, rule in RULES.items()}
    assert told[Limit.SIGN_IN] == (10, hour)
    assert told[Limit.SIGN_IN_FROM] == (20, hour)
    assert told[Limit.SIGN_UP_FROM] == (5, hour)
    assert told[Limit.SIGN_UP_AS] == (3, day)
    assert told[Limit.REVEAL] == (20, hour)
    assert told[Limit.EXPORT] == (5, day)
    assert set(told) == set(Limit)


def test_one_too_many_is_refused_until_the_time_is_over(session):
    def once(now):
        limits.count_attempt(session, Limit.EXPORT, "key", now=now)

    for hour in range(5):
        once(NOW + dt.timedelta(hours=hour))
    with pytest.raises(TooOften) as refusal:
        once(NOW + dt.timedelta(hours=23))
    assert refusal.value.until == NOW + dt.timedelta(days=1)
    limits.count_attempt(session, Limit.EXPORT, "another key", now=NOW)
    once(NOW + dt.timedelta(days=1))


def test_what_succeeded_counts_for_nothing(session):
    for _ in range(12):
        limits.count_attempt(session, Limit.SIGN_IN, "key", now=NOW)
        limits.take_back(session, ["key"])
    assert session.scalar(select(Attempt.count)) == 0


def test_attempts_are_forgotten_after_the_longest_limit(session):
    limits.count_attempt(session, Limit.EXPORT, "old", now=NOW)
    limits.count_attempt(session, Limit.EXPORT, "new", now=NOW + dt.timedelta(hours=23))
    limits.sweep_attempts(session, now=NOW + dt.timedelta(days=1))
    assert session.scalars(select(Attempt.key_hash)).all() == ["new"]


def test_thirty_at_once_are_thirty(session_factory, asker):
    def try_once(_number):
        try:
            with session_factory.begin() as session:
                limits.count_attempt(session, Limit.REVEAL, "key", now=NOW)
        except TooOften:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_once, range(30))) == 20


def test_nothing_of_who_tried_is_stored(client, desk, session):
    client.environ_base |= PUBLIC
    desk.type_password(client, "wrong")
    rows = attempts_of(session)
    assert len(rows) == 2
    for row in rows:
        assert len(row.key_hash) == 64
        assert desk.email not in row.key_hash and "203" not in f"{row.key_hash[:0]}"


def test_wrong_passwords_from_one_network_are_stopped_and_other_networks_are_not(
    flask_app, client, desk
):
    client.environ_base |= PUBLIC
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        for number in range(20):
            answer = {"email": f"person{number}@asker.example", "password": "wrong"}
            assert client.post("/sign-in/staff", data=answer).status_code == 422
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nb"
        page = post_page(client, "/sign-in/staff", answer, status=429)
        assert "2. mars" in page.main.text and "11" in page.main.text
        assert client.post("/sign-in/staff", data=answer).headers["Retry-After"] == "3600"
        assert desk.type_password(client).status_code == 429
        elsewhere = browser_from(flask_app, "203.0.113.8")
        assert desk.type_password(elsewhere).location == "/sign-in/code"
        clock.shift(3600)
        assert desk.type_password(client).location == "/sign-in/code"


def test_two_hundred_wrong_passwords_from_twenty_networks_keep_the_owner_in_and_others_out(
    flask_app, client, desk
):
    """The owner: in a browser known, and in a new one with password and code together."""
    desk.type_password(client)
    desk.type_code(client)
    client.post("/sign-out")
    statuses = set()
    for number in range(20):
        attacker = browser_from(flask_app, f"198.51.100.{number}")
        for attempt in range(10):
            statuses.add(desk.type_password(attacker, f"wrong {attempt}").status_code)
    assert statuses == {422}
    lucky = browser_from(flask_app, "198.51.100.77")
    assert desk.type_password(lucky).status_code == 422  # the right password, for once
    guess = {"email": desk.email, "password": PASSWORD, "code": "000000"}
    assert lucky.post("/sign-in/staff", data=guess).status_code == 422
    assert lucky.get("/sign-in/code").status_code == 302  # no step further
    assert not is_signed_in(lucky)
    # A browser in which the owner has signed in before notices nothing.
    assert desk.type_password(client).location == "/sign-in/code"
    assert desk.type_code(client, desk.code(steps=1)).location == "/sign-in/done"
    # A new one is asked for both.
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2), tick=False):
        fresh = browser_from(flask_app, "192.0.2.55")
        page = post_page(fresh, "/sign-in/staff", {"email": desk.email, "password": PASSWORD})
        assert page.select_one("input[name=code]")
        both = {"email": desk.email, "password": "wrong words", "code": desk.code()}
        post_page(fresh, "/sign-in/staff", both)
        both["password"] = PASSWORD
        assert fresh.post("/sign-in/staff", data=both).location == "/sign-in/done"
        assert is_signed_in(fresh)


def test_signing_in_counts_for_nothing(flask_app, client, desk):
    """Who signs in a dozen times an hour on a shared machine is not an attacker."""
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        for _ in range(12):
            client.delete_cookie("browser")
            assert desk.type_password(client).location == "/sign-in/code"
            assert desk.type_code(client).location == "/sign-in/done"
            client.post("/sign-out")
            clock.shift(60)


def test_a_stranger_is_asked_for_both_like_somebody_known(flask_app, client, desk):
    """Whether an address has an account cannot be read from the limit."""
    for email in (desk.email, "nobody@asker.example"):
        for _ in range(10):
            client.post("/sign-in/staff", data={"email": email, "password": "wrong"})
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        for code in ({}, {"code": "123456"}):
            page = post_page(
                client, "/sign-in/staff", {"email": email, "password": "wrong", **code}
            )
            assert page.select_one("input[name=code]")
        client.environ_base["REMOTE_ADDR"] = "192.0.2.2"


def test_a_known_browser_has_a_limit_too(client, desk):
    desk.type_password(client)
    desk.type_code(client)
    client.post("/sign-out")
    for _ in range(10):
        assert desk.type_password(client, "wrong").status_code == 422
    assert desk.type_password(client).status_code == 429


def test_a_browser_is_known_for_its_owner_only_and_not_for_ever(session, asker):
    coordinator, other = asker.coordinator.id, asker.caseworker.id
    assert not browsers.remember_browser(session, coordinator, "token", now=NOW)
    assert browsers.is_known_browser(session, coordinator, "token", now=NOW)
    assert not browsers.is_known_browser(session, other, "token", now=NOW)
    assert not browsers.is_known_browser(session, coordinator, "", now=NOW)
    later = NOW + browsers.KEPT_FOR
    assert not browsers.is_known_browser(session, coordinator, "token", now=later)
    assert browsers.remember_browser(session, coordinator, "another", now=NOW)
    assert not browsers.remember_browser(session, coordinator, "another", now=NOW)
    browsers.forget_browsers(session, coordinator)
    assert not browsers.is_known_browser(session, coordinator, "token", now=NOW)


def test_wrong_codes_are_limited_per_person(flask_app, client, desk):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        desk.type_password(client)
        for number in range(10):
            assert desk.type_code(client, f"00000{number}").status_code == 422
        assert desk.type_code(client).status_code == 429
        elsewhere = browser_from(flask_app, "192.0.2.9")
        desk.type_password(elsewhere)
        assert desk.type_code(elsewhere).status_code == 429
        clock.shift(3600)
        desk.type_password(client)
        assert desk.type_code(client).location == "/sign-in/done"


def test_letters_to_sign_in_by_are_limited_per_network(client, asker):
    for number in range(20):
        answer = client.post("/sign-in", data={"email": f"guide{number}@asker.example"})
        assert answer.location == "/sign-in/sent"
    assert client.post("/sign-in", data={"email": "x@asker.example"}).status_code == 429
    assert client.get("/sign-in").status_code == 200


def test_a_refused_request_counts_all_the_same(flask_app, session, asker):
    """What counts is kept, and what the request read and wrote is not."""
    with flask_app.test_request_context("/", method="POST", environ_base=PUBLIC):
        flask_app.preprocess_request()
        limiting.count(Limit.SIGN_UP_FROM)
        flask_app.process_response(flask_app.make_response(("no", 500)))
    assert [row.count for row in attempts_of(session)] == [1]


@pytest.mark.parametrize(
    ("remote", "said", "seen"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # anybody can say so
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, what", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("2001:db8:1:2233:4::5", "", "2001:db8:1:2200::/56"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_only_our_own_proxies_are_believed(flask_app, monkeypatch, remote, said, seen):
    ours = replace(flask_app.extensions["settings"], TRUSTED_PROXIES="127.0.0.1 10.0.0.0/8")
    monkeypatch.setitem(flask_app.extensions, "settings", ours)
    headers = {"X-Forwarded-For": said} if said else {}
    with flask_app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": remote}):
        assert network() == seen
