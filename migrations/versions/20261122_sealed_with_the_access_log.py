"""sealed with the access log: nobody changes a row of a log that the seals cover"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

REFUSED = "the access log is added to, never changed"
OLD = "at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-24 months')"
FORGET = """
    CREATE OR REPLACE FUNCTION forget_old_looks() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        {others}
        WITH gone AS (
            DELETE FROM access_log WHERE at < now() - interval '24 months'
            RETURNING 1
        )
        SELECT count(*) FROM gone
    $$
"""
FORGET_OTHERS = "DELETE FROM protected_look WHERE at < now() - interval '24 months';"


def upgrade() -> None:
    # No batch: it would make the table anew on SQLite, without the triggers that guard it.
    op.add_column(
        "access_log_seal",
        sa.Column("covers_all", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FORGET.format(others=FORGET_OTHERS))
        return
    op.execute(
        "CREATE TRIGGER protected_look_never_changed BEFORE UPDATE ON protected_look "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        f"CREATE TRIGGER protected_look_kept BEFORE DELETE ON protected_look WHEN NOT OLD.{OLD} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FORGET.format(others=""))
    else:
        op.execute("DROP TRIGGER protected_look_never_changed")
        op.execute("DROP TRIGGER protected_look_kept")
    op.drop_column("access_log_seal", "covers_all")
