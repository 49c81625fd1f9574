"""Forms found on the pages, filled in and sent: each counts once, and loses nothing on the way."""

import datetime as dt
import os
from collections import Counter

import pytest
import sqlalchemy as sa

from app.database import Base, engine_of
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.web.context import now, today
from app.who_sees import Viewer
from tests.architecture.test_routes import access_of
from tests.trust import tour
from tests.trust.found_forms import forms_on
from tests.trust.redrawn import faults_when_redrawn
from tests.trust.test_other_municipality import endpoint_of, signed_in

pytestmark = pytest.mark.usefixtures("unlimited")
FULL = os.environ.get("FULL") == "1"
MOST = 20 if FULL else 2  # records of each kind whose pages are opened
TRIES = 20 if FULL else 2  # of each sort of form, on different records
UNPROCESSABLE = 422
# What the site notes of every request, whatever it asks for.
UNCOUNTED = {"access_log", "access_log_seal", "attempt", "job", "known_browser", "user_session"}
# The latest is the one: each gives a new link and closes the one before, or tells the same again.
ANEW = {
    "endings.family_link",
    "follow_ups.family_link",
    "guides.send_declaration",
    "matches.renew_link",
    "my_page.make_calendar",
}
# Who works and looks first, and who decides about them afterwards.
ORDER = (
    Viewer.COORDINATOR,
    Viewer.CASEWORKER,
    Viewer.CERTIFICATE_OFFICER,
    Viewer.GUIDE,
    Viewer.FAMILY,
    Viewer.MANAGER,
    Viewer.PRIVACY_OFFICER,
    Viewer.ADMINISTRATOR,
)
# Names of views after which less is left to try.
ENDS = ("protect", "withdraw", "erase", "deactivate", "stop", "end", "remov", "give_up", "call_off")


def count_rows(session_factory, municipality) -> Counter[str]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in UNCOUNTED]
    counts = (
        sa.select(sa.func.count()).select_from(table).scalar_subquery().label(table.name)
        for table in tables
    )
    with engine_of(session_factory).connect() as connection:
        if connection.dialect.name == "postgresql":
            bind = sa.text("select set_config('app.municipality', :here, true)")
            connection.execute(bind, {"here": str(municipality)})
        return Counter(connection.execute(sa.select(*counts)).one()._mapping)


def people(towns):
    """Return one of each role, and of those who come by links the ones who hold most."""
    staff = [v for v in towns.visitors if v.user and v.viewer is not Viewer.GUIDE]
    guides = [v for v in towns.visitors if v.user and v.viewer is Viewer.GUIDE]
    guides.sort(key=lambda v: -len(towns.own_rows.get(v.guide_id, ())))
    by_link = sorted((v for v in towns.visitors if v.tokens), key=lambda v: -len(v.tokens))
    each = 20 if FULL else 2
    sides = [
        [v for v in by_link if v.viewer is side][:each] for side in (Viewer.GUIDE, Viewer.FAMILY)
    ]
    chosen = [*staff, *guides[: each - 1], *sides[0], *sides[1]]
    return sorted(chosen, key=lambda v: ORDER.index(v.viewer))


def forms_for(app, towns, visitor):
    """Return what a visitor may send, what ends something last."""
    theirs = set()
    if visitor.user:
        mine = ROLE_PERMISSIONS[Role(visitor.viewer.value)]
        asked = {view: access_of(app, view) for view in app.view_functions}
        theirs = {v for v, a in asked.items() if isinstance(a, Permission) and a not in mine}
    pages = tour.walk(app, towns, visitor, most=MOST, skipped=theirs)
    forms = [form for _view, page, html in pages for form in forms_on(page, html) if form.posts]
    named = [(endpoint_of(app, form.action), form) for form in forms]
    return sorted(named, key=lambda each: any(word in each[0] for word in ENDS))


def fillings(form):
    for days in (7, -1, 0):
        for ticked in (False, True):
            on = today() + dt.timedelta(days=days)
            yield form.filled(ticked=ticked, on=on.isoformat())


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_form_sent_twice_counts_once_and_keeps_all_in_another_language(
    flask_app, session_factory
):
    instant = now()
    ids = tour.build(flask_app, now=instant)
    towns = tour.look_around(flask_app, ids, {}, now=instant)
    tries, created, doubled, lost = Counter(), set(), {}, {}
    for visitor in people(towns):
        client = signed_in(flask_app, visitor.user) if visitor.user else flask_app.test_client()
        for view, form in forms_for(flask_app, towns, visitor):
            tries[view] += 1
            if view in created or tries[view] > TRIES or view.startswith("security."):
                continue
            lost |= {view: found} if (found := faults_when_redrawn(client, form)) else {}
            first, second = send_twice(client, form, lambda: count_rows(session_factory, ids[0]))
            created |= {view} if +first else set()
            if +second and view not in ANEW:
                doubled[view] = dict(+second)
    assert doubled == {}
    assert lost == {}
    assert created >= CREATING, CREATING - created


def send_twice(client, form, count) -> tuple[Counter[str], Counter[str]]:
    """Return the rows that a form adds, and those it adds when it is sent again."""
    before = count()
    for filling in fillings(form):
        answer = client.post(form.action, data=filling)
        if answer.status_code != UNPROCESSABLE:
            break
    once = count()
    client.post(form.action, data=filling)
    twice = count()
    once.subtract(before)
    first, before = once, Counter(before)
    twice.subtract(before)
    twice.subtract(first)
    return first, twice


# That the tour gets to where rows are made.
CREATING = {
    "courses.new",
    "follow_ups.ask_for_a_call",
    "guides.publish_declaration",
    "matches.add_meeting_place",
    "municipalities.neighbourhood_add",
    "privacy.note_request",
    "settlement.add",
}
