"""Households that two keep: to everybody else, every byte is as if there were none.

The site is walked twice as everybody: once with nothing, and a guide who offers one place; once
with the choice made, a household full of markers, and the same guide confirmed for it, who offered
two. The two walks must be one and the same.
"""

import itertools
import logging
import os
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts import looking
from app.commands.worker import DAILY
from app.database import Base, engine_of
from app.guides.models import Guide, GuideStatus
from app.messages.models import OutgoingMessage
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.protected import services
from app.protected.models import ProtectedHousehold, ProtectedLook
from tests.architecture.test_routes import access_of, ids_of, municipal_requests
from tests.cast import NOW, TODAY, sign_in
from tests.protected import people
from tests.protected.people import MARKS
from tests.trust.test_former_partner import CHANGING, seen
from tests.trust.tour import text_of

FEARED = ("Qzxfeared Markperson", "+4790000766", "qzxfeared@marker.example")
WORDS = (*MARKS, *FEARED, "90 00 07 66", "Qzx")
OWN_TABLES = re.compile(r"^protected_")
# The administrator's own page tells what is decided, and of no household.
ITS_OWN = {"protected.choice"}
SEARCHED = ("/families", "/guides", "/matches")
OK, MANY = 200, 60
FULL = os.environ.get("FULL") == "1"
SAMPLE = (Role.COORDINATOR, Role.PRIVACY_OFFICER, Role.GUIDE)


@pytest.fixture
def two(session, asker):
    return people.coordinators(session, asker)


@pytest.fixture
def unseen(monkeypatch):
    """Leave the access log as it is: it tells of the walk itself."""
    monkeypatch.setattr(looking, "record_looks", lambda *_args: None)


def with_guide(session, asker, status):
    session.rollback()
    session.get(Guide, asker.guide.id).status = status
    session.commit()


def keep_one(session, two, guide_id):
    """Let the two keep a household that fears somebody, and meets a guide."""
    people.name_them(session, two)
    household = people.register(session, two)
    services.note_feared(session, two.first, household, FEARED, now=NOW)
    services.propose_guide(session, two.first, household, guide_id, now=NOW)
    services.confirm_guide(session, two.second, household, now=NOW)
    session.commit()
    return household.id


def everybody(app, asker, baerum, roles=tuple(Role)):
    """Return a browser for each role here, a colleague elsewhere and a stranger."""
    browsers = {"stranger": app.test_client(), "elsewhere": app.test_client()}
    sign_in(browsers["elsewhere"], baerum.coordinator)
    for role in roles:
        browsers[role.value] = app.test_client()
        sign_in(browsers[role.value], asker.users[role])
    return browsers


def read(answer):
    """Return what an answer tells; of a document, the words on it."""
    if answer.mimetype == "application/pdf":
        return answer.status_code, [], CHANGING.sub("…", text_of(answer))
    return seen(answer)


def walk(app, browsers, town):
    """Return what each is shown on every page they may open, and what when they search or ask."""
    told, answered = {}, {}
    for who, browser in browsers.items():
        theirs = ROLE_PERMISSIONS[Role(who)] if who in set(Role) else {"public"}
        for endpoint, method, url in municipal_requests(app, ids_of(town)):
            if method != "GET" or endpoint in ITS_OWN or access_of(app, endpoint) not in theirs:
                continue
            told[who, endpoint] = read(browser.get(url))
        if Permission.FAMILIES_VIEW not in theirs:
            continue
        asked = {"address_status": "protected"}
        answered[who, "referral"] = seen(browser.post(town.url("/families/new"), data=asked))
        for page, word in itertools.product(SEARCHED, (MARKS[0], FEARED[0])):
            found = browser.post(town.url(page), data={"q": word}, follow_redirects=True)
            answered[who, page, word] = seen(found)
    return told, answered


@pytest.mark.campaign
def test_to_everybody_else_each_page_is_as_if_there_were_none(
    flask_app, session, asker, baerum, two, unseen
):
    with_guide(session, asker, GuideStatus.PAUSED)
    browsers = everybody(flask_app, asker, baerum, tuple(Role) if FULL else SAMPLE)
    pages, answers = walk(flask_app, browsers, asker)
    with_guide(session, asker, GuideStatus.READY)
    keep_one(session, two, asker.guide.id)
    pages_after, answers_after = walk(flask_app, browsers, asker)
    assert [key for key in pages if pages[key] != pages_after[key]] == []
    assert [key for key in answers if answers[key] != answers_after[key]] == []
    text = " ".join(text for _status, _headers, text in pages_after.values())
    assert not [word for word in WORDS if word in text]
    assert len([1 for status, *_rest in pages.values() if status == OK]) > MANY
    assert ("coordinator", "referral") in answers


def test_every_address_of_the_room_is_nowhere_for_everybody_but_the_two(
    flask_app, session, asker, baerum, two
):
    """With a household's own key and with one that nobody has: the page of what is not there."""
    household_id = keep_one(session, two, asker.guide.id)
    tried = 0
    for who, browser in everybody(flask_app, asker, baerum).items():
        nowhere = seen(browser.get(asker.url("/guides/00000000-0000-4000-8000-000000000000/edit")))
        for endpoint, method, url in municipal_requests(
            flask_app, ids_of(asker) | {"household_id": household_id}
        ):
            if access_of(flask_app, endpoint) is not Permission.PROTECTED_KEEP:
                continue
            answer = browser.open(url, method=method)
            if who == "stranger":
                assert answer.status_code == 303
                assert answer.location.startswith("/sign-in")
                continue
            assert answer.status_code == 404
            assert bare(seen(answer)) == bare(nowhere), (who, endpoint)
            tried += 1
    assert tried > 80
    session.rollback()
    assert session.scalars(sa.select(ProtectedLook)).all() == []


def bare(answer):
    """Leave out which part of the menu is the current one: the address has told that already."""
    status, headers, text = answer
    text = text.replace(' aria-current="true"', "").replace(' aria-current="page"', "")
    return status, headers, re.sub(r'href="[^"]*lang=[^"]*"|action="[^"]*"|next=[^"&]*', "", text)


def everything_but_the_room(session_factory, town) -> dict[str, str]:
    """Return what every other table holds, by table."""
    told, engine = {}, engine_of(session_factory)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            here = {"m": str(town.municipality.id)}
            connection.execute(sa.text("select set_config('app.municipality', :m, true)"), here)
        for table in Base.metadata.sorted_tables:
            if not OWN_TABLES.match(table.name):
                told[table.name] = str(connection.execute(sa.select(table)).all())
    return told


def test_no_other_table_no_letter_and_no_log_holds_anything_of_it(
    session_factory, session, asker, two, caplog
):
    """Nor after a day of the worker's, and all that the two can do."""
    caplog.set_level(logging.DEBUG)
    household_id = keep_one(session, two, asker.guide.id)
    for work in DAILY.values():
        work(session, NOW, TODAY)
    session.commit()
    told = everything_but_the_room(session_factory, asker)
    for name, rows in told.items():
        assert not [word for word in WORDS if word in rows], name
        assert str(household_id) not in rows, name
        assert household_id.hex not in rows, name
    assert not [word for word in WORDS if word in caplog.text]
    letters = session.scalars(sa.select(OutgoingMessage)).all()
    assert not [one for one in letters if one.about_id == household_id]


def test_when_it_is_let_go_nothing_of_it_is_anywhere(session_factory, session, asker, two):
    household_id = keep_one(session, two, asker.guide.id)
    household = session.get(ProtectedHousehold, household_id)
    services.erase_household(session, two.first, household)
    session.commit()
    engine = engine_of(session_factory)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            here = {"m": str(asker.municipality.id)}
            connection.execute(sa.text("select set_config('app.municipality', :m, true)"), here)
        rows = [str(connection.execute(sa.select(t)).all()) for t in Base.metadata.sorted_tables]
    assert not [word for word in WORDS if word in " ".join(rows)]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        file = Path(engine.url.database).read_bytes().decode("latin-1")
        assert not [word for word in (MARKS[0], MARKS[1]) if word in file]


def test_nothing_else_in_the_database_points_at_it():
    """What no table knows, no query can join by mistake; what no room can import, none can ask."""
    wrong = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if OWN_TABLES.match(key.column.table.name) and not OWN_TABLES.match(table.name)
    ]
    assert wrong == []
    named = {
        path.as_posix()
        for path in Path("app").rglob("*.py")
        if re.search(
            r"app\.protected|protected_(household|match|choice|fear|look)", path.read_text("utf-8")
        )
    }
    outside = {path for path in named if not path.startswith("app/protected/")}
    doors = {"app/factory.py", "app/commands/worker.py", "app/commands/restored.py"}
    assert outside == doors


def test_the_household_itself_has_no_column_for_where_it_is():
    columns = {column.name for column in ProtectedHousehold.__table__.columns}
    assert not [n for n in columns if re.search("address|street|lat|lon|post|place|hood|note", n)]
