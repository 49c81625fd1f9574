"""looks, rights and reminders"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


TABLES = (
    "access_log",
    "access_log_seal",
    "archive_note",
    "erased_record",
    "monthly_statistic",
    "retention_rule",
    "rights_request",
    "prolongation",
)
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "list",
                "view",
                "reveal",
                "export",
                "print",
                "search",
                name="look_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "record",
            sa.Enum(
                "guide",
                "family",
                "match",
                "staff",
                "message",
                "task",
                "access_log",
                name="record_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "first_contact",
                "matching",
                "follow_up",
                "concern",
                "rights",
                "supervision",
                "mistake",
                "other",
                name="look_reason",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "shown",
                "nothing_found",
                name="look_outcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_access_log_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index("ix_access_log_at", ["municipality_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_access_log_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "ix_access_log_record_id", ["municipality_id", "record_id", "at"], unique=False
        )
        batch_op.create_index(
            "ix_access_log_user_id", ["municipality_id", "user_id", "at"], unique=False
        )

    op.create_table(
        "access_log_seal",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("own_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_access_log_seal_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log_seal")),
        sa.UniqueConstraint(
            "municipality_id", "hour", name=op.f("uq_access_log_seal_municipality_id_hour")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "previous_hash",
            name=op.f("uq_access_log_seal_municipality_id_previous_hash"),
        ),
    )
    with op.batch_alter_table("access_log_seal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_access_log_seal_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "archive_note",
        sa.Column(
            "person",
            sa.Enum(
                "guide",
                "family",
                "user",
                name="person",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_archive_note_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_archive_note_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_note")),
        sa.UniqueConstraint(
            "municipality_id",
            "person",
            "record_id",
            name=op.f("uq_archive_note_municipality_id_person_record_id"),
        ),
    )
    with op.batch_alter_table("archive_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_archive_note_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "erased_record",
        sa.Column(
            "person",
            sa.Enum(
                "guide",
                "family",
                "user",
                name="person",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.Column("row_counts", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_erased_record_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_erased_record_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_record")),
        sa.UniqueConstraint(
            "municipality_id",
            "person",
            "record_id",
            name=op.f("uq_erased_record_municipality_id_person_record_id"),
        ),
    )
    with op.batch_alter_table("erased_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_erased_record_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "monthly_statistic",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "families_registered",
                "families_waiting",
                "waited_before_guide",
                "guides_applied",
                "guides_ready",
                "guides_left",
                "matches_agreed",
                "matches_started",
                "matches_ended",
                "matches_active",
                "meetings",
                "meeting_minutes",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("band", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_monthly_statistic_number_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_monthly_statistic_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_statistic")),
        sa.UniqueConstraint(
            "municipality_id",
            "month",
            "measure",
            "band",
            name=op.f("uq_monthly_statistic_municipality_id_month_measure_band"),
        ),
    )
    with op.batch_alter_table("monthly_statistic", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_monthly_statistic_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "retention_rule",
        sa.Column(
            "kind",
            sa.Enum(
                "silent_applicants",
                "guides_who_left",
                "families_never_matched",
                "families_after_match",
                "meeting_notes",
                "letters",
                "old_links",
                "accounts_without_role",
                name="retention_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 120", name=op.f("ck_retention_rule_months")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_retention_rule_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_retention_rule_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint(
            "municipality_id", "kind", name=op.f("uq_retention_rule_municipality_id_kind")
        ),
    )
    with op.batch_alter_table("retention_rule", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_retention_rule_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "rights_request",
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column(
            "person",
            sa.Enum(
                "guide",
                "family",
                "user",
                name="person",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column(
            "asks_for",
            sa.Enum(
                "access",
                "erasure",
                name="right",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_rights_request_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_rights_request_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_rights_request_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_rights_request_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rights_request_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rights_request_record_id"), ["record_id"], unique=False
        )

    op.create_table(
        "prolongation",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("guide_agreed_on", sa.Date(), nullable=False),
        sa.Column("family_agreed_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 36", name=op.f("ck_prolongation_months")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_prolongation_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_prolongation_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_prolongation_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prolongation")),
        sa.UniqueConstraint(
            "municipality_id", "once_token", name=op.f("uq_prolongation_municipality_id_once_token")
        ),
    )
    with op.batch_alter_table("prolongation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prolongation_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_prolongation_municipality_id"), ["municipality_id"], unique=False
        )

    with op.batch_alter_table("follow_up_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guide_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(
            batch_op.f("uq_follow_up_answer_municipality_id_follow_up_id_side"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_follow_up_answer_municipality_id_follow_up_id_guide_id"),
            ["municipality_id", "follow_up_id", "guide_id"],
        )
        batch_op.create_index(
            "uq_follow_up_answer_of_side",
            ["municipality_id", "follow_up_id", "side"],
            unique=True,
            sqlite_where=sa.text("guide_id IS NULL"),
            postgresql_where=sa.text("guide_id IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_follow_up_answer_municipality_id_guide_id_guide"),
            "guide",
            ["municipality_id", "guide_id"],
            ["municipality_id", "id"],
        )

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reminder_days", sa.Integer(), server_default=sa.text("3"), nullable=False)
        )

    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "other_recipient",
                sa.String(length=254),
                server_default=sa.text("''"),
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("other_body", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "tried_in_vain",
                sa.Enum(
                    "email",
                    "sms",
                    name="tried_in_vain",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(
                f'CREATE POLICY own_municipality ON "{table}" USING ({OWN}) WITH CHECK ({OWN})'
            )


def downgrade() -> None:
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outgoing_message_tried_in_vain"), type_="check")
        batch_op.drop_column("tried_in_vain")
        batch_op.drop_column("other_body")
        batch_op.drop_column("other_recipient")

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_column("reminder_days")

    with op.batch_alter_table("follow_up_answer", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_follow_up_answer_municipality_id_guide_id_guide"), type_="foreignkey"
        )
        batch_op.drop_index(
            "uq_follow_up_answer_of_side",
            sqlite_where=sa.text("guide_id IS NULL"),
            postgresql_where=sa.text("guide_id IS NULL"),
        )
        batch_op.drop_constraint(
            batch_op.f("uq_follow_up_answer_municipality_id_follow_up_id_guide_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_follow_up_answer_municipality_id_follow_up_id_side"),
            ["municipality_id", "follow_up_id", "side"],
        )
        batch_op.drop_column("guide_id")

    for table in reversed(TABLES):
        op.drop_table(table)  # its policy and its indexes go with it
