"""Looks stay: nobody changes a row of the access log, and only old rows go"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = ("access_log", "access_log_seal")
REFUSED = "the access log is added to, never changed"
OLD = "at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-24 months')"


def upgrade() -> None:
    with op.batch_alter_table("municipality") as batch_op:
        batch_op.add_column(
            sa.Column(
                "looks_name_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False
            )
        )
    if op.get_bind().dialect.name == "postgresql":
        _let_old_looks_go()
    else:
        _refuse_changes()


def _let_old_looks_go() -> None:
    """Make the one way in which rows go: the web role may add and read, see `migrations/env.py`.

    The function runs as the owner, and behind the wall all the same: it takes the rows of the
    municipality that the transaction is bound to, and no younger ones whatever it is asked.
    """
    op.execute(
        """
        CREATE FUNCTION forget_old_looks() RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
            WITH gone AS (
                DELETE FROM access_log WHERE at < now() - interval '24 months'
                RETURNING 1
            )
            SELECT count(*) FROM gone
        $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION forget_old_looks() FROM PUBLIC")


def _refuse_changes() -> None:
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    op.execute(
        f"CREATE TRIGGER access_log_kept BEFORE DELETE ON access_log WHEN NOT OLD.{OLD} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        "CREATE TRIGGER access_log_seal_kept BEFORE DELETE ON access_log_seal "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION forget_old_looks()")
    else:
        for trigger in (
            *(f"{table}_never_changed" for table in KEPT),
            *(f"{t}_kept" for t in KEPT),
        ):
            op.execute(f"DROP TRIGGER {trigger}")
    with op.batch_alter_table("municipality") as batch_op:
        batch_op.drop_column("looks_name_staff")
