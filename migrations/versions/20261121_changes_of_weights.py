"""Keep the changes of weights, what held at a replay, and since when two go together."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = "weight_change"
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "weight_change",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_weight_change_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_weight_change_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_change")),
    )
    with op.batch_alter_table("weight_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_weight_change_municipality_id"), ["municipality_id"], unique=False
        )

    with op.batch_alter_table("couple_guide", schema=None) as batch_op:
        batch_op.add_column(sa.Column("linked_on", sa.Date(), nullable=True))

    with op.batch_alter_table("simulation_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", sa.JSON(), nullable=True))

    if op.get_bind().dialect.name == "postgresql":
        op.execute(f'ALTER TABLE "{TABLE}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{TABLE}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY own_municipality ON "{TABLE}" USING ({OWN}) WITH CHECK ({OWN})')


def downgrade() -> None:
    with op.batch_alter_table("simulation_run", schema=None) as batch_op:
        batch_op.drop_column("held")

    with op.batch_alter_table("couple_guide", schema=None) as batch_op:
        batch_op.drop_column("linked_on")

    op.drop_table(TABLE)  # its policy and its index go with it
