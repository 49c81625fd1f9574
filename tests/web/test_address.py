"""Behind TLS nothing that a request says of its host finds its way into an address."""

import dataclasses

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


@pytest.mark.parametrize("host", ["guide.example.no", "evil.example", "evil.example:80", "["])
def test_redirects_stay_at_home_and_on_tls(behind_tls, host):
    response = behind_tls.get("/asker", headers={"Host": host})
    assert response.status_code == 308
    assert response.location == "https://guide.example.no/asker/"


def test_browsers_are_told_to_stay_on_tls(behind_tls):
    response = behind_tls.get("/?lang=nn")
    assert "max-age" in response.headers["Strict-Transport-Security"]
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))
