"""No row, no look: what is written when somebody sees a person's record."""

import uuid
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event, func, select, update

from app import tenancy
from app.accounts.looking import hash_of_words
from app.accounts.models import Look, LookKind, LookOutcome, RecordKind
from app.database import WriteInReadOnlyError, engine_of, open_session
from app.guides.models import Guide
from app.guides.services import vetting
from app.guides.views import record
from app.municipalities.models import Neighbourhood
from app.permissions import Role
from tests.cast import sign_in


@pytest.fixture
def staff(client, asker):
    sign_in(client, asker.coordinator)
    return client


@pytest.fixture
def looks(session_factory, asker):
    """Return a function that reads all rows, oldest first."""

    def read():
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            return session.scalars(select(Look).order_by(Look.at, Look.id)).all()

    return read


def test_a_record_that_is_shown_leaves_a_row(staff, asker, looks):
    assert staff.get(asker.url(f"/guides/{asker.guide.id}")).status_code == 200
    (row,) = looks()
    assert (row.user_id, row.roles) == (asker.coordinator.id, {Role.COORDINATOR})
    assert (row.record, row.record_id) == (RecordKind.GUIDE, asker.guide.id)
    assert (row.what, row.outcome) == (LookKind.VIEW, LookOutcome.SHOWN)
    assert (row.page, row.row_count, row.term) == ("guides.show", None, "")
    assert row.request_id


def test_a_head_request_is_a_look_too(staff, asker, looks):
    assert staff.head(asker.url(f"/guides/{asker.guide.id}")).status_code == 200
    assert [row.record_id for row in looks()] == [asker.guide.id]


def test_a_list_is_one_row_that_says_how_long_it_was(staff, asker, looks):
    staff.get(asker.url("/guides"))
    (row,) = looks()
    assert (row.what, row.record_id, row.row_count) == (LookKind.LIST, None, 2)


def test_a_search_keeps_no_word_of_what_was_searched_for(flask_app, staff, asker, looks):
    for words in ("Kari", "kari", "nobody of that name"):
        staff.post(asker.url("/guides"), data={"q": words}, follow_redirects=True)
    first, second, third = looks()
    assert first.what is LookKind.SEARCH
    assert first.term == second.term == hash_of_words(flask_app.secret_key, "Kari")
    assert (third.row_count, third.outcome) == (0, LookOutcome.NOTHING_FOUND)
    assert "kari" not in repr([vars(row) for row in looks()]).lower()


def test_a_page_that_shows_two_leaves_a_row_for_each(staff, asker, looks):
    url = asker.url(f"/families/{asker.family.id}/candidates/{asker.guide.id}")
    assert staff.get(url).status_code == 200
    assert {row.record_id for row in looks()} == {asker.family.id, asker.guide.id}
    assert len({row.request_id for row in looks()}) == 1


def test_a_guide_sees_no_family_without_a_row_for_the_match(client, asker, looks):
    sign_in(client, asker.guide_user)
    assert client.get(asker.url("/my-page")).status_code == 200
    assert looks() == []  # nobody has asked the guide yet: the page is about the guide alone


def test_a_form_that_comes_back_is_a_look_and_stores_nothing_else(staff, asker, looks, session):
    form = {"name": "Another name", "email": "not an address"}
    assert staff.post(asker.url(f"/guides/{asker.guide.id}/edit"), data=form).status_code == 422
    assert [(row.record_id, row.page) for row in looks()] == [(asker.guide.id, "guides.change")]
    assert session.get(Guide, asker.guide.id).name == asker.guide.name


def test_what_a_refused_form_has_changed_by_then_is_dropped(
    staff, asker, looks, session, monkeypatch
):
    def change_and_refuse(session, _actor, guide, **_more):
        guide.phone = "+4799999999"
        session.flush()

    monkeypatch.setattr(vetting, "bring_back_guide", change_and_refuse)
    monkeypatch.setattr(record, "_done", lambda *_told: ("refused", 422))
    assert staff.post(asker.url(f"/guides/{asker.guide.id}/return")).status_code == 422
    assert [row.page for row in looks()] == ["guides.bring_back"]
    assert session.get(Guide, asker.guide.id).phone == asker.guide.phone


def test_what_leads_on_or_is_not_there_leaves_no_row(staff, asker, baerum, looks, caplog):
    stranger = baerum.guide.id
    assert staff.get(asker.url(f"/guides/{stranger}")).status_code == 404
    assert staff.get(asker.url(f"/guides/{asker.guide.id}/contact")).status_code == 303
    assert looks() == []
    assert f"guide_id {stranger}, user {asker.coordinator.id}" in caplog.text


def test_the_log_of_misses_names_an_outsider(client, asker, baerum, caplog):
    sign_in(client, baerum.coordinator)
    assert client.get(asker.url(f"/guides/{asker.guide.id}")).status_code == 404
    assert f"user {baerum.coordinator.id}" in caplog.text
    assert asker.guide.name not in caplog.text


@pytest.fixture
def no_room_for_rows(database, session_factory):
    """Return a context in which the database refuses every row of the access log."""
    return lambda: refusing(database, session_factory)


@contextmanager
def refusing(database, session_factory):
    if session_factory.kw["bind"].dialect.name == "sqlite":
        engine, drop = engine_of(session_factory), ["DROP TRIGGER no_room"]
        make = [
            "CREATE TRIGGER no_room BEFORE INSERT ON access_log"
            " BEGIN SELECT RAISE(ABORT, 'no room'); END"
        ]
    else:
        engine = owner_of(database)
        make = [
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no room'; END $$",
            "CREATE TRIGGER no_room BEFORE INSERT ON access_log EXECUTE FUNCTION no_room()",
        ]
        drop = ["DROP TRIGGER no_room ON access_log", "DROP FUNCTION no_room()"]
    run(engine, make)
    try:
        yield
    finally:
        run(engine, drop)


def owner_of(database):
    return sa.create_engine(database.migration_url, poolclass=sa.NullPool)


def run(engine, statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "path", ["/guides", "/guides/{guide}", "/families/{family}", "/desk", "/matches/{match}"]
)
def test_without_a_row_nothing_is_shown(staff, asker, looks, no_room_for_rows, path, caplog):
    url = asker.url(
        path.format(guide=asker.guide.id, family=asker.family.id, match=asker.proposal.id)
    )
    with no_room_for_rows():
        response = staff.get(url)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    for word in (asker.guide.name, asker.guide.phone, asker.family.reference):
        assert word not in response.text
    assert looks() == []
    assert "look not recorded" in caplog.text
    assert "no room" not in caplog.text  # the database's own words may quote a row
    assert staff.get(url).status_code == 200


def test_without_a_row_no_document_is_handed_out(staff, asker, session, no_room_for_rows):
    match = session.get(type(asker.proposal), asker.proposal.id)
    match.status = "agreed"
    session.commit()
    url = asker.url(f"/matches/{asker.proposal.id}/agreement.pdf")
    assert staff.get(url).mimetype == "application/pdf"
    with no_room_for_rows():
        response = staff.get(url)
    assert (response.status_code, response.mimetype) == (503, "text/html")


def test_without_a_row_no_form_comes_back(staff, asker, no_room_for_rows):
    with no_room_for_rows():
        response = staff.post(asker.url(f"/guides/{asker.guide.id}/edit"), data={"email": "x"})
    assert response.status_code == 503
    assert asker.guide.phone not in response.text


def test_a_page_that_shows_nobody_needs_no_row(staff, asker, no_room_for_rows):
    with no_room_for_rows():
        assert staff.get(asker.url("/settlement")).status_code == 200


def test_a_locked_table_means_try_again(staff, asker, looks, database, session_factory):
    """Whoever holds the lock for too long: on SQLite any writer, on PostgreSQL one of the table."""
    engine = engine_of(session_factory)
    sqlite = engine.dialect.name == "sqlite"
    with (engine if sqlite else owner_of(database)).connect() as holder:
        holder.exec_driver_sql(
            "UPDATE municipality SET name = name" if sqlite else "LOCK TABLE access_log"
        )
        response = staff.get(asker.url(f"/guides/{asker.guide.id}"))
        holder.rollback()
    assert response.status_code == 503
    assert asker.guide.name not in response.text
    assert looks() == []


def test_a_failure_after_the_page_was_drawn_leaves_no_row(flask_app, staff, asker, looks):
    """The row is written with the answer: what was never sent was never seen."""
    engine = engine_of(flask_app.extensions["session_factory"])

    def die(_connection):
        raise sa.exc.OperationalError("commit", {}, Exception("database is locked"))

    event.listen(engine, "commit", die)
    try:
        response = staff.get(asker.url(f"/guides/{asker.guide.id}"))
    finally:
        event.remove(engine, "commit", die)
    assert response.status_code == 503
    assert asker.guide.name not in response.text
    assert looks() == []


def test_a_page_adds_looks_and_changes_nothing(session_factory, asker):
    for write in (
        lambda s: setattr(s.get(Guide, asker.guide.id), "phone", "changed"),
        lambda s: s.delete(s.get(Guide, asker.guide.id)),
        lambda s: s.add(Neighbourhood(name="North")),
        lambda s: s.execute(update(Guide).values(phone="changed")),
    ):
        with open_session(session_factory, adds_only=(Look,)) as session:
            tenancy.bind(session, asker.municipality.id)
            with pytest.raises(WriteInReadOnlyError):
                writing(session, write)


def writing(session, write):
    write(session)
    session.flush()


def test_a_session_for_reading_runs_no_bulk_update(session_factory, asker):
    with open_session(session_factory, reads_only=True) as session:
        tenancy.bind(session, asker.municipality.id)
        with pytest.raises(WriteInReadOnlyError):
            session.execute(update(Guide).values(phone="changed"))


@pytest.mark.parametrize("table", ["access_log", "access_log_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET row_count = 7", "DELETE FROM {}"])
def test_nobody_who_runs_the_site_can_change_or_remove_a_look(
    staff, asker, looks, session_factory, table, statement
):
    staff.get(asker.url("/guides"))
    before = [vars(row)["row_count"] for row in looks()]
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        if table == "access_log_seal":
            session.connection().execute(
                sa.text(
                    "INSERT INTO access_log_seal (id, municipality_id, hour, row_count,"
                    " previous_hash, own_hash, sealed_at) VALUES (:id, :town, '2026-01-01', 1,"
                    " '', '', '2026-01-01')"
                ),
                {"id": uuid.uuid4().hex, "town": asker.municipality.id.hex},
            )
        with pytest.raises(sa.exc.DBAPIError, match=r"permission denied|never changed"):
            session.connection().exec_driver_sql(statement.format(table))
    assert [vars(row)["row_count"] for row in looks()] == before


def test_a_view_that_says_nobody_fails(flask_app, asker, client):
    """A list that forgets to say how long it was is an error in our code, never a look unseen."""
    view = flask_app.view_functions["desk.show"]
    sign_in(client, asker.coordinator)
    flask_app.view_functions["desk.show"] = type(
        "View", (), {"__call__": lambda _self: "people", **vars(view)}
    )()
    try:
        with pytest.raises(RuntimeError, match=r"desk\.show"):
            client.get(asker.url("/desk"))
    finally:
        flask_app.view_functions["desk.show"] = view


def test_a_row_is_of_the_municipality_where_it_was_seen(
    staff, asker, baerum, baerum_session, looks
):
    staff.get(asker.url("/guides"))
    assert len(looks()) == 1
    assert baerum_session.scalar(select(func.count(Look.id))) == 0
