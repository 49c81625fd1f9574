import sqlite3
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy.exc
from bs4 import BeautifulSoup

from app import database
from app.accounts.services import sessions
from app.desk import queries
from app.matches.models import Match, MatchStatus
from tests.cast import sign_in
from tests.pages import check_page, get_page


class PostgresError(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def fail_with(monkeypatch, original):
    def fail(*_args, **_kwargs):
        raise sqlalchemy.exc.OperationalError("select 1", {}, original)

    monkeypatch.setattr(queries, "list_tasks", fail)


@pytest.mark.parametrize(
    "original",
    [
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("database or disk is full"),
        PostgresError("57P01"),
        PostgresError("08006"),
        PostgresError("55P03"),
        PostgresError("40P01"),
        PostgresError("53300"),
    ],
    ids=str,
)
def test_a_busy_database_asks_to_come_back(client, asker, monkeypatch, original):
    fail_with(monkeypatch, original)
    sign_in(client, asker.coordinator)
    response = client.get(asker.url("/desk"))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


def test_who_waits_in_vain_for_another_writer_is_told_so(
    client, asker, flask_app, monkeypatch, database_kind
):
    """The page that says so is drawn while the database is still busy."""
    if database_kind == "postgresql":
        pytest.skip("on PostgreSQL writers wait for rows, not for each other")
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", ("busy_timeout=50",))
    engine = database.engine_of(flask_app.extensions["session_factory"])
    engine.dispose()
    sign_in(client, asker.coordinator)
    with engine.connect() as another:
        another.exec_driver_sql("UPDATE municipality SET name = name")
        response = client.post(asker.url(f"/matches/{asker.proposal.id}/confirmation"))
        another.rollback()
    assert response.status_code == 503
    engine.dispose()


def test_a_browser_session_that_cannot_be_kept_hides_no_success(
    client, asker, monkeypatch, session
):
    sign_in(client, asker.coordinator)

    def fail(*_args, **_kwargs):
        raise sqlalchemy.exc.OperationalError(
            "", {}, sqlite3.OperationalError("database is locked")
        )

    monkeypatch.setattr(sessions, "keep_session", fail)
    path = asker.url(f"/matches/{asker.proposal.id}/confirmation")
    assert client.post(path).status_code == 303
    assert session.get(Match, asker.proposal.id).status == MatchStatus.GUIDE_ASKED


@pytest.mark.parametrize(
    "original",
    [sqlite3.OperationalError('near "SELEC": syntax error'), PostgresError("42601")],
    ids=str,
)
def test_a_wrong_statement_is_never_called_busy(client, asker, monkeypatch, original):
    fail_with(monkeypatch, original)
    sign_in(client, asker.coordinator)
    with pytest.raises(sqlalchemy.exc.OperationalError):
        client.get(asker.url("/desk"))


def test_what_is_not_there_gets_a_page_in_the_readers_language(client, asker):
    page = get_page(client, "/asker/no/such/page?lang=nn", status=404)
    assert page.html["lang"] == "nn"


def test_a_form_without_its_token_is_refused(armed, asker):
    client = armed.test_client()
    assert client.post("/sign-in", data={"email": "a@b.example"}).status_code == 400


def test_a_form_sent_after_signing_out_asks_to_sign_in_and_come_back(armed, asker):
    client = armed.test_client()
    page = asker.url(f"/families/{asker.family.id}/candidates?page=1")
    sent = {"headers": {"Referer": f"http://localhost{page}"}}
    url = asker.url(f"/families/{asker.family.id}/candidates/{asker.guide.id}?lang=en")
    answer = BeautifulSoup(client.post(url, **sent).text, "html.parser")
    assert answer.h1.text == "You are signed out"
    link = answer.select_one("main a.ds-button")["href"]
    assert parse_qs(urlsplit(link).query)["next"] == [page]
    sign_in(client, asker.coordinator)
    answer = BeautifulSoup(client.post(url, **sent).text, "html.parser")
    assert answer.h1.text == "This page was open for too long"
    assert answer.select_one("main a.ds-button")["href"] == page


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/staff"])
def test_a_sign_in_sent_too_late_is_shown_again_with_what_was_typed(armed, asker, path):
    client = armed.test_client()
    sent = {"email": "a@b.example", "password": "s3cret"}
    answer = client.post(f"{path}?lang=en", data=sent)
    page = check_page(answer, 400)
    assert "open for too long" in page.select_one("#error-summary").text
    assert page.select_one("input[name=email]")["value"] == "a@b.example"
    assert "s3cret" not in answer.text
    token = page.select_one("main input[name=csrf_token]")["value"]
    again = client.post(path, data=sent | {"csrf_token": token})
    assert again.status_code in {303, 422}  # read, whatever becomes of it
    foreign = client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert "a@b.example" not in foreign.text


def test_a_page_of_another_site_is_not_what_is_opened_again(armed, asker):
    sent = {"headers": {"Referer": "http://localhost//evil.example/x"}}
    answer = armed.test_client().post("/sign-out", **sent)
    assert BeautifulSoup(answer.text, "html.parser").select_one("main a.ds-button")["href"] == (
        "/evil.example/x"
    )


@pytest.mark.parametrize("referrer", ["https://evil.example/asker/desk", "", "//evil.example/x"])
def test_nobody_is_sent_to_another_site_after_signing_in(armed, asker, referrer):
    url = asker.url(f"/families/{asker.family.id}/candidates/{asker.guide.id}")
    answer = armed.test_client().post(url, headers={"Referer": referrer})
    assert "evil" not in answer.text


class PostgresRefusal(Exception):
    """What psycopg says: it quotes the row."""

    sqlstate = "23505"

    def __init__(self):
        super().__init__("duplicate key\nDETAIL: Key (email)=(secret@post.example) already exists.")


def test_what_the_database_quotes_never_reaches_the_log(
    flask_app, client, asker, monkeypatch, caplog
):
    def refuse(*_args, **_kwargs):
        raise sqlalchemy.exc.IntegrityError("insert", {}, PostgresRefusal())

    monkeypatch.setattr(queries, "list_tasks", refuse)
    monkeypatch.setitem(flask_app.config, "TESTING", False)
    sign_in(client, asker.coordinator)
    response = client.get(asker.url("/desk"))
    assert response.status_code == 409
    assert "desk.show" in caplog.text
    assert "secret@post.example" not in caplog.text + response.text


def test_a_fault_is_logged_by_its_view_and_not_by_its_address(
    flask_app, client, asker, monkeypatch, caplog
):
    def fail(*_args, **_kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(queries, "list_tasks", fail)
    monkeypatch.setitem(flask_app.config, "TESTING", False)
    sign_in(client, asker.coordinator)
    assert client.get(asker.url("/desk?secret=token")).status_code == 500
    assert "fault at desk.show" in caplog.text
    assert "secret=token" not in caplog.text
