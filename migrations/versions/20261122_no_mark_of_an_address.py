"""no mark of an address"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A hash of a telephone number can be guessed: a link knows its holder instead.
TABLES = ("match", "follow_up_answer", "end_answer")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("asked_contact")


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column(
                    "asked_contact",
                    sa.String(length=64),
                    server_default=sa.text("''"),
                    nullable=False,
                )
            )
            batch_op.alter_column("asked_contact", server_default=None)
