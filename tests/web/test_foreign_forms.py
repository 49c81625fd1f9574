"""A form that another site sends is refused, whatever else it carries."""

import pytest
from sqlalchemy import select

from app.accounts.models import Link
from tests.cast import sign_in

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"},  # the same name, without or with TLS, is another origin
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
OURS = [
    {},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_elsewhere_is_refused_and_writes_nothing(client, asker, session, headers):
    before = session.scalars(select(Link.id)).all()
    session.rollback()
    answer = client.post("/sign-in", data={"email": asker.guide_user.email}, headers=headers)
    assert answer.status_code == 400
    assert session.scalars(select(Link.id)).all() == before


@pytest.mark.parametrize("headers", FOREIGN)
def test_it_is_refused_before_anybody_is_asked_who_they_are(client, asker, headers):
    url = asker.url(f"/guides/{asker.applicant.id}/contacted")
    unknown = client.post(url, headers=headers)
    sign_in(client, asker.coordinator)
    assert (unknown.status_code, client.post(url, headers=headers).status_code) == (400, 400)


@pytest.mark.parametrize("headers", OURS)
def test_a_form_of_our_own_is_taken(client, asker, headers):
    answer = client.post("/sign-in", data={"email": asker.guide_user.email}, headers=headers)
    assert answer.status_code == 303


def test_a_page_at_a_secret_address_may_keep_silent_about_itself(client, asker):
    silent = {"Origin": "null"}
    assert (
        client.post(asker.url("/status/nobody-knows/withdrawal"), headers=silent).status_code != 400
    )


@pytest.mark.parametrize("headers", [{"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_reading_needs_no_origin_and_neither_do_a_browsers_own_reports(client, asker, headers):
    assert client.get(asker.url("/"), headers=headers).status_code == 200
    report = {"csp-report": {"effective-directive": "img-src", "blocked-uri": "https://x.example"}}
    assert client.post("/csp-reports", json=report, headers=headers).status_code == 204


def test_whoever_opens_a_secret_address_tells_nobody_and_keeps_nothing(client, asker):
    answer = client.get(asker.url("/status/nobody-knows"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(asker.url("/")).headers["Referrer-Policy"] == "same-origin"
