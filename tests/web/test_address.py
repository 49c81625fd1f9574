"""Behind TLS nothing that a request says of its host finds its way into an address."""

import dataclasses
import re

import pytest

from app.database import engine_of
from app.factory import create_app


@pytest.fixture
def behind_tls(flask_app, asker):
    settings = dataclasses.replace(
        flask_app.extensions["settings"],
        BASE_URL="https://guide.example.no",
        SESSION_COOKIE_SECURE=True,
    )
    app = create_app(settings)
    yield app.test_client()
    engine_of(app.extensions["session_factory"]).dispose()


A_YEAR = 365 * 24 * 3600
OTHER_NAMES = [
    "evil.example",
    "evil.example:443",
    "guide.example.no.evil.example",
    "guide.example.no@evil.example",
    "localhost.evil.example",
    "10.0.0.7",
    "[",
]


@pytest.mark.parametrize("host", ["guide.example.no", "GUIDE.example.no:443", "127.0.0.1:8000"])
def test_redirects_stay_at_home_and_on_tls(behind_tls, host):
    response = behind_tls.get("/asker", headers={"Host": host})
    assert response.status_code == 308
    assert response.location == "https://guide.example.no/asker/"


@pytest.mark.parametrize("host", OTHER_NAMES)
@pytest.mark.parametrize("path", ["/asker/", "/asker", "/sign-in", "/nowhere-at-all"])
def test_a_request_for_another_name_is_refused(behind_tls, host, path):
    response = behind_tls.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert response.text == "This site answers at https://guide.example.no\n"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", OTHER_NAMES)
def test_it_is_refused_without_tls_too_and_a_form_with_it(client, asker, host):
    assert client.get("/asker/", headers={"Host": host}).status_code == 400
    assert client.post("/sign-in", data={}, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8407", "127.0.0.1:8407", "[::1]:8407"])
def test_this_machine_may_always_ask(client, asker, host):
    assert client.get("/asker/", headers={"Host": host}).status_code == 200


def test_names_in_the_settings_may_ask_too(flask_app, asker):
    settings = dataclasses.replace(
        flask_app.extensions["settings"], TRUSTED_HOSTS="web.internal other.example.no"
    )
    app = create_app(settings)
    asked = app.test_client().get("/asker/", headers={"Host": "web.internal:8000"})
    assert asked.status_code == 200
    engine_of(app.extensions["session_factory"]).dispose()


def test_browsers_are_told_to_stay_on_tls(behind_tls):
    response = behind_tls.get("/?lang=nn")
    told = response.headers["Strict-Transport-Security"]
    assert re.fullmatch(r"max-age=(\d+); includeSubDomains", told)
    assert int(re.search(r"\d+", told)[0]) >= A_YEAR
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


def test_a_cookie_can_be_set_by_this_host_alone(behind_tls):
    """`__Host-`: Secure, for the whole site, and for no sub-domain; no script reads it."""
    cookies = []
    for page in ("/sign-in", "/asker/sign-up/about-you", "/?lang=nn"):
        cookies += behind_tls.get(page).headers.getlist("Set-Cookie")
    assert len({cookie.split("=")[0] for cookie in cookies}) >= 2
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-"), cookie
        assert parts >= {"secure", "httponly", "path=/", "samesite=lax"}, cookie
        assert not any(part.startswith("domain") for part in parts), cookie
        assert len(cookie.split(";")[0]) < 4096
