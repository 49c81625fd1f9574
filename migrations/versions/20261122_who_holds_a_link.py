"""who holds a link"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Of these the subject is the person. Whom the others were sent to is not known: they open no more.
HELD_BY_THE_SUBJECT = """
    UPDATE link SET holder_id = subject_id
    WHERE kind IN ('login', 'password', 'invitation', 'status', 'declaration', 'feed')
"""


def upgrade() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_link_holder_id"), ["holder_id"], unique=False)
    op.execute(HELD_BY_THE_SUBJECT)


def downgrade() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_holder_id"))
        batch_op.drop_column("holder_id")
