"""Every form, filled with what nobody should type: no 500, no echo of markup, no half write.

The forms are found on the pages themselves, so a new form is fuzzed from its first day.
`make test` tries a seeded sample; FULL=1 tries 10,000 fillings.
"""

import os
import random
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.accounts.services.limits import RULES
from app.database import Base, engine_of
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from tests.cast import TODAY, sign_in

TRIES = 10_000 if os.environ.get("FULL") else 240
SEED = 20261121
MARKUP = "<img src=x onerror=alert(31337)>"
HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "999999999999999999999",
    "1e309",
    "NaN",
    "O'Brien",
    "'; DROP TABLE guide; --",
    '" OR 1=1 --',
    "%_%",
    MARKUP,
    f'"><script>{MARKUP}</script>',
    "{{31337*271}}",
    "${7*7}",
    "%(name)s %d %s",
    "../../etc/passwd",
    "\r\nBcc: victim@example.com",
    "ሰላም ኃይለ",
    "محمد أحمد",
    "\u202etxet lamron\u202c",
    "\u200b\u200d\ufeff",
    "e\u0301" * 30,
    "😀" * 20,
    "a" * 5_000,
    "é" * 70_000,
    "\x00",
    "nul\x00inside",
    "\x1b[31m",
    "01019012345",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "1-1-1",
    "on",
    "true",
    "None",
    "00000000-0000-0000-0000-000000000000",
    "uk",
    "not-a-choice",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
)
# What is written whatever comes of a request: sessions, looks, and the attempts that are counted.
UNWATCHED = {
    "access_log",
    "access_log_seal",
    "attempt",
    "known_browser",
    "sign_up_draft",
    "user_session",
}
FORBIDDEN = ("8492327", MARKUP)


def pages_of(town, role):
    """Return the pages with forms that somebody in a role opens."""
    sign_up = ["/sign-up/about-you", "/sign-up/languages", "/sign-up/time", "/sign-up/confirm"]
    match, guide, family = town.proposal.id, town.guide.id, town.family.id
    staff = [
        "/desk",
        f"/guides/{guide}",
        f"/guides/{town.applicant.id}",
        f"/guides/{guide}/edit",
        "/families/new",
        f"/families/{family}",
        f"/families/{family}/edit",
        f"/families/{family}/candidates",
        f"/matches/{match}",
        "/settlement",
        "/settings",
        "/neighbourhoods/new",
        f"/neighbourhoods/{town.centre.id}",
        f"/neighbourhoods/{town.centre.id}/edit",
        "/staff",
        "/staff/invitations/new",
        f"/staff/{town.caseworker.id}",
    ]
    mine = [
        "/my-page",
        "/my-page/break",
        f"/matches/{match}",
        f"/matches/{match}/activities/new",
        f"/matches/{match}/ending",
    ]
    paths = {None: sign_up, Role.GUIDE: mine}.get(role, staff)
    return [town.url(path) for path in paths] + ["/sign-in"] * (role is None)


def meet(session, town):
    """Let the town's guide and family meet, so that the guide has something to fill in."""
    match = session.get(Match, town.proposal.id)
    match.status, match.asked_on, match.agreed_on = MatchStatus.ACTIVE, TODAY, TODAY
    match.started_on = TODAY
    session.commit()


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """Let forms be sent as often as it takes: whoever is told to wait has tried no form."""
    for limit, rule in RULES.items():
        monkeypatch.setitem(RULES, limit, replace(rule, most=10**6))


def forms_on(client, url):
    response = client.get(url)
    check_answer(response, url, "opening it again")
    if response.status_code != 200:
        return []
    page = BeautifulSoup(response.text, "html.parser")
    return [
        (form.get("action") or url, controls_of(form))
        for form in page.select("form[method=post]")
        if "sign-out" not in form.get("action", "") and "logout" not in form.get("action", "")
    ]


def controls_of(form):
    """Return name → the values that an honest browser could send for it."""
    controls: dict[str, list[str]] = {}
    for tag in form.select("input[name], select[name], textarea[name], button[name]"):
        values = [tag.get("value", "")]
        if tag.name == "select":
            values = [option.get("value", option.text) for option in tag.select("option")]
        controls.setdefault(tag["name"], []).extend(values)
    return controls


def fill_in(chance, controls):
    """Return one filling: mostly honest, with one or more hostile answers."""
    filling = {}
    for name, values in controls.items():
        kind = chance.random()
        if kind < 0.55 and any(values):
            filling[name] = chance.choice(values)
        elif kind < 0.9:
            filling[name] = chance.choice(HOSTILE)
        elif kind < 0.95:
            filling[name] = [chance.choice(HOSTILE), chance.choice(values or [""])]
    if chance.random() < 0.1:
        filling[chance.choice(("role", "municipality_id", "status", "capacity", "x[]"))] = "9"
    return filling


def everything_stored(session_factory, towns):
    """Return all rows of all tables, seen from each municipality in turn."""
    rows = []
    with engine_of(session_factory).connect() as connection:
        for town in towns:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    sa.text("select set_config('app.municipality', :m, true)"),
                    {"m": str(town.municipality.id)},
                )
            rows.extend(
                (table.name, sorted(map(repr, connection.execute(table.select()))))
                for table in Base.metadata.sorted_tables
                if table.name not in UNWATCHED
            )
        connection.rollback()
    return rows


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.ADMINISTRATOR, Role.GUIDE])
def test_no_filling_breaks_a_form(session, session_factory, client, asker, baerum, role):
    chance = random.Random(f"{SEED}-{role}")  # noqa: S311 (a seed, so that a failure can be had again)
    if role is not None:
        sign_in(client, asker.users[role])
    if role is Role.GUIDE:
        meet(session, asker)
    tried, stored = 0, None
    while tried < TRIES // 4:
        forms = [form for url in pages_of(asker, role) for form in forms_on(client, url)]
        assert forms, role
        for action, controls in chance.sample(forms, min(len(forms), TRIES // 4 - tried)):
            stored = stored or everything_stored(session_factory, (asker, baerum))
            filling = fill_in(chance, controls)
            response = client.post(action, data=filling)
            check_answer(response, action, filling)
            if response.status_code < 400:
                stored = None
            else:
                after = everything_stored(session_factory, (asker, baerum))
                assert after == stored, (action, filling)
            tried += 1


def check_answer(response, action, filling):
    assert response.status_code < 500, (action, filling, response.text[:2000])
    for forbidden in FORBIDDEN:
        assert forbidden not in response.text, (action, forbidden)
    if response.location and re.match(r"https?://", response.location):
        raise AssertionError(f"{action} leads away: {response.location}")
