"""Every page that can be opened, in every language: whole, and within its query budget."""

import re

import pytest
from sqlalchemy import event

from app.database import engine_of
from app.permissions import Role
from app.web.locale import LANGUAGES
from tests.architecture.test_routes import ids_of, municipal_requests
from tests.cast import sign_in
from tests.pages import check_page

MOST_QUERIES = 12  # sign-in included
# The row of the access log is no question: every page that shows somebody writes one.
UNCOUNTED = re.compile(
    r"^(PRAGMA|BEGIN|SAVEPOINT|select set_config|INSERT INTO access_log)", re.IGNORECASE
)
# All that is kept of one person is looked for in every table, rarely: one question a table.
WALKS = re.compile(r"/data-protection/(guides|families)/[0-9a-f-]+/copy$")
# The words are the same on both databases: one language tells of the pages on PostgreSQL.
NORWEGIAN, *OTHERS = LANGUAGES
ON_SQLITE = [pytest.param(language, marks=pytest.mark.campaign) for language in OTHERS]
ENGLISH_ONLY = re.compile(r"\b(the|your|you|and|with)\b", re.IGNORECASE)


@pytest.fixture
def count_queries(session_factory):
    engine = engine_of(session_factory)
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not UNCOUNTED.match(statement):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def pages_for(app, town):
    for _endpoint, method, url in municipal_requests(app, ids_of(town)):
        if method == "GET":
            yield url


@pytest.mark.parametrize("language", [NORWEGIAN, *ON_SQLITE])
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.usefixtures("baerum")
def test_every_page_is_whole_in_every_language(
    flask_app, client, asker, count_queries, role, language
):
    if role is not None:
        sign_in(client, asker.users[role])
    opened = 0
    for url in pages_for(flask_app, asker):
        count_queries.clear()
        response = client.get(url, query_string={"lang": language})
        assert response.status_code < 500, url
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        queries = list(count_queries)
        assert len(queries) <= MOST_QUERIES or WALKS.search(url), (url, len(queries), queries)
        page = check_page(response, 200)
        assert page.html["lang"] == language
        assert "Baerum" not in page.get_text(), url
        opened += 1
    assert opened > 3


@pytest.mark.campaign
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_page_speaks_english_to_norwegians(flask_app, client, asker, language):
    sign_in(client, asker.coordinator)
    for url in pages_for(flask_app, asker):
        response = client.get(url, query_string={"lang": language})
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        page = check_page(response, 200)
        for foreign in page.select("[lang]:not(html)"):
            foreign.extract()
        assert not ENGLISH_ONLY.findall(page.main.get_text(" ")), url
