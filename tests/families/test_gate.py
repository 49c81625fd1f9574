"""The gate: a household whose address is protected, or may be, leaves no trace here."""

import logging

import pytest
import sqlalchemy as sa

from app.families.models import Family
from tests.cast import sign_in
from tests.families.answers import answers
from tests.pages import fill, get_page, post_page

MARKERS = {
    "contact_name": "Marker-name",
    "contact_phone": "+4798765432",
    "contact_email": "marker-mail@example.com",
    "reference": "Marker-reference",
    "informed_by": "Marker-informer",
    "note": "Marker-note",
    "once_token": "marker-token-0123456789-0123456789",
    "household_size": "17",
}
TYPED = [value for name, value in MARKERS.items() if name != "household_size"] + ["98765432"]


@pytest.fixture
def caseworker(client, asker):
    sign_in(client, asker.caseworker)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


class Storage:
    """All that the database holds, over all walls."""

    def __init__(self, database) -> None:
        self.database = database

    def rows(self) -> dict[str, list[str]]:
        engine = sa.create_engine(self.database.migration_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            tables = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"') for name in names}
            return {name: sorted(map(str, rows)) for name, rows in tables.items()}

    def content(self) -> bytes:
        """Return the database's files where it is one file; rows are compared on both."""
        path = getattr(self.database, "path", None)
        files = sorted(path.parent.glob(f"{path.name}*")) if path else []
        return b"".join(file.read_bytes() for file in files)


@pytest.fixture
def storage(database):
    return Storage(database)


@pytest.mark.parametrize("extra", [{}, {"add_language": "1"}, {"contact_name": "01019012345"}])
@pytest.mark.parametrize("answer", ["protected", ["open", "protected"], ["protected", "unknown"]])
def test_a_protected_address_stores_echoes_and_logs_nothing(
    caseworker, storage, caplog, asker, answer, extra
):
    get_page(caseworker, asker.url("/families/new"))
    before = storage.rows()
    caplog.set_level(logging.DEBUG)
    sent = answers(**(MARKERS | extra), address_status=answer)
    page = post_page(caseworker, asker.url("/families/new"), sent)
    assert "talk to your manager" in page.text.lower()
    assert "Nothing was stored" in page.text
    assert not page.select("main form")
    assert storage.rows() == before
    seen = str(page) + caplog.text + str(before)
    assert [marker for marker in TYPED if marker in seen] == []
    content = storage.content()
    assert [marker for marker in TYPED if marker.encode() in content] == []


def test_after_a_protected_address_the_browser_keeps_no_earlier_page(caseworker, asker):
    sent = answers(address_status="protected")
    answer = caseworker.post(asker.url("/families/new"), data=sent)
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("answer", ["unknown", ["open", "unknown"]])
def test_an_unknown_address_stores_nothing_and_keeps_what_was_typed(
    caseworker, storage, caplog, asker, answer
):
    get_page(caseworker, asker.url("/families/new"))
    before = storage.rows()
    caplog.set_level(logging.DEBUG)
    sent = answers(**MARKERS, address_status=answer)
    page = post_page(caseworker, asker.url("/families/new"), sent)
    assert "talk to your manager" in page.text.lower()
    assert storage.rows() == before
    assert [marker for marker in TYPED if marker in caplog.text] == []
    assert b"Marker-name" not in storage.content()
    kept = fill(page, "/families/new")
    assert kept["contact_name"] == "Marker-name"
    found_out = kept | {"address_status": "open", "reference": "F-2026-1"}
    assert caseworker.post(asker.url("/families/new"), data=found_out).status_code == 303


@pytest.mark.parametrize("answer", [None, "", "perhaps"])
def test_without_an_answer_to_the_first_question_nobody_is_registered(
    caseworker, storage, asker, answer
):
    get_page(caseworker, asker.url("/families/new"))
    before = storage.rows()
    sent = answers(address_status=answer)
    page = post_page(caseworker, asker.url("/families/new"), sent)
    assert [item.text for item in page.select("#error-summary li")] == ["Answer this first."]
    assert storage.rows() == before


def test_the_answer_itself_is_never_stored(caseworker, storage, asker):
    response = caseworker.post(asker.url("/families/new"), data=answers())
    assert response.status_code == 303
    assert not [column for column in Family.__table__.columns if "address" in column.name]
    assert "'open'" not in str(storage.rows()["family"])
