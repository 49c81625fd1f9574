"""How the schema is migrated, on SQLite and on PostgreSQL.

The database is the one that `config.py` names. A caller in Python, such as a test, names
another: `alembic_config.attributes["url"]`, and `["web_role"]` for who gets the rights.
"""

import importlib
import pkgutil
import re
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate import render
from alembic.operations.ops import CreateTableOp
from sqlalchemy.engine import Connection, Engine

import app
from app.database import Base
from config import Config

LOCK = 7_239_101  # any number, the same in every process that migrates
# The job engines' own tables: a migration of ours makes them, and they are no models.
ENGINE_TABLES = re.compile(r"job|procrastinate_\w+")
# Whoever takes over the web process cannot take back what it has seen.
ADDED_TO_ALONE = ("access_log", "access_log_seal", "protected_look")


def import_models() -> None:
    """Import every module that declares tables, so that `Base.metadata` is complete."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if "models" in module.name.split("."):
            importlib.import_module(module.name)


def render_item(kind: str, item: Any, autogenerate: Any) -> str | bool:
    """Write the plain database type of our own column types, so that migrations outlive them."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return render._repr_type(item.impl_instance, autogenerate)
    return False


def leave_out_the_map(_context: Any, _revision: Any, scripts: list[Any]) -> None:
    """Write no `info` of a table: what it tells about people is the models' matter."""
    for script in scripts:
        for operation in script.upgrade_ops.ops:
            if isinstance(operation, CreateTableOp):
                operation.info = {}


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name is not None and ENGINE_TABLES.fullmatch(name))


def options() -> dict[str, Any]:
    import_models()
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "render_item": render_item,
        "include_name": is_ours,
        "process_revision_directives": leave_out_the_map,
        "transactional_ddl": True,
    }


def migration_engine(url: str) -> Engine:
    """Return an engine whose settings and lock die with its one connection."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours, below: the driver begins none before DDL
    connection.execute("PRAGMA busy_timeout=30000")
    # A batch copy of a parent table would delete its children. Checked again before the commit.
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # a second migrator waits here


def wait_for_turn(connection: Connection) -> None:
    """Let one process migrate at a time, and let none wait long for the site's own locks."""
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
    connection.exec_driver_sql("SET lock_timeout = '10s'")
    connection.commit()


def refuse_broken_references(connection: Connection) -> None:
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise RuntimeError(f"the migration leaves rows that point nowhere: {broken[:5]}")


def grant_rights(connection: Connection, role: str) -> None:
    """Let the web role work with the rows. The tables stay their owner's."""
    role = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
    ):
        connection.exec_driver_sql(statement.format(role=role))
    if connection.exec_driver_sql("SELECT to_regproc('forget_old_looks')").scalar():
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION forget_old_looks() TO {role}")
        for table in filter(sa.inspect(connection).has_table, ADDED_TO_ALONE):
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


def migrate(url: str, web_role: str) -> None:
    with migration_engine(url).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            wait_for_turn(connection)
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                refuse_broken_references(connection)
            elif web_role:
                grant_rights(connection, web_role)


def print_sql(url: str) -> None:
    """Print the statements instead of running them: `alembic upgrade head --sql`."""
    context.configure(url=url, literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    attributes = context.config.attributes
    if "url" in attributes:
        url, web_role = attributes["url"], attributes.get("web_role", "")
    else:
        settings = Config.from_environment()
        url, web_role = settings.MIGRATION_DATABASE_URL, settings.WEB_DATABASE_ROLE
    if context.is_offline_mode():
        print_sql(url)
    else:
        migrate(url, web_role)


run()
