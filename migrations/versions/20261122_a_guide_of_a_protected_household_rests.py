"""a guide of a protected household always rests"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("protected_match", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_protected_match_gave_up"), type_="check")
        batch_op.drop_column("gave_up")


def downgrade() -> None:
    gave_up = sa.Enum(
        "place", "break", name="gave_up", native_enum=False, create_constraint=True, length=30
    )
    with op.batch_alter_table("protected_match", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gave_up", gave_up, nullable=True))
