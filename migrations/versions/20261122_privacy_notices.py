"""privacy notices, word for word, and what a municipality rests them on"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
DECISIONS = {
    "basis_for_guides": 300,
    "basis_for_families": 300,
    "processor": 120,
    "notice_version": 12,
}


def upgrade() -> None:
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        for name, length in DECISIONS.items():
            batch_op.add_column(
                sa.Column(name, sa.String(length), server_default=sa.text("''"), nullable=False)
            )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("notice_version", sa.String(12), server_default=sa.text("''"), nullable=False)
        )
    op.create_table(
        "privacy_notice",
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_privacy_notice_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["user.id"],
            name=op.f("fk_privacy_notice_published_by_id_user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint(
            "municipality_id", "version", name=op.f("uq_privacy_notice_municipality_id_version")
        ),
    )
    with op.batch_alter_table("privacy_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_privacy_notice_municipality_id"), ["municipality_id"], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE "privacy_notice" ENABLE ROW LEVEL SECURITY')
        op.execute('ALTER TABLE "privacy_notice" FORCE ROW LEVEL SECURITY')
        op.execute(
            f'CREATE POLICY own_municipality ON "privacy_notice" USING ({OWN}) WITH CHECK ({OWN})'
        )


def downgrade() -> None:
    op.drop_table("privacy_notice")  # its policy and its index go with it
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_column("notice_version")
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        for name in reversed(DECISIONS):
            batch_op.drop_column(name)
