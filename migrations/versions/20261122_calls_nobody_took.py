"""calls nobody took, and why an applicant was declined"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("tried_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("call_again_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "declined_for",
                sa.Enum(
                    "not_reached",
                    "other_wishes",
                    "terms",
                    "not_suited",
                    "no_need",
                    name="declined_for",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_guide_declined_for"), type_="check")
        for column in ("declined_for", "call_again_on", "tried_on", "tries"):
            batch_op.drop_column(column)
