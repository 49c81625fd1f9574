"""The job engines' own tables: Procrastinate's on PostgreSQL, one of ours on SQLite"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REMOVE_PROCRASTINATE = r"""
DO $$
DECLARE
    name text;
BEGIN
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
        procrastinate_workers CASCADE;
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'procrastinate_')
    LOOP
        EXECUTE 'DROP FUNCTION ' || name || ' CASCADE';
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type,
        procrastinate_job_status;
END
$$
"""


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        # The installed release's own schema, as of 3.4: tests/jobs fails when it has a newer one.
        op.execute(sa.text(SchemaManager.get_schema().replace(":", r"\:")))
        return
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=60), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    op.create_index(
        "ix_job_due", "job", ["run_at"], sqlite_where=sa.text("done_at IS NULL AND NOT dead")
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(sa.text(REMOVE_PROCRASTINATE.replace(":", r"\:")))
        return
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
