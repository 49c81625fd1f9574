"""answers that stay"""

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OF_SIDE = "uq_follow_up_answer_of_side"
OF_GUIDE = "uq_follow_up_answer_of_guide"
BEFORE = "uq_follow_up_answer_municipality_id_follow_up_id_guide_id"


def upgrade() -> None:
    with op.batch_alter_table("follow_up_answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("number", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        _say_who_is_one(batch_op, ["number"], was=BEFORE, becomes=OF_GUIDE)


def downgrade() -> None:
    _keep_the_first_of_each()
    with op.batch_alter_table("follow_up_answer", schema=None) as batch_op:
        _say_who_is_one(batch_op, [], was=OF_GUIDE, becomes=BEFORE)
        batch_op.drop_column("number")


def _say_who_is_one(batch_op: BatchOperations, more: list[str], *, was: str, becomes: str) -> None:
    """One row for each who was asked, or one for each of their answers."""
    batch_op.drop_constraint(batch_op.f(was), type_="unique")
    batch_op.create_unique_constraint(
        batch_op.f(becomes), ["municipality_id", "follow_up_id", "guide_id", *more]
    )
    batch_op.drop_index(OF_SIDE)
    batch_op.create_index(
        OF_SIDE,
        ["municipality_id", "follow_up_id", "side", *more],
        unique=True,
        sqlite_where=sa.text("guide_id IS NULL"),
        postgresql_where=sa.text("guide_id IS NULL"),
    )


def _keep_the_first_of_each() -> None:
    bind = op.get_bind()
    for key in bind.scalars(sa.text("SELECT id FROM municipality")).all():
        if bind.dialect.name == "postgresql":  # the owner stands behind the wall too
            bind.execute(
                sa.text("SELECT set_config('app.municipality', :key, true)"), {"key": str(key)}
            )
        bind.execute(
            sa.text("DELETE FROM follow_up_answer WHERE municipality_id = :key AND number > 1"),
            {"key": key},
        )
