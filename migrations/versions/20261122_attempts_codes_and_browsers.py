"""attempts, recovery codes and known browsers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


LINKS = (
    "login",
    "invitation",
    "status",
    "answer",
    "declaration",
    "follow_up",
    "feed",
    "ending",
)


def _kinds(*values: str) -> sa.Enum:
    return sa.Enum(*values, name="link_kind", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    with op.batch_alter_table("link") as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=_kinds(*LINKS),
            type_=_kinds(*LINKS, "password"),
            existing_nullable=False,
        )
    op.create_table(
        "attempt",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_attempt_key_hash")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_since"), ["since"], unique=False)

    op.create_table(
        "known_browser",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_known_browser_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint(
            "user_id", "token_hash", name=op.f("uq_known_browser_user_id_token_hash")
        ),
    )
    with op.batch_alter_table("known_browser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_browser_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")
        ),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("browser", sa.String(length=40), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM link WHERE kind = 'password'")
    with op.batch_alter_table("link") as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=_kinds(*LINKS, "password"),
            type_=_kinds(*LINKS),
            existing_nullable=False,
        )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("browser")

    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("known_browser", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_browser_user_id"))

    op.drop_table("known_browser")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_since"))

    op.drop_table("attempt")
