"""let each guide say a word of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id_side"), type_="unique"
        )
        batch_op.create_index(
            "uq_match_ending_of_guide",
            ["municipality_id", "match_id", "guide_id"],
            unique=True,
            sqlite_where=sa.text("side = 'guide'"),
            postgresql_where=sa.text("side = 'guide'"),
        )
        batch_op.create_index(
            "uq_match_ending_of_staff",
            ["municipality_id", "match_id"],
            unique=True,
            sqlite_where=sa.text("side <> 'guide'"),
            postgresql_where=sa.text("side <> 'guide'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_match_ending_of_staff",
            sqlite_where=sa.text("side <> 'guide'"),
            postgresql_where=sa.text("side <> 'guide'"),
        )
        batch_op.drop_index(
            "uq_match_ending_of_guide",
            sqlite_where=sa.text("side = 'guide'"),
            postgresql_where=sa.text("side = 'guide'"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id_side"),
            ["municipality_id", "match_id", "side"],
        )
