"""keep households with a protected address"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


TABLES = (
    "protected_choice",
    "protected_household",
    "protected_look",
    "protected_fear",
    "protected_match",
)
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "protected_choice",
        sa.Column("takes_new", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=300), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("decision <> ''", name=op.f("ck_protected_choice_with_a_decision")),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_protected_choice_two_persons")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_protected_choice_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["user.id"], name=op.f("fk_protected_choice_first_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_protected_choice_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user.id"], name=op.f("fk_protected_choice_second_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_choice")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_protected_choice_municipality_id")),
    )
    with op.batch_alter_table("protected_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_protected_choice_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "protected_household",
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("household_size", sa.Integer(), nullable=False),
        sa.Column("has_children", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.Uuid(), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("copy_asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("copy_agreed_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "copy_agreed_by_id <> copy_asked_by_id",
            name=op.f("ck_protected_household_copy_takes_two"),
        ),
        sa.CheckConstraint(
            "household_size BETWEEN 1 AND 30", name=op.f("ck_protected_household_size_1_to_30")
        ),
        sa.ForeignKeyConstraint(
            ["copy_agreed_by_id"],
            ["user.id"],
            name=op.f("fk_protected_household_copy_agreed_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["copy_asked_by_id"],
            ["user.id"],
            name=op.f("fk_protected_household_copy_asked_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_protected_household_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["user.id"],
            name=op.f("fk_protected_household_registered_by_id_user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_household")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_protected_household_municipality_id_id")
        ),
        sa.UniqueConstraint(
            "municipality_id", "number", name=op.f("uq_protected_household_municipality_id_number")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_protected_household_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("protected_household", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_protected_household_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "protected_look",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column(
            "page",
            sa.Enum(
                "list",
                "record",
                "copy",
                name="household_page",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_protected_look_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_look")),
    )
    with op.batch_alter_table("protected_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_protected_look_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_protected_look_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "protected_fear",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("key_name", sa.String(length=16), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "household_id"],
            ["protected_household.municipality_id", "protected_household.id"],
            name=op.f("fk_protected_fear_municipality_id_household_id_protected_household"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_protected_fear_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_fear")),
        sa.UniqueConstraint(
            "municipality_id",
            "household_id",
            "person_id",
            "mark",
            name=op.f("uq_protected_fear_municipality_id_household_id_person_id_mark"),
        ),
    )
    with op.batch_alter_table("protected_fear", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_protected_fear_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "protected_match",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column(
            "gave_up",
            sa.Enum(
                "place",
                "break",
                name="gave_up",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by_id <> proposed_by_id", name=op.f("ck_protected_match_takes_two")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_protected_match_confirmed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_protected_match_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "household_id"],
            ["protected_household.municipality_id", "protected_household.id"],
            name=op.f("fk_protected_match_municipality_id_household_id_protected_household"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_protected_match_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_protected_match_proposed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_match")),
        sa.UniqueConstraint(
            "municipality_id", "guide_id", name=op.f("uq_protected_match_municipality_id_guide_id")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "household_id",
            name=op.f("uq_protected_match_municipality_id_household_id"),
        ),
    )
    with op.batch_alter_table("protected_match", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_protected_match_municipality_id"), ["municipality_id"], unique=False
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
