"""Rounds, what coordinators decided for them, each town's weights, guides who go together"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("matching_round", "matching_settings", "couple_guide", "round_choice", "round_proposal")
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "matching_round",
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                name="round_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("family_count", sa.Integer(), nullable=False),
        sa.Column("guide_count", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "progress BETWEEN 0 AND 100", name=op.f("ck_matching_round_progress_in_percent")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_matching_round_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_matching_round_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_round")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_matching_round_municipality_id_id")
        ),
    )
    with op.batch_alter_table("matching_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matching_round_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_matching_round_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_matching_round_under_way",
            ["municipality_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('queued', 'running')"),
            postgresql_where=sa.text("status IN ('queued', 'running')"),
        )

    op.create_table(
        "matching_settings",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("neighbourhood", sa.Integer(), nullable=False),
        sa.Column("language", sa.Integer(), nullable=False),
        sa.Column("availability", sa.Integer(), nullable=False),
        sa.Column("family_situation", sa.Integer(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("interests", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("burden", sa.Integer(), nullable=False),
        sa.Column("min_shared_slots", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "min_shared_slots BETWEEN 0 AND 21", name=op.f("ck_matching_settings_slots_of_a_week")
        ),
        sa.CheckConstraint(
            "neighbourhood + language + availability + family_situation + age + interests + occupation + waiting + burden = 1000",
            name=op.f("ck_matching_settings_weights_sum_to_1000"),
        ),
        sa.CheckConstraint(
            "stability BETWEEN 0 AND 1000", name=op.f("ck_matching_settings_stability_in_points")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_matching_settings_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_matching_settings_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_matching_settings_municipality_id")),
    )
    with op.batch_alter_table("matching_settings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_matching_settings_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "couple_guide",
        sa.Column("couple_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_couple_guide_one_of_two")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_couple_guide_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_couple_guide_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_couple_guide")),
        sa.UniqueConstraint(
            "municipality_id",
            "couple_id",
            "position",
            name=op.f("uq_couple_guide_municipality_id_couple_id_position"),
        ),
        sa.UniqueConstraint(
            "municipality_id", "guide_id", name=op.f("uq_couple_guide_municipality_id_guide_id")
        ),
    )
    with op.batch_alter_table("couple_guide", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_couple_guide_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "round_choice",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pin",
                "veto",
                name="choice_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_round_choice_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_round_choice_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_round_choice_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_round_choice_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_choice")),
        sa.UniqueConstraint(
            "municipality_id",
            "family_id",
            "guide_id",
            name=op.f("uq_round_choice_municipality_id_family_id_guide_id"),
        ),
    )
    with op.batch_alter_table("round_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_choice_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_round_choice_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_round_choice_pin_per_family",
            ["municipality_id", "family_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'pin'"),
            postgresql_where=sa.text("kind = 'pin'"),
        )

    op.create_table(
        "round_proposal",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_round_proposal_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "round_id"],
            ["matching_round.municipality_id", "matching_round.id"],
            name=op.f("fk_round_proposal_municipality_id_round_id_matching_round"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_round_proposal_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_proposal")),
        sa.UniqueConstraint(
            "municipality_id", "match_id", name=op.f("uq_round_proposal_municipality_id_match_id")
        ),
    )
    with op.batch_alter_table("round_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_proposal_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_round_proposal_round_id"), ["round_id"], unique=False)

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
