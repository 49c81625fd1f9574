"""keep whom a family fears"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


TABLES = (
    "family_coordinator",
    "feared_person",
    "hit_decision",
    "feared_mark",
)
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "family_coordinator",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_family_coordinator_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_family_coordinator_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_family_coordinator_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_family_coordinator_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_coordinator")),
        sa.UniqueConstraint(
            "municipality_id",
            "family_id",
            name=op.f("uq_family_coordinator_municipality_id_family_id"),
        ),
    )
    with op.batch_alter_table("family_coordinator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_family_coordinator_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_family_coordinator_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "feared_person",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("key_name", sa.String(length=16), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_feared_person_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_feared_person_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_feared_person_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feared_person")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_feared_person_municipality_id_id")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_feared_person_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("feared_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feared_person_family_id"), ["family_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_feared_person_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "hit_decision",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "family_says_other",
                "cannot_be",
                "known_to_us",
                "never",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("of_marks", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_hit_decision_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_hit_decision_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_hit_decision_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_hit_decision_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_decision")),
        sa.UniqueConstraint(
            "municipality_id",
            "family_id",
            "guide_id",
            name=op.f("uq_hit_decision_municipality_id_family_id_guide_id"),
        ),
    )
    with op.batch_alter_table("hit_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hit_decision_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hit_decision_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "feared_mark",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "person_id"],
            ["feared_person.municipality_id", "feared_person.id"],
            name=op.f("fk_feared_mark_municipality_id_person_id_feared_person"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_feared_mark_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feared_mark")),
        sa.UniqueConstraint(
            "municipality_id",
            "person_id",
            "mark",
            name=op.f("uq_feared_mark_municipality_id_person_id_mark"),
        ),
    )
    with op.batch_alter_table("feared_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feared_mark_municipality_id"), ["municipality_id"], unique=False
        )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(
                f'CREATE POLICY own_municipality ON "{table}" USING ({OWN}) WITH CHECK ({OWN})'
            )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)  # its policy and its indexes go with it
