"""A group of minors is never one alone: the database says so too.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHECK = "group_of_two_or_more"


def upgrade() -> None:
    with op.batch_alter_table("family") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f(f"ck_family_{CHECK}"), "kind = 'household' OR household_size >= 2"
        )


def downgrade() -> None:
    with op.batch_alter_table("family") as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_family_{CHECK}"), type_="check")
