"""A real browser against the served site: what a person sees, and what the console says."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from app import tenancy
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.rounds.services import compute_round
from tests.cast import NOW, TODAY, actor, make_family, make_guide, sign_in

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing beyond this machine has an address. (To stop requests in the page, as Playwright
    # can, would switch off the browser's cache, and "back" would not be what people meet.)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# A refused form is an answer (422), and so is a page that is not there (404): not errors of ours.
EXPECTED = ("status of 422", "status of 404", "status of 409")


def pytest_collection_modifyitems(items):
    """A browser that leaves a page drops files half-way; Python's server closes them when it can."""
    quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(quiet)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "executable_path": program, "args": FLAGS}


@pytest.fixture(scope="session")
def server(one_app):
    server = make_server("127.0.0.1", 0, one_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def base_url(server, armed):
    """The served site, with an empty database and with tokens against forged forms."""
    return server


@pytest.fixture(scope="session")
def collected():
    """Where every page that a test visits is kept, for the validator that comes afterwards."""
    folder = ROOT / "var" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def watch(collected):
    """Make a page fail its test for any console error."""

    complaints = []

    def watch(page):
        page.on("console", lambda m: note(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.on("response", lambda answer: keep(collected, answer))
        return page

    def note(text):
        if not any(expected in text for expected in EXPECTED):
            complaints.append(text)

    yield watch
    assert complaints == []


def keep(folder, answer):
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html") and answer.status not in {301, 302, 303}:
        try:
            text = answer.text()
        except Exception:
            return
        (folder / f"{abs(hash(text))}.html").write_text(text, "utf-8")


@pytest.fixture
def person(browser, base_url, flask_app, watch):
    """Return a function that gives a new person a browser of their own, signed in if wished."""
    contexts = []

    def person(*, width=360, script=True, language="nb", scheme="light", user=None):
        context = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            locale=language,
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            client = flask_app.test_client()
            sign_in(client, user)
            token = client.get_cookie("session").value
            context.add_cookies([{"name": "session", "value": token, "url": base_url}])
        return watch(context.new_page())

    yield person
    for context in contexts:
        context.close()


def check_accessible(page):
    """No violation of WCAG 2.1 A and AA that axe can find, and no sideways scrolling."""
    page.wait_for_load_state()  # a click comes back as soon as the next page has begun
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    problems = [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found["violations"]
    ]
    assert problems == [], page.url
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.fixture
def town(session_factory, asker, baerum):
    """Asker, with an active match, one more family that waits, and a suggestion for it."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        match = session.get(Match, asker.proposal.id)
        match.status, match.started_on = MatchStatus.ACTIVE, TODAY
        session.get(Guide, asker.guide.id).places_taken = 1
        second = make_guide(session, asker, name="Liv Asker", status=GuideStatus.READY)
        waiting = make_family(session, asker, reference="F-2")
        compute_round(session, actor(asker, Role.COORDINATOR), now=NOW)
        session.commit()
        asker.ids = {
            "guide": second.id,
            "family": asker.family.id,
            "waiting": waiting.id,
            "match": match.id,
            "centre": asker.centre.id,
        }
    return asker
