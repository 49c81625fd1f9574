"""the break before one was wished"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.add_column(sa.Column("was_resting", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("rested_until", sa.Date(), nullable=True))
    # Until now a break that was taken back was over, whatever was before.
    op.execute("UPDATE match_ending SET was_resting = false WHERE wish IN ('pause', 'too_much')")


def downgrade() -> None:
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.drop_column("rested_until")
        batch_op.drop_column("was_resting")
