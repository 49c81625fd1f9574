"""Steps, certificates, courses, agreements, follow-ups, groups, messages by SMS"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


TABLES = (
    "absence",
    "assignment",
    "certificate_requirement",
    "course_session",
    "declaration",
    "follow_up_settings",
    "meeting_place",
    "pipeline_step",
    "course_booking",
    "group_approval",
    "guardian_approval",
    "guide_step",
    "police_certificate",
    "step_override",
    "agreement",
    "concern",
    "follow_up",
    "follow_up_contact",
    "guide_change",
    "start_meeting",
    "follow_up_answer",
)
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


LINKS = ("login", "invitation", "status", "answer")
# Closed lists that got longer: table, column, name of the list, what was in it and what is now.
LISTS = (
    ("link", "kind", "link_kind", LINKS, (*LINKS, "declaration", "follow_up", "feed", "ending")),
    ("match", "kind", "match_kind", ("household",), ("household", "group")),
)


def _list(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_absence_until_after_from")),
        sa.CheckConstraint("user_id <> substitute_id", name=op.f("ck_absence_another_person")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_absence_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_absence_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["user.id"], name=op.f("fk_absence_substitute_id_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_absence_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_absence_substitute_id"), ["substitute_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_absence_user_id"), ["user_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_assignment_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_assignment_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "municipality_id",
            "kind",
            "record_id",
            name=op.f("uq_assignment_municipality_id_kind_record_id"),
        ),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "certificate_requirement",
        sa.Column(
            "task",
            sa.Enum(
                "adult_match",
                "family_with_children",
                "minors_group",
                name="certificate_task",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT required OR legal_basis <> ''",
            name=op.f("ck_certificate_requirement_required_by_a_law"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user.id"],
            name=op.f("fk_certificate_requirement_changed_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_certificate_requirement_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_requirement")),
        sa.UniqueConstraint(
            "municipality_id", "task", name=op.f("uq_certificate_requirement_municipality_id_task")
        ),
    )
    with op.batch_alter_table("certificate_requirement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_requirement_municipality_id"),
            ["municipality_id"],
            unique=False,
        )

    op.create_table(
        "course_session",
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "places BETWEEN 1 AND 200", name=op.f("ck_course_session_places_in_a_room")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_course_session_ends_after_start")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_course_session_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_course_session_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_course_session_municipality_id_id")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_course_session_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("course_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_course_session_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_course_session_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "declaration",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_nb", sa.Text(), nullable=False),
        sa.Column("text_nn", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("asked_anew", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_declaration_version_from_one")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_declaration_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_declaration_published_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint(
            "municipality_id", "version", name=op.f("uq_declaration_municipality_id_version")
        ),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declaration_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "follow_up_settings",
        sa.Column("first_question_days", sa.Integer(), nullable=False),
        sa.Column("second_question_days", sa.Integer(), nullable=False),
        sa.Column("early_every_days", sa.Integer(), nullable=False),
        sa.Column("middle_every_days", sa.Integer(), nullable=False),
        sa.Column("late_every_days", sa.Integer(), nullable=False),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("child_welfare_phone", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "early_every_days BETWEEN 1 AND 366", name=op.f("ck_follow_up_settings_early")
        ),
        sa.CheckConstraint(
            "first_question_days BETWEEN 1 AND 366",
            name=op.f("ck_follow_up_settings_first_question"),
        ),
        sa.CheckConstraint(
            "late_every_days BETWEEN 1 AND 366", name=op.f("ck_follow_up_settings_late")
        ),
        sa.CheckConstraint(
            "middle_every_days BETWEEN 1 AND 366", name=op.f("ck_follow_up_settings_middle")
        ),
        sa.CheckConstraint(
            "second_question_days > first_question_days",
            name=op.f("ck_follow_up_settings_second_question"),
        ),
        sa.CheckConstraint(
            "silent_days BETWEEN 7 AND 366", name=op.f("ck_follow_up_settings_silent")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_follow_up_settings_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_follow_up_settings_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_follow_up_settings_municipality_id")),
    )
    with op.batch_alter_table("follow_up_settings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_settings_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "meeting_place",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("way_there", sa.String(length=160), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_meeting_place_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_place")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_meeting_place_municipality_id_id")
        ),
        sa.UniqueConstraint(
            "municipality_id", "name", name=op.f("uq_meeting_place_municipality_id_name")
        ),
    )
    with op.batch_alter_table("meeting_place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_place_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "pipeline_step",
        sa.Column(
            "code",
            sa.Enum(
                "declaration",
                "course",
                "certificate",
                "guardians",
                name="step_code",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "code <> 'guardians'", name=op.f("ck_pipeline_step_chosen_by_the_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_pipeline_step_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_pipeline_step_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_step")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_pipeline_step_municipality_id_code")
        ),
    )
    with op.batch_alter_table("pipeline_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pipeline_step_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "course_booking",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "waiting",
                "cancelled",
                name="booking_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["course_session.municipality_id", "course_session.id"],
            name=op.f("fk_course_booking_municipality_id_course_id_course_session"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_course_booking_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_course_booking_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_booking")),
        sa.UniqueConstraint(
            "municipality_id",
            "course_id",
            "guide_id",
            name=op.f("uq_course_booking_municipality_id_course_id_guide_id"),
        ),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_course_booking_municipality_id_id")
        ),
    )
    with op.batch_alter_table("course_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_booking_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_course_booking_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "group_approval",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "guardian",
                "child_welfare",
                name="approval_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("covers BETWEEN 1 AND 20", name=op.f("ck_group_approval_covers_some")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_group_approval_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_group_approval_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_group_approval_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_approval")),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_group_approval_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("group_approval", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_approval_family_id"), ["family_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_group_approval_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "guardian_approval",
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_name", sa.String(length=120), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_guardian_approval_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_guardian_approval_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_guardian_approval_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_approval")),
        sa.UniqueConstraint(
            "municipality_id",
            "guide_id",
            name=op.f("uq_guardian_approval_municipality_id_guide_id"),
        ),
    )
    with op.batch_alter_table("guardian_approval", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guardian_approval_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "guide_step",
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "code",
            sa.Enum(
                "declaration",
                "course",
                "certificate",
                "guardians",
                name="step_code",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "link",
                "my_page",
                "seen_by_staff",
                "course",
                name="step_way",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("signed_as", sa.String(length=120), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "code <> 'guardians'", name=op.f("ck_guide_step_guardians_have_a_row_of_their_own")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_guide_step_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_guide_step_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_guide_step_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_step")),
        sa.UniqueConstraint(
            "municipality_id",
            "guide_id",
            "code",
            "version",
            name=op.f("uq_guide_step_municipality_id_guide_id_code_version"),
        ),
    )
    with op.batch_alter_table("guide_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guide_step_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "police_certificate",
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "adult_match",
                "family_with_children",
                "minors_group",
                name="certificate_task",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "legal_basis <> ''", name=op.f("ck_police_certificate_asked_for_by_a_law")
        ),
        sa.CheckConstraint(
            "shown_on >= requested_on",
            name=op.f("ck_police_certificate_shown_after_it_was_asked_for"),
        ),
        sa.CheckConstraint(
            "shown_on IS NOT NULL OR seen_by_id IS NULL",
            name=op.f("ck_police_certificate_seen_when_shown"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_police_certificate_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_police_certificate_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["user.id"],
            name=op.f("fk_police_certificate_requested_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["user.id"], name=op.f("fk_police_certificate_seen_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_police_certificate")),
        sa.UniqueConstraint(
            "municipality_id",
            "guide_id",
            "task",
            name=op.f("uq_police_certificate_municipality_id_guide_id_task"),
        ),
    )
    with op.batch_alter_table("police_certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_police_certificate_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "step_override",
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "code",
            sa.Enum(
                "declaration",
                "course",
                "certificate",
                "guardians",
                name="step_code",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=280), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "code NOT IN ('certificate', 'guardians')", name=op.f("ck_step_override_never_waived")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_step_override_with_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_step_override_by_id_user")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user.id"], name=op.f("fk_step_override_ended_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_step_override_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_step_override_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_override")),
    )
    with op.batch_alter_table("step_override", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_step_override_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_step_override_in_force",
            ["municipality_id", "guide_id", "code"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "agreement",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "fortnightly",
                "monthly",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("family_locale", sa.String(length=5), nullable=False),
        sa.Column("guide_signed_on", sa.Date(), nullable=True),
        sa.Column("family_signed_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 36", name=op.f("ck_agreement_months")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_agreement_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_agreement_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_agreement_noted_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint(
            "municipality_id", "match_id", name=op.f("uq_agreement_municipality_id_match_id")
        ),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "concern",
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "guide",
                "family",
                name="pair_side",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("guide_id", sa.Uuid(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "match_id IS NOT NULL OR guide_id IS NOT NULL", name=op.f("ck_concern_of_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["user.id"], name=op.f("fk_concern_handled_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_concern_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_concern_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_concern_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_concern_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id", "once_token", name=op.f("uq_concern_municipality_id_once_token")
        ),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "follow_up",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "did_you_meet",
                "check_in",
                "mid_term",
                "end",
                "again",
                name="follow_up_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_follow_up_number_from_one")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["user.id"], name=op.f("fk_follow_up_done_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_follow_up_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_follow_up_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_follow_up_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id",
            "match_id",
            "kind",
            "number",
            name=op.f("uq_follow_up_municipality_id_match_id_kind_number"),
        ),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_follow_up_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "follow_up_contact",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "spoke_with",
            sa.Enum(
                "guide",
                "family",
                "both",
                name="spoke_with",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "phone",
                "in_person",
                "through_interpreter",
                "message",
                name="contacted_by",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "light",
            sa.Enum(
                "good",
                "warning",
                "bad",
                name="light",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_follow_up_contact_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_follow_up_contact_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_follow_up_contact_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_contact")),
        sa.UniqueConstraint(
            "municipality_id",
            "once_token",
            name=op.f("uq_follow_up_contact_municipality_id_once_token"),
        ),
    )
    with op.batch_alter_table("follow_up_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_contact_match_id"), ["match_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_contact_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "guide_change",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "lead",
                "co",
                "backup",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "lead",
                "co",
                "backup",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_guide_change_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_guide_change_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_guide_change_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_guide_change_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_change")),
    )
    with op.batch_alter_table("guide_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_change_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guide_change_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guide_change_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "start_meeting",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interpreter_language", sa.String(length=8), nullable=False),
        sa.Column("checks", sa.String(length=400), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_start_meeting_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "place_id"],
            ["meeting_place.municipality_id", "meeting_place.id"],
            name=op.f("fk_start_meeting_municipality_id_place_id_meeting_place"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_start_meeting_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["user.id"], name=op.f("fk_start_meeting_planned_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_meeting")),
        sa.UniqueConstraint(
            "municipality_id", "match_id", name=op.f("uq_start_meeting_municipality_id_match_id")
        ),
    )
    with op.batch_alter_table("start_meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_start_meeting_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "follow_up_answer",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "guide",
                "family",
                name="pair_side",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_contact", sa.String(length=64), nullable=False),
        sa.Column(
            "reply",
            sa.Enum(
                "fine",
                "not_meeting",
                "talk",
                name="reply",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["user.id"], name=op.f("fk_follow_up_answer_handled_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "follow_up_id"],
            ["follow_up.municipality_id", "follow_up.id"],
            name=op.f("fk_follow_up_answer_municipality_id_follow_up_id_follow_up"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_follow_up_answer_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_follow_up_answer_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_answer")),
        sa.UniqueConstraint(
            "municipality_id",
            "follow_up_id",
            "side",
            name=op.f("uq_follow_up_answer_municipality_id_follow_up_id_side"),
        ),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_follow_up_answer_municipality_id_id")
        ),
    )
    with op.batch_alter_table("follow_up_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_answer_match_id"), ["match_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_answer_municipality_id"), ["municipality_id"], unique=False
        )

    for table, column, name, was, now in LISTS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(
                column, existing_type=_list(name, was), type_=_list(name, now), nullable=False
            )

    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "household",
                    "minors_group",
                    name="family_kind",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                server_default="household",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("locale", sa.String(length=5), server_default="", nullable=False)
        )

    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_on", sa.Date(), nullable=True))

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sender_name", sa.String(length=60), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("sms_sender", sa.String(length=11), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "agreement_rhythm",
                sa.Enum(
                    "weekly",
                    "fortnightly",
                    "monthly",
                    name="agreement_rhythm",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                server_default="fortnightly",
                nullable=False,
            )
        )

    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "addressee",
                sa.Enum(
                    "guide",
                    "family",
                    "staff",
                    name="addressee",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum(
                    "email",
                    "sms",
                    name="channel",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                server_default="email",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("once_key", sa.String(length=120), nullable=True))
        batch_op.add_column(
            sa.Column("sender", sa.String(length=60), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("reply_to", sa.String(length=254), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("at_once", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("handled_by_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_outgoing_message_municipality_id_once_key"),
            ["municipality_id", "once_key"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_outgoing_message_handled_by_id_user"), "user", ["handled_by_id"], ["id"]
        )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(
                f'CREATE POLICY own_municipality ON "{table}" USING ({OWN}) WITH CHECK ({OWN})'
            )


def downgrade() -> None:
    for table, column, name, was, now in LISTS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(
                column, existing_type=_list(name, now), type_=_list(name, was), nullable=False
            )
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_outgoing_message_handled_by_id_user"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("uq_outgoing_message_municipality_id_once_key"), type_="unique"
        )
        batch_op.drop_column("handled_by_id")
        batch_op.drop_column("handled_at")
        batch_op.drop_column("failed_at")
        batch_op.drop_column("at_once")
        batch_op.drop_column("reply_to")
        batch_op.drop_column("sender")
        batch_op.drop_column("once_key")
        batch_op.drop_constraint(batch_op.f("ck_outgoing_message_channel"), type_="check")
        batch_op.drop_column("channel")
        batch_op.drop_constraint(batch_op.f("ck_outgoing_message_addressee"), type_="check")
        batch_op.drop_column("addressee")

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_municipality_agreement_rhythm"), type_="check")
        batch_op.drop_column("agreement_rhythm")
        batch_op.drop_column("sms_sender")
        batch_op.drop_column("sender_name")

    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.drop_column("joined_on")

    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_column("locale")
        batch_op.drop_constraint(batch_op.f("ck_family_family_kind"), type_="check")
        batch_op.drop_column("kind")

    for table in reversed(TABLES):
        op.drop_table(table)  # its policy and its indexes go with it
