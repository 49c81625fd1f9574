"""who was told that a group rests, and who never said yes"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("guide_change", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "never_said_yes", sa.Boolean(), server_default=sa.text("false"), nullable=False
            )
        )

    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rest_told_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.drop_column("rest_told_on")

    with op.batch_alter_table("guide_change", schema=None) as batch_op:
        batch_op.drop_column("never_said_yes")
