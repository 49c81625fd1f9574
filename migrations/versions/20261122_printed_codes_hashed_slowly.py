"""printed codes hashed slowly"""

import secrets

import sqlalchemy as sa
from alembic import context, op
from argon2.low_level import Type, hash_secret

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

CODES = sa.table(
    "recovery_code",
    sa.column("id", sa.Uuid),
    sa.column("user_id", sa.Uuid),
    sa.column("code_hash", sa.String),
)


def _resize(old: int, new: int) -> None:
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.alter_column(
            "code_hash",
            existing_type=sa.String(length=old),
            type_=sa.String(length=new),
            existing_nullable=False,
        )


def upgrade() -> None:
    """Hash the stored hashes once more, slowly: who has codes on paper keeps them."""
    _resize(64, 128)
    if context.is_offline_mode():
        op.execute(sa.delete(CODES))  # SQL alone cannot hash slowly: their owners print new ones
        return
    database = op.get_bind()
    salts: dict[object, bytes] = {}
    for row in database.execute(sa.select(CODES)).all():
        salt = salts.setdefault(row.user_id, secrets.token_bytes(16))
        slow = hash_secret(row.code_hash.encode(), salt, 2, 19456, 1, 32, Type.ID).decode()
        database.execute(sa.update(CODES).where(CODES.c.id == row.id).values(code_hash=slow))


def downgrade() -> None:
    """Forget the codes: nobody can tell what they were. Their owners print new ones."""
    op.execute(sa.delete(CODES))
    _resize(128, 64)
