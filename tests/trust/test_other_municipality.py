"""Whatever somebody sends with the other municipality's ids and words: as if they were nowhere.

Every form and every filter is found on the pages themselves, as every role, and sent with ids of
the neighbour in its address, in each field that holds an id, and with the neighbour's words in
each field that takes words; and once more with ids and words that exist nowhere. The two answers
must be one and the same. `make test` opens one record of each kind, FULL=1 twelve.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.accounts.models import Membership, User
from app.database import engine_of
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.web import transactions
from app.web.context import now
from app.who_sees import Viewer
from tests.architecture.test_routes import access_of
from tests.cast import sign_in
from tests.trust import markers, tour
from tests.trust.found_forms import ID, Form, forms_on, questions_on, with_other_ids
from tests.trust.neighbour import NOBODY, NOWHERE, Neighbour

pytestmark = pytest.mark.usefixtures("unlimited")
FULL = os.environ.get("FULL") == "1"
MOST = 12 if FULL else 1  # records of each kind whose pages are opened
# New in every answer: nobody learns anything from these.
CHANGING = re.compile(
    r'nonce-[\w-]+|nonce="[^"]*"|<input[^>]*name="(csrf_token|once_token|seen)"[^>]*>|[0-9a-f]{32,}'
)
FILL_IN_LITTLE = {Viewer.MANAGER, Viewer.CERTIFICATE_OFFICER}
NOT_FOUND = 404
KEPT_FROM = 400
# Whose words are looked up when a form is sent; FULL=1 tries every other text too.
LOOKED_UP = {"email", "tel", "search"}
LOOKED_UP_NAMES = {"q", "words", "reference", "name"}


@pytest.fixture
def towns(flask_app, session_factory, monkeypatch):
    # Letters keep their words: the address that stands in one is read again.
    monkeypatch.setitem(markers.MARKED, "outgoing_message", ("recipient", "subject"))
    instant = now()
    ids = tour.build(flask_app, now=instant)
    planted = markers.plant(engine_of(session_factory), ids)
    return tour.look_around(flask_app, ids, planted, now=instant)


@pytest.fixture
def neighbour(session_factory, towns):
    return Neighbour(session_factory, towns)


class Keeping:
    """Whether what is sent is kept; if not, the next is sent to the same database."""

    def __init__(self):
        self.on, self.really = False, transactions.is_kept

    def __call__(self, response):
        return self.on and self.really(response)


@pytest.fixture
def keeping(monkeypatch):
    keeping = Keeping()
    monkeypatch.setattr(transactions, "is_kept", keeping)
    return keeping


@dataclass(frozen=True)
class Trial:
    """The same, sent with something of the neighbour's and with what exists nowhere."""

    what: str
    theirs: tuple[str, dict]  # the address and the filling
    nowhere: tuple[str, dict]
    words: tuple[str, str]  # in which the two may differ
    by_id: bool


def everybody(towns):
    """Return who fills in forms, one of each role, and the guide with most matches (FULL: five)."""
    left_out = {Viewer.GUIDE, Viewer.FAMILY} | (set() if FULL else FILL_IN_LITTLE)
    staff = [v for v in towns.visitors if v.viewer not in left_out]
    guides = [v for v in towns.visitors if v.viewer is Viewer.GUIDE and v.user]
    guides.sort(key=lambda v: -len(towns.own_rows.get(v.guide_id, ())))
    return staff + guides[: 5 if FULL else 1]


@dataclass
class Found:
    """What the pages of one visitor hold: each sort of form and of question once."""

    visitor: tour.Visitor
    forms: dict
    questions: dict


def find(app, towns, visitor, seen: set[str]) -> Found:
    """Open what a visitor may; without FULL, what nobody before has seen."""
    found, mine = Found(visitor, {}, {}), ROLE_PERMISSIONS[Role(visitor.viewer.value)]
    theirs = {
        view
        for view in app.view_functions
        if isinstance(access_of(app, view), Permission) and access_of(app, view) not in mine
    }
    skipped = theirs if FULL else theirs | seen
    for view, address, html in tour.walk(app, towns, visitor, most=MOST, skipped=skipped):
        forms = list(forms_on(address, html))
        seen |= {view} if forms else set()
        for form in forms:
            found.forms.setdefault(form.shape, form)
        for path, asked in questions_on(html):
            if set(asked) != {"lang"}:
                found.questions.setdefault((ID.sub("ID", path), *sorted(asked)), (path, asked))
    return found


def trials_of(form: Form, filling: dict, neighbour: Neighbour) -> Iterator[Trial]:
    if foreign := _foreign(neighbour, [form.action]):
        theirs, nowhere = (ID.sub(str(each), form.action) for each in (foreign, NOWHERE))
        yield Trial("address", (theirs, filling), (nowhere, filling), (foreign, NOWHERE), True)
    for name, values in form.offered.items():
        if foreign := _foreign(neighbour, values):
            chosen = [next(value for value in values if ID.search(value))]
            two = [filling | {name: with_other_ids(chosen, i)} for i in (foreign, NOWHERE)]
            yield Trial(
                name, (form.action, two[0]), (form.action, two[1]), (foreign, NOWHERE), True
            )
    for name, kind in form.words:
        if not (FULL or kind in LOOKED_UP or name in LOOKED_UP_NAMES):
            continue
        words = (
            neighbour.words.get(kind, neighbour.words["text"]),
            NOBODY.get(kind, NOBODY["text"]),
        )
        two = [filling | {name: [word]} for word in words]
        yield Trial(name, (form.action, two[0]), (form.action, two[1]), words, False)


def trials_of_question(path: str, asked: dict, neighbour: Neighbour) -> Iterator[Trial]:
    for name, value in asked.items():
        foreign = _foreign(neighbour, [value]) or neighbour.words["text"]
        nowhere = NOWHERE if ID.search(value) else NOBODY["text"]
        two = [asked | {name: ID.sub(str(each), value)} for each in (foreign, nowhere)]
        if not ID.search(value):
            two = [asked | {name: each} for each in (foreign, nowhere)]
        yield Trial(name, (path, two[0]), (path, two[1]), (foreign, nowhere), True)


def _foreign(neighbour, values):
    ids = [found for value in values for found in ID.findall(value)]
    return next(filter(None, map(neighbour.id_like, ids)), None)


def send(client, posts: bool, to: tuple[str, dict]):
    address, filling = to
    if posts:
        return client.post(address, data=filling, follow_redirects=True)
    return client.get(address, query_string=filling)


def read(answer, trial: Trial) -> str:
    """Return what a reader learns from an answer: without what was sent, and what always changes."""
    text = tour.text_of(answer)
    for word in trial.words:
        text = re.sub(re.escape(str(word)), "WORD", text, flags=re.IGNORECASE)
    return CHANGING.sub("", text)


def honest(client, form: Form) -> dict:
    """Return a filling that the form takes, if one of the two does."""
    filling = form.filled()
    if send(client, form.posts, (form.action, filling)).status_code < KEPT_FROM:
        return filling
    return form.filled(ticked=True)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_what_is_the_neighbours_is_nowhere_and_forms_are_taken_from_nobody_else(
    flask_app, towns, neighbour, keeping
):
    before, tried = neighbour.stored(), set()
    people = everybody(towns)
    seen = set()
    found = [find(flask_app, towns, visitor, seen) for visitor in people]
    clients = {visitor.viewer: signed_in(flask_app, visitor.user) for visitor in people}
    faults = [
        (what, each.visitor.viewer.value, where, trial.what)
        for each in found
        for where, posts, trial in all_trials(clients[each.visitor.viewer], each, neighbour, tried)
        for what in faults_of(clients[each.visitor.viewer], where, posts, trial, keeping, neighbour)
    ]
    assert faults == []
    assert neighbour.stored() == before
    assert neighbour.stored_here() == set()
    assert tried >= TRIED, TRIED - tried
    assert len([each for each in tried if each[1] == "address"]) > 15
    forms = {shape: form for each in found for shape, form in each.forms.items() if form.posts}
    refuse_all_others(flask_app, forms.values(), clients, coordinator_of(flask_app, towns.ids[1]))


def all_trials(client, found: Found, neighbour, tried) -> Iterator[tuple[str, bool, Trial]]:
    """Yield what is to be sent as one visitor; each sort of form once (FULL: as everybody)."""
    for shape, form in found.forms.items():
        if FULL or shape not in tried:
            tried.add(shape)
            for trial in trials_of(form, honest(client, form), neighbour):
                tried.add((shape[0], trial.what))
                yield shape[0], form.posts, trial
    for shape, question in found.questions.items():
        for trial in trials_of_question(*question, neighbour):
            tried.add((shape[0], trial.what))
            yield shape[0], False, trial


def faults_of(client, where, posts, trial, keeping, neighbour) -> Iterator[str]:
    """Send both, and yield what an outsider would learn or change by it."""
    theirs, nowhere = (send(client, posts, to) for to in (trial.theirs, trial.nowhere))
    # The log of looks grows by every look, these too.
    alike = where.endswith("/looks") or read(theirs, trial) == read(nowhere, trial)
    if theirs.status_code != nowhere.status_code or not alike:
        yield "differs"
    if markers.found_in(read(theirs, trial)) & neighbour.numbers:
        yield "leaks"
    if trial.by_id and posts and theirs.status_code < KEPT_FROM:
        keeping.on = True
        send(client, posts, trial.theirs)
        keeping.on = False


def refuse_all_others(app, forms, clients, outsider):
    """Send each form, filled in honestly, as each other role, an outsider and nobody at all."""
    outside, unknown = signed_in(app, outsider), app.test_client()
    refused = 0
    for form in forms:
        permission = access_of(app, endpoint_of(app, form.action))
        if not isinstance(permission, Permission):
            continue
        filling = form.filled(ticked=True)
        assert outside.post(form.action, data=filling).status_code == NOT_FOUND, form.action
        sent_away = unknown.post(form.action, data=filling)
        assert sent_away.location.startswith("/sign-in"), form.action
        for viewer, client in clients.items():
            if permission not in ROLE_PERMISSIONS[Role(viewer.value)]:
                answer = client.post(form.action, data=filling)
                assert answer.status_code == NOT_FOUND, (viewer, form.action)
                refused += 1
    assert refused > 150


def signed_in(app, user):
    client = app.test_client()
    sign_in(client, user)
    return client


def coordinator_of(app, municipality):
    with app.extensions["session_factory"]() as session:
        statement = select(User).join(User.memberships).order_by(User.email)
        theirs = Membership.municipality_id == municipality, Membership.role == Role.COORDINATOR
        user = session.scalars(statement.where(*theirs)).first()
        session.expunge_all()
        return user


def endpoint_of(app, action):
    return app.url_map.bind("localhost").match(action.split("?")[0], method="POST")[0]


# That the tour gets to where ids and names are sent.
TRIED = {
    ("/asker/families/new", "neighbourhood"),
    ("/asker/guides/ID/edit", "neighbourhood"),
    ("/asker/round/choices", "guide"),
    ("/asker/neighbourhoods/ID/edit", "next_to"),
    ("/asker/families", "q"),
    ("/asker/families", "neighbourhood"),
    ("/asker/data-protection/people", "words"),
    ("/asker/data-protection/looks", "user"),
    ("/asker/activities", "match"),
    ("/asker/guides", "page"),
}
