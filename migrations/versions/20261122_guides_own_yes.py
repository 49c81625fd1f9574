"""each guide's own yes"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("awaits_yes", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("said_yes_on", sa.Date(), nullable=True))
    with op.batch_alter_table("guide_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("family_yes_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("guide_change", schema=None) as batch_op:
        batch_op.drop_column("family_yes_on")
    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.drop_column("said_yes_on")
        batch_op.drop_column("awaits_yes")
