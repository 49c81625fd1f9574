"""First tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=4), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("privacy_contact", sa.String(length=254), nullable=False),
        sa.Column("accessibility_url", sa.String(length=300), nullable=False),
        sa.Column("sign_up_open", sa.Boolean(), nullable=False),
        sa.Column("first_contact_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("agreement_months", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("number", name=op.f("uq_municipality_number")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
    )
    op.create_table(
        "user",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "invitation",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user.id"], name=op.f("fk_invitation_invited_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_invitation_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "link",
        sa.Column(
            "kind",
            sa.Enum(
                "login",
                "invitation",
                "status",
                "answer",
                name="link_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_link_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_hash")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "guide",
                "caseworker",
                "coordinator",
                "manager",
                "privacy_officer",
                "certificate_officer",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_membership_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id",
            "municipality_id",
            "role",
            name=op.f("uq_membership_user_id_municipality_id_role"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "neighbourhood",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column(
            "tier",
            sa.Enum("1", "2", name="tier", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("register_key", sa.String(length=120), nullable=False),
        sa.Column("changed_by_staff", sa.Boolean(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_neighbourhood_whole_point")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN 57 AND 81.5", name=op.f("ck_neighbourhood_latitude_in_norway")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -9.5 AND 32", name=op.f("ck_neighbourhood_longitude_in_norway")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "parent_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_neighbourhood_municipality_id_parent_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_neighbourhood_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
        sa.UniqueConstraint(
            "municipality_id", "id", name=op.f("uq_neighbourhood_municipality_id_id")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "tier",
            "name",
            name=op.f("uq_neighbourhood_municipality_id_tier_name"),
        ),
    )
    with op.batch_alter_table("neighbourhood", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_neighbourhood_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "outgoing_message",
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                name="message_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_outgoing_message_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
    )
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outgoing_message_about_id"), ["about_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outgoing_message_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "ix_outgoing_message_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "settlement_figure",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "requested",
                "decided",
                "settled",
                name="figure_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("date_is_approximate", sa.Boolean(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("minors_under_15", sa.Integer(), nullable=True),
        sa.Column("minors_over_15", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("persons >= 0", name=op.f("ck_settlement_figure_persons_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_settlement_figure_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_figure")),
        sa.UniqueConstraint(
            "municipality_id",
            "year",
            "kind",
            "dated_on",
            name=op.f("uq_settlement_figure_municipality_id_year_kind_dated_on"),
        ),
    )
    with op.batch_alter_table("settlement_figure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settlement_figure_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "sign_up_draft",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_sign_up_draft_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_up_draft_token_hash")),
    )
    with op.batch_alter_table("sign_up_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_up_draft_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sign_up_draft_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index("ix_user_session_seen_at", ["seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "family",
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "matched",
                "withdrawn",
                name="family_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column(
            "contact_gender",
            sa.Enum(
                "woman",
                "man",
                "other",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "contact_way",
            sa.Enum(
                "through_staff",
                "sms",
                "phone",
                "email",
                name="contact_way",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("household_size", sa.Integer(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column(
            "settlement_category",
            sa.Enum(
                "asylum",
                "collective_protection",
                "resettlement",
                "family_reunification",
                "humanitarian",
                name="settlement_category",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("counts_against_quota", sa.Boolean(), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column(
            "placed_by",
            sa.Enum(
                "choice",
                "postcode",
                "nearest",
                name="placed_by",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("must_share_language", sa.Boolean(), nullable=False),
        sa.Column("wants_norwegian_practice", sa.Boolean(), nullable=False),
        sa.Column("interpreter_needed", sa.Boolean(), nullable=False),
        sa.Column("availability", sa.Integer(), nullable=False),
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
            nullable=True,
        ),
        sa.Column("max_travel_minutes", sa.Integer(), nullable=True),
        sa.Column("interests", sa.String(length=400), nullable=False),
        sa.Column(
            "occupation",
            sa.Enum(
                "agriculture",
                "building",
                "care",
                "childcare",
                "cleaning",
                "culture",
                "education",
                "engineering",
                "food",
                "health",
                "industry",
                "it",
                "office",
                "sales",
                "transport",
                "other",
                name="occupation",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "gender_wish",
            sa.Enum(
                "none",
                "woman",
                "man",
                name="gender_wish",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("no_pets", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("informed_by", sa.String(length=120), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=False),
        sa.Column("registered_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "availability BETWEEN 0 AND 2097151", name=op.f("ck_family_availability_21_bits")
        ),
        sa.CheckConstraint(
            "household_size BETWEEN 1 AND 20", name=op.f("ck_family_household_size")
        ),
        sa.CheckConstraint("priority BETWEEN 0 AND 2", name=op.f("ck_family_priority")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "neighbourhood_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_family_municipality_id_neighbourhood_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_family_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["user.id"], name=op.f("fk_family_registered_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_family_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id", "once_token", name=op.f("uq_family_municipality_id_once_token")
        ),
        sa.UniqueConstraint(
            "municipality_id", "reference", name=op.f("uq_family_municipality_id_reference")
        ),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_family_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "guide",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "contacted",
                "interviewed",
                "ready",
                "paused",
                "ended",
                name="guide_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column(
            "age_group",
            sa.Enum(
                "16-17",
                "18-29",
                "30-44",
                "45-59",
                "60-74",
                "75+",
                name="age_group",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "gender",
            sa.Enum(
                "woman",
                "man",
                "other",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=True),
        sa.Column(
            "placed_by",
            sa.Enum(
                "choice",
                "postcode",
                "nearest",
                name="placed_by",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("availability", sa.Integer(), nullable=False),
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
        sa.Column("hours_per_meeting", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("interests", sa.String(length=400), nullable=False),
        sa.Column(
            "occupation",
            sa.Enum(
                "agriculture",
                "building",
                "care",
                "childcare",
                "cleaning",
                "culture",
                "education",
                "engineering",
                "food",
                "health",
                "industry",
                "it",
                "office",
                "sales",
                "transport",
                "other",
                name="occupation",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "gender_wish",
            sa.Enum(
                "none",
                "woman",
                "man",
                name="gender_wish",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "children_wish",
            sa.Enum(
                "no_matter",
                "with_children",
                "without_children",
                name="children_wish",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("own_children", sa.String(length=400), nullable=False),
        sa.Column("has_pets", sa.Boolean(), nullable=False),
        sa.Column("max_travel_minutes", sa.Integer(), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_on", sa.Date(), nullable=True),
        sa.Column("interviewed_on", sa.Date(), nullable=True),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "availability BETWEEN 0 AND 2097151", name=op.f("ck_guide_availability_21_bits")
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 3", name=op.f("ck_guide_capacity_one_to_three")),
        sa.CheckConstraint(
            "places_taken BETWEEN 0 AND capacity", name=op.f("ck_guide_places_within_capacity")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "neighbourhood_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_guide_municipality_id_neighbourhood_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_guide_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_guide_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_guide_municipality_id_id")),
    )
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_email"), ["email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guide_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_guide_user_id"), ["user_id"], unique=False)

    op.create_table(
        "neighbourhood_link",
        sa.Column("lower_id", sa.Uuid(), nullable=False),
        sa.Column("upper_id", sa.Uuid(), nullable=False),
        sa.Column("adjacent", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("staff_adjacent", sa.Boolean(), nullable=True),
        sa.Column("staff_minutes", sa.Integer(), nullable=True),
        sa.Column("staff_unreachable", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_neighbourhood_link_minutes_not_negative")),
        sa.CheckConstraint(
            "staff_minutes >= 0", name=op.f("ck_neighbourhood_link_staff_minutes_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "lower_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_neighbourhood_link_municipality_id_lower_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "upper_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_neighbourhood_link_municipality_id_upper_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_neighbourhood_link_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood_link")),
        sa.UniqueConstraint(
            "municipality_id",
            "lower_id",
            "upper_id",
            name=op.f("uq_neighbourhood_link_municipality_id_lower_id_upper_id"),
        ),
    )
    with op.batch_alter_table("neighbourhood_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_neighbourhood_link_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "postcode",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("neighbourhood_id", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "neighbourhood_id"],
            ["neighbourhood.municipality_id", "neighbourhood.id"],
            name=op.f("fk_postcode_municipality_id_neighbourhood_id_neighbourhood"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_postcode_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcode")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_postcode_municipality_id_code")
        ),
    )
    with op.batch_alter_table("postcode", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_postcode_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "children_in_band",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column(
            "band",
            sa.Enum(
                "0-2",
                "3-5",
                "6-12",
                "13-17",
                name="child_age",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "count BETWEEN 1 AND 15", name=op.f("ck_children_in_band_count_in_band")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_children_in_band_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_children_in_band_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_children_in_band")),
        sa.UniqueConstraint(
            "municipality_id",
            "family_id",
            "band",
            name=op.f("uq_children_in_band_municipality_id_family_id_band"),
        ),
    )
    with op.batch_alter_table("children_in_band", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_children_in_band_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "family_language",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("understands", sa.Integer(), nullable=False),
        sa.Column("speaks", sa.Integer(), nullable=False),
        sa.Column("unacceptable", sa.Boolean(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("speaks BETWEEN 0 AND 4", name=op.f("ck_family_language_known_speaks")),
        sa.CheckConstraint(
            "understands BETWEEN 0 AND 4", name=op.f("ck_family_language_known_understands")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_family_language_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_family_language_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_language")),
        sa.UniqueConstraint(
            "municipality_id",
            "family_id",
            "code",
            name=op.f("uq_family_language_municipality_id_family_id_code"),
        ),
    )
    with op.batch_alter_table("family_language", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_family_language_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "guide_language",
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_guide_language_known_level")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_guide_language_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_guide_language_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_language")),
        sa.UniqueConstraint(
            "municipality_id",
            "guide_id",
            "code",
            name=op.f("uq_guide_language_municipality_id_guide_id_code"),
        ),
    )
    with op.batch_alter_table("guide_language", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guide_language_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "match",
        sa.Column(
            "kind",
            sa.Enum(
                "household", name="match_kind", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "guide_asked",
                "guide_accepted",
                "family_asked",
                "agreed",
                "active",
                "ended",
                "declined",
                "expired",
                "withdrawn",
                name="match_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "matching",
                "by_hand",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("choice_note", sa.String(length=280), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("asked_contact", sa.String(length=64), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "completed",
                "moved",
                "never_met",
                "guide_stopped",
                "family_stopped",
                "other",
                name="end_reason",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "declined_by",
            sa.Enum(
                "guide",
                "family",
                "coordinator",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no_time",
                "too_far",
                "not_a_fit",
                "knows_the_other",
                "changed_situation",
                "found_another",
                "no_reason",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 1000", name=op.f("ck_match_score_in_range")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "family_id"],
            ["family.municipality_id", "family.id"],
            name=op.f("fk_match_municipality_id_family_id_family"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_match_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_match_municipality_id_id")),
    )
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_match_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(
            "uq_match_open_per_family",
            ["municipality_id", "family_id", "kind"],
            unique=True,
            sqlite_where=sa.text(
                "status IN ('active', 'agreed', 'family_asked', 'guide_accepted', 'guide_asked', 'proposed')"
            ),
            postgresql_where=sa.text(
                "status IN ('active', 'agreed', 'family_asked', 'guide_accepted', 'guide_asked', 'proposed')"
            ),
        )

    op.create_table(
        "activity",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("once_token", sa.String(length=64), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "chat",
                "language_practice",
                "dinner",
                "football_lift",
                "homework",
                "nature",
                "cv_and_job",
                "office_visit",
                "other",
                name="activity_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "mood",
            sa.Enum(
                "1", "2", "3", name="mood", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=280), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "duration_minutes BETWEEN 15 AND 1440", name=op.f("ck_activity_duration")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_activity_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_activity_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_activity_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_activity_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id", "once_token", name=op.f("uq_activity_municipality_id_once_token")
        ),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "match_event",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "proposed",
                "guide_asked",
                "guide_accepted",
                "family_asked",
                "agreed",
                "active",
                "ended",
                "declined",
                "expired",
                "withdrawn",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "proposed",
                "guide_asked",
                "guide_accepted",
                "family_asked",
                "agreed",
                "active",
                "ended",
                "declined",
                "expired",
                "withdrawn",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
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
            nullable=True,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "link",
                "my_page",
                "in_person",
                "phone",
                "through_interpreter",
                name="answer_way",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_match_event_by_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_match_event_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_match_event_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_event")),
    )
    with op.batch_alter_table("match_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_event_match_id"), ["match_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_match_event_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "match_guide",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lead",
                "co",
                "backup",
                name="guide_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "guide_id"],
            ["guide.municipality_id", "guide.id"],
            name=op.f("fk_match_guide_municipality_id_guide_id_guide"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "match_id"],
            ["match.municipality_id", "match.id"],
            name=op.f("fk_match_guide_municipality_id_match_id_match"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_match_guide_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_guide")),
        sa.UniqueConstraint(
            "municipality_id",
            "match_id",
            "guide_id",
            name=op.f("uq_match_guide_municipality_id_match_id_guide_id"),
        ),
    )
    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_guide_guide_id"), ["guide_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_match_guide_municipality_id"), ["municipality_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("match_guide", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_guide_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_match_guide_guide_id"))

    op.drop_table("match_guide")
    with op.batch_alter_table("match_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_event_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_match_event_match_id"))

    op.drop_table("match_event")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_activity_match_id"))
        batch_op.drop_index(batch_op.f("ix_activity_guide_id"))

    op.drop_table("activity")
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_match_open_per_family",
            sqlite_where=sa.text(
                "status IN ('active', 'agreed', 'family_asked', 'guide_accepted', 'guide_asked', 'proposed')"
            ),
            postgresql_where=sa.text(
                "status IN ('active', 'agreed', 'family_asked', 'guide_accepted', 'guide_asked', 'proposed')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_match_municipality_id"))

    op.drop_table("match")
    with op.batch_alter_table("guide_language", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_language_municipality_id"))

    op.drop_table("guide_language")
    with op.batch_alter_table("family_language", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_language_municipality_id"))

    op.drop_table("family_language")
    with op.batch_alter_table("children_in_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_children_in_band_municipality_id"))

    op.drop_table("children_in_band")
    with op.batch_alter_table("postcode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_postcode_municipality_id"))

    op.drop_table("postcode")
    with op.batch_alter_table("neighbourhood_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_neighbourhood_link_municipality_id"))

    op.drop_table("neighbourhood_link")
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_user_id"))
        batch_op.drop_index(batch_op.f("ix_guide_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_guide_email"))

    op.drop_table("guide")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_municipality_id"))

    op.drop_table("family")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))
        batch_op.drop_index("ix_user_session_seen_at")

    op.drop_table("user_session")
    with op.batch_alter_table("sign_up_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_up_draft_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_sign_up_draft_created_at"))

    op.drop_table("sign_up_draft")
    with op.batch_alter_table("settlement_figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_figure_municipality_id"))

    op.drop_table("settlement_figure")
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outgoing_message_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_outgoing_message_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_message_about_id"))

    op.drop_table("outgoing_message")
    with op.batch_alter_table("neighbourhood", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_neighbourhood_municipality_id"))

    op.drop_table("neighbourhood")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_municipality_id"))

    op.drop_table("membership")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_subject_id"))

    op.drop_table("link")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_municipality_id"))

    op.drop_table("invitation")
    op.drop_table("user")
    op.drop_table("municipality")
