"""two plans for an end, and why a start had gaps"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "gap",
                sa.Enum(
                    "held_earlier",
                    "another_day",
                    "not_needed",
                    "soon",
                    name="gap",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id_side"),
            ["municipality_id", "match_id", "side"],
        )


def downgrade() -> None:
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id_side"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_match_ending_municipality_id_match_id"),
            ["municipality_id", "match_id"],
        )

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_agreement_gap"), type_="check")
        batch_op.drop_column("gap")
