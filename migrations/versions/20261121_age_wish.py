"""Add a family's wish for the guide's age."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "age_wish",
                sa.Enum(
                    "16-17",
                    "18-29",
                    "30-44",
                    "45-59",
                    "60-74",
                    "75+",
                    name="age_group",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_family_age_group"), type_="check")
        batch_op.drop_column("age_wish")
