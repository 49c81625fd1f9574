"""A provider that does not answer breaks nothing: there is another way in, and nobody waits."""

import dataclasses
import datetime as dt
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from app.accounts.models import Attempt, IdentityKind
from app.accounts.oidc import client as talk
from app.accounts.oidc.client import Client, ProviderAway, Untrusted
from tests.accounts.staff import Desk, is_signed_in
from tests.oidc.conftest import provider_of
from tests.pages import check_page

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
START = {"provider": "asker"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(talk, "TIMEOUT_SECONDS", (0.3, 0.3))


def nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize("how", ["is down", "hangs", "answers 503"])
def test_the_page_says_so_and_offers_the_other_way(doors, far_side, client, how):
    if how == "is down":
        away = dataclasses.replace(doors["asker"].provider, issuer=nobody_listens())
        doors["asker"] = Client(away)
    else:
        far_side.next(away=how)
    answer = client.post("/sign-in/provider", data=START)
    page = check_page(answer, 503)
    assert answer.headers["Retry-After"] == "60"
    assert page.select_one("main a[href='/sign-in/staff']")


@pytest.mark.parametrize("how", ["hangs", "answers 503"])
def test_away_on_the_way_back_it_lets_nobody_in(bound, walker, client, far_side, how):
    back = walker.sign_in_there(walker.leave("/sign-in/provider"))
    far_side.next(away=how)
    check_page(client.get(back), 503)
    assert not is_signed_in(client)


def test_the_other_way_in_works_meanwhile(flask_app, doors, asker, session, far_side, client):
    far_side.next(away="answers 503")
    desk = Desk(flask_app, session, asker)
    assert client.post("/sign-in/provider", data=START).status_code == 503
    desk.type_password(client)
    desk.type_code(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("path", ["/sign-in/provider", "/me/identities"])
def test_nobody_waits_for_the_database_meanwhile(
    bound, walker, client, session_factory, monkeypatch, path
):
    """Each call to the provider is a moment at which somebody else writes."""
    written = []

    def write(*_args, **_values):
        with session_factory.begin() as database:
            database.connection().exec_driver_sql("SELECT 1")
            row = Attempt(key_hash=f"{len(written):064}", since=NOW, count=1)
            database.add(row)
        written.append(row)

    for name in ("way_there", "redeem"):
        original = getattr(Client, name)

        def first_write(self, *args, original=original, **values):
            write()
            return original(self, *args, **values)

        monkeypatch.setattr(Client, name, first_write)
    walker.go()
    if path != "/sign-in/provider":
        assert walker.go(path).location == "/me"
    assert len(written) == (2 if path == "/sign-in/provider" else 4)


def described_as(monkeypatch, **changes) -> None:
    read = Client._read
    monkeypatch.setattr(Client, "_read", lambda self, address: read(self, address) | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_description_that_is_another_ones_leads_nowhere(doors, client, monkeypatch, changes):
    described_as(monkeypatch, **changes)
    assert client.post("/sign-in/provider", data=START).status_code == 503


def test_a_wrong_secret_lets_nobody_in(bound, doors, walker, client):
    provider = dataclasses.replace(doors["asker"].provider, client_secret="another")
    doors["asker"] = Client(provider)
    assert walker.go().status_code == 403
    assert not is_signed_in(client)


def test_without_a_file_nobody_is_asked_and_nothing_is_offered(client, flask_app, asker):
    assert flask_app.extensions["oidc"] == {}
    assert client.post("/sign-in/provider", data=START).status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


def test_answers_have_an_end(far_side, monkeypatch):
    monkeypatch.setattr(talk, "LARGEST_ANSWER", 100)
    client = Client(provider_of(far_side, IdentityKind.STAFF))
    secrets = talk.Secrets("s" * 43, "n" * 43, "v" * 43)
    with pytest.raises(ProviderAway):
        client.way_there(secrets, return_url="http://localhost", fresh=False, now=NOW)
    assert issubclass(Untrusted, Exception)


@pytest.fixture
def sends_on():
    """A provider that answers at each address of `sends_on.astray` with the way to another site."""
    asked, astray = [], set()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path in astray:
                self.send_response(307)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                return
            places = {name: f"{server.issuer}/{name}" for name in talk.ENDPOINTS}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(places | {"issuer": server.issuer}).encode())

        do_POST = do_GET  # noqa: N815 (the library's name)

        def log_message(self, *_args):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as http:
        server = SimpleNamespace(
            issuer=f"http://127.0.0.1:{http.server_port}", asked=asked, astray=astray
        )
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield server
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token_endpoint"])
def test_nobody_else_is_asked_because_an_answer_says_so(sends_on, path):
    """What goes to the second address is a code with our secret."""
    sends_on.astray.add(path)
    client = Client(provider_of(sends_on, IdentityKind.STAFF))
    secrets = talk.Secrets("s" * 43, "n" * 43, "v" * 43)
    with pytest.raises(ProviderAway):
        client.redeem("code", secrets, return_url="http://localhost", now=NOW)
    assert sends_on.asked[-1] == path
    assert "/elsewhere" not in sends_on.asked
