"""What holds for every answer, whoever opens it: looked at on a tour of the whole site."""

import os
import re

import pytest

from app.database import engine_of
from app.web.context import now
from app.who_sees import Viewer
from tests.architecture.test_routes import access_of
from tests.cast import sign_in
from tests.pages import fill, get_page
from tests.trust import markers, tour

pytestmark = pytest.mark.usefixtures("unlimited")
FULL = os.environ.get("FULL") == "1"
ON_THE_SAMPLE = {Viewer.COORDINATOR, Viewer.PRIVACY_OFFICER, Viewer.GUIDE, Viewer.FAMILY}
# No table for a spreadsheet among them: there is nowhere for a cell that is a formula.
KINDS = {
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
    "text/calendar; charset=utf-8",
    "application/json",
    "application/pdf",
}
LOADED = re.compile(r"<(?:script|img|link|iframe|source|video|audio|object|embed|form)\b[^>]*>")
ADDRESS = re.compile(r'(?:src|srcset|href|action|data|poster)="([^"]*)"')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
NEEDED = (
    "Content-Security-Policy: default-src 'none'",
    "X-Content-Type-Options: nosniff",
    "Cross-Origin-Opener-Policy: same-origin",
    "Referrer-Policy: ",
    "Cache-Control: ",
)


def faults_of(text: str, *, signed_in: bool, called: frozenset[int]):
    """Yield what is wrong with an answer, given as its headers and its text.

    A family's reference is a word of the municipality's own: it stands in titles on purpose.

    Args:
        called: the markers that stand for such references.
    """
    head = text[: text.find("<")] if "<" in text else text
    kind = re.search(r"^Content-Type: (.*)$", text, re.MULTILINE)
    if kind and kind[1].strip() not in KINDS:
        yield f"is {kind[1]}"
    yield from (f"lacks {header}" for header in NEEDED if header not in text)
    if "Access-Control-Allow" in text:
        yield "lets other sites read it"
    for tag in LOADED.findall(text):
        if any(re.match(r"(?:[a-z]+:)?//|(?!data:)[a-z]+:", a) for a in ADDRESS.findall(tag)):
            yield f"loads from elsewhere: {tag[:80]}"
    for title in TITLE.findall(text):
        if markers.found_in(title) - called:
            yield "names somebody in its title"
    name = re.search(r"^Content-Disposition: (.*)$", text, re.MULTILINE)
    if name and not re.fullmatch(r'(inline|attachment); filename="?[a-z0-9.-]+"?', name[1].strip()):
        yield f"is saved as {name[1]}"
    location = re.search(r"^Location: (.*)$", head, re.MULTILINE)
    if location and markers.found_in(location[1]):
        yield "names somebody in an address"
    if signed_in and "<main" in text and 'action="/sign-out"' not in text:
        yield "has no way to sign out"


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_no_answer_names_or_loads_what_it_should_not(flask_app, session_factory):
    instant = now()
    ids = tour.build(flask_app, now=instant)
    planted = markers.plant(engine_of(session_factory), ids)
    towns = tour.look_around(flask_app, ids, planted, now=instant)
    called = frozenset(n for n, place in planted.items() if place.column == "reference")
    faults, opened, seen = [], 0, set()
    for visitor in towns.visitors:
        once = (visitor.viewer, bool(visitor.tokens))
        if not FULL and (visitor.viewer not in ON_THE_SAMPLE or once in seen):
            continue
        seen.add(once)
        for view, _address, text in tour.walk(flask_app, towns, visitor, most=5 if FULL else 1):
            opened += 1
            of_a_link = access_of(flask_app, view) == "public"
            signed_in = bool(visitor.user) and not of_a_link
            faults += [
                (view, fault) for fault in faults_of(text, signed_in=signed_in, called=called)
            ]
    assert not faults, "\n".join(sorted({f"{view} {fault}" for view, fault in faults}))
    assert opened > 200


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/config.py",
        "/app/factory.py",
        "/var/demo.sqlite",
        "/static/",
        "/static/dist/",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static/dist/../../config.py",
        "/metrics",
        "/console",
        "/debug",
        "/server-status",
        "/openapi.json",
        "/demo/mail",
    ],
)
def test_nothing_but_what_was_built_is_served(client, asker, path):
    assert client.get(path, follow_redirects=True).status_code == 404


def test_fields_that_a_form_does_not_have_change_nothing(client, asker, baerum, session):
    """More is sent than was asked for; what is stored is what was asked for."""
    sign_in(client, asker.coordinator)
    url = asker.url(f"/guides/{asker.guide.id}/edit")
    before = dict(session.get_one(type(asker.guide), asker.guide.id).__dict__)
    session.commit()
    more = {
        "id": str(baerum.guide.id),
        "municipality_id": str(baerum.municipality.id),
        "user_id": str(asker.coordinator.id),
        "status": "ended",
        "places_taken": "0",
        "capacity_": "9",
        "applied_at": "2020-01-01",
        "roles": "administrator",
        "is_admin": "1",
    }
    answer = client.post(url, data=fill(get_page(client, url), "edit") | more)
    assert answer.status_code == 303
    session.expire_all()
    after = session.get_one(type(asker.guide), asker.guide.id)
    changed = {
        name
        for name, value in before.items()
        if not name.startswith("_") and name in after.__table__.c and getattr(after, name) != value
    }
    assert changed <= {"updated_at", "email_confirmed_at"}
