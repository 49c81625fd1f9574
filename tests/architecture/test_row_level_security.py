"""On PostgreSQL the database keeps the municipalities apart by itself.

Raw SQL is used here as an attacker, or a careless colleague, would.
"""

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import Base, engine_of
from app.tenancy import MunicipalityScoped

pytestmark = pytest.mark.postgresql


def raw(session_factory, statement: str, municipality=None):
    with engine_of(session_factory).connect() as connection:
        if municipality is not None:
            connection.execute(
                text("select set_config('app.municipality', :m, true)"), {"m": str(municipality)}
            )
        rows = connection.execute(text(statement))
        return rows.all() if rows.returns_rows else None


def test_raw_sql_sees_nothing_without_a_municipality(session_factory, asker, baerum):
    assert raw(session_factory, "select * from family") == []


def test_raw_sql_sees_one_municipality(session_factory, asker, baerum):
    rows = raw(session_factory, "select reference from family", asker.municipality.id)
    assert [row.reference for row in rows] == [asker.family.reference]


def test_raw_sql_cannot_write_elsewhere(session_factory, asker, baerum):
    statement = (
        "insert into neighbourhood (id, municipality_id, name, kind, tier, active, source) "
        f"values (gen_random_uuid(), '{baerum.municipality.id}', 'X', 'x', '1', true, '')"
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(session_factory, statement, asker.municipality.id)


def test_a_pooled_connection_forgets_its_municipality(database, asker, baerum):
    engine = sa.create_engine(database.url, pool_size=1, max_overflow=0)
    for town in (asker, baerum) * 10:
        with engine.begin() as connection:
            connection.execute(
                text("select set_config('app.municipality', :m, true)"),
                {"m": str(town.municipality.id)},
            )
            seen = connection.execute(text("select municipality_id from guide")).scalars().all()
            assert set(seen) == {town.municipality.id}
        with engine.begin() as connection:
            assert connection.execute(text("select count(*) from guide")).scalar() == 0
    engine.dispose()


def test_every_scoped_table_is_forced_under_row_level_security(session_factory):
    rows = raw(
        session_factory,
        "select relname, relrowsecurity and relforcerowsecurity as forced from pg_class "
        "where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    forced = {row.relname for row in rows if row.forced}
    scoped = {
        m.local_table.name
        for m in Base.registry.mappers
        if issubclass(m.class_, MunicipalityScoped)
    }
    assert forced == scoped


def test_the_web_role_owns_nothing_and_cannot_pass_the_wall(session_factory):
    (role,) = raw(
        session_factory,
        "select rolsuper, rolbypassrls, exists(select from pg_class where relowner = r.oid) as owns"
        " from pg_roles r where rolname = current_user",
    )
    assert not (role.rolsuper or role.rolbypassrls or role.owns)
