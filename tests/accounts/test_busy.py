"""Signing in and out while the database is busy: told to come back, and nothing is used up."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.services import sessions
from tests.accounts.staff import Desk, is_signed_in, letters_to, path_in
from tests.cast import sign_in

BUSY_AT = pytest.mark.parametrize(
    ("owner", "name"), [(sessions, "open_session"), (Session, "commit")], ids=["insert", "commit"]
)


def fail(*_args, **_kwargs):
    raise OperationalError("insert", {}, sqlite3.OperationalError("database is locked"))


def assert_asks_to_come_back(answer):
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@BUSY_AT
def test_a_link_is_not_used_up(client, asker, session, monkeypatch, owner, name):
    client.post("/sign-in", data={"email": asker.guide_user.email})
    link = path_in(letters_to(session, asker.guide_user.email)[-1])
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, fail)
        assert_asks_to_come_back(client.post(link))
    assert not is_signed_in(client)
    assert client.post(link).status_code == 303
    assert is_signed_in(client)


@BUSY_AT
def test_a_code_is_not_used_up(client, asker, session, monkeypatch, owner, name):
    desk = Desk(client.application, session, asker)
    desk.type_password(client)
    code = desk.code()
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, fail)
        assert_asks_to_come_back(desk.type_code(client, code))
    assert not is_signed_in(client)
    assert desk.type_code(client, code).location == "/sign-in/done"
    assert is_signed_in(client)


def test_nobody_believes_to_be_signed_out_who_is_not(client, asker, monkeypatch):
    sign_in(client, asker.coordinator)
    with monkeypatch.context() as broken:
        broken.setattr(sessions, "end_session", fail)
        assert_asks_to_come_back(client.post("/sign-out"))
    assert is_signed_in(client)
