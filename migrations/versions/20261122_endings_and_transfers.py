"""endings and transfers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


TABLES = (
    "transfer",
    "end_answer",
    "match_ending",
)
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


REASONS = ("completed", "moved", "never_met", "guide_stopped", "family_stopped", "other")
MORE_REASONS = (*REASONS[:3], "not_a_fit", *REASONS[3:])


def _list(values: tuple[str, ...]) -> sa.Enum:
    name = "end_reason"
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    with op.batch_alter_table("match") as batch_op:
        batch_op.alter_column(
            "end_reason",
            existing_type=_list(REASONS),
            type_=_list(MORE_REASONS),
            existing_nullable=True,
        )
    op.create_table(
        "transfer",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("to_municipality", sa.String(length=60), nullable=False),
        sa.Column("moves_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "told",
                "dropped",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user.id"], name=op.f("fk_transfer_closed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_transfer_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_transfer_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_transfer_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_transfer_municipality_id_id")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transfer_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_transfer_pending_per_family",
            ["municipality_id", "family_id"],
            unique=True,
            sqlite_where=sa.text("status = 'pending'"),
            postgresql_where=sa.text("status = 'pending'"),
        )

    op.create_table(
        "end_answer",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_contact", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "went_well",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="went_well",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "met_enough",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="met_enough",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "got_help",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="got_help",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "gained",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="gained",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "keep_in_touch",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="keep_in_touch",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "again",
            sa.Enum(
                "now",
                "later",
                "no_more",
                name="again",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "again IS NULL OR guide_id IS NOT NULL", name=op.f("ck_end_answer_again_is_for_guides")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_end_answer_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_end_answer_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_end_answer_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_answer")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_end_answer_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id",
            "match_id",
            "guide_id",
            name=op.f("uq_end_answer_municipality_id_match_id_guide_id"),
        ),
    )
    with op.batch_alter_table("end_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_end_answer_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_end_answer_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_end_answer_of_family",
            ["municipality_id", "match_id"],
            unique=True,
            sqlite_where=sa.text("guide_id IS NULL"),
            postgresql_where=sa.text("guide_id IS NULL"),
        )

    op.create_table(
        "match_ending",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum(
                "pause",
                "too_much",
                "completed",
                "another_family",
                "family_moved",
                "stop",
                "another_guide",
                "no_guide",
                "never_met",
                "other",
                name="wish",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "guide",
                "family",
                "coordinator",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("guide_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by_id", sa.Uuid(), nullable=True),
        sa.Column("last_meeting_on", sa.Date(), nullable=True),
        sa.Column(
            "family_after",
            sa.Enum(
                "waits",
                "transfers",
                "leaves",
                name="family_after",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["user.id"], name=op.f("fk_match_ending_handled_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_match_ending_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_match_ending_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_match_ending_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["user.id"], name=op.f("fk_match_ending_said_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_ending")),
        sa.UniqueConstraint(
            "municipality_id", "match_id", name=op.f("uq_match_ending_municipality_id_match_id")
        ),
    )
    with op.batch_alter_table("match_ending", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_match_ending_municipality_id"), ["municipality_id"], unique=False
        )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(
                f'CREATE POLICY own_municipality ON "{table}" USING ({OWN}) WITH CHECK ({OWN})'
            )


def downgrade() -> None:
    with op.batch_alter_table("match") as batch_op:
        batch_op.alter_column(
            "end_reason",
            existing_type=_list(MORE_REASONS),
            type_=_list(REASONS),
            existing_nullable=True,
        )
    for table in reversed(TABLES):
        op.drop_table(table)  # its policy and its indexes go with it
