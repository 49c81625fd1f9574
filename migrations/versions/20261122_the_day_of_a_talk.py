"""the day of a talk"""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CONTACT = sa.table(
    "follow_up_contact",
    sa.column("id", sa.Uuid()),
    sa.column("noted_at", sa.DateTime()),
    sa.column("talked_on", sa.Date()),
)
OSLO = ZoneInfo("Europe/Oslo")


def upgrade() -> None:
    with op.batch_alter_table("follow_up_contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("talked_on", sa.Date(), nullable=True))
    _fill()
    with op.batch_alter_table("follow_up_contact", schema=None) as batch_op:
        batch_op.alter_column("talked_on", existing_type=sa.Date(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("follow_up_contact", schema=None) as batch_op:
        batch_op.drop_column("talked_on")


def _fill() -> None:
    """Until now a talk was always of the day in Oslo on which it was noted."""
    bind = op.get_bind()
    for key in bind.scalars(sa.text("SELECT id FROM municipality")).all():
        if bind.dialect.name == "postgresql":  # the owner stands behind the wall too
            bind.execute(
                sa.text("SELECT set_config('app.municipality', :key, true)"), {"key": str(key)}
            )
        for contact_id, noted_at in bind.execute(
            sa.select(CONTACT.c.id, CONTACT.c.noted_at).where(CONTACT.c.talked_on.is_(None))
        ).all():
            bind.execute(
                sa.update(CONTACT)
                .where(CONTACT.c.id == contact_id)
                .values(talked_on=_day_of(noted_at))
            )


def _day_of(instant: dt.datetime) -> dt.date:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return aware.astimezone(OSLO).date()
