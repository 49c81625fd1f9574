"""Row-level security: on PostgreSQL the database itself keeps the municipalities apart"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "activity",
    "children_in_band",
    "family",
    "family_language",
    "guide",
    "guide_language",
    "match",
    "match_event",
    "match_guide",
    "neighbourhood",
    "neighbourhood_link",
    "outgoing_message",
    "postcode",
    "settlement_figure",
    "sign_up_draft",
)
# The setting lasts for one transaction; empty or missing, it equals no municipality.
OWN = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY own_municipality ON "{table}" USING ({OWN}) WITH CHECK ({OWN})')


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f'DROP POLICY own_municipality ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
