"""who took somebody off the list of a protected household"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = ("list", "record", "copy")
REFUSED = "the access log is added to, never changed"
OLD = "at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-24 months')"


def upgrade() -> None:
    _allow((*BEFORE, "taken_off"))


def downgrade() -> None:
    """Go back, where nobody was taken off yet: what the log says is not rewritten."""
    _allow(BEFORE)


def _allow(pages: tuple[str, ...]) -> None:
    quoted = ", ".join(f"'{page}'" for page in pages)
    with op.batch_alter_table("protected_look", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_protected_look_household_page"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_protected_look_household_page"), f"page IN ({quoted})"
        )
    if op.get_bind().dialect.name == "sqlite":
        _guard_anew()


def _guard_anew() -> None:
    """Guard the rows as before: on SQLite the table is a new one, without its triggers."""
    for name, when in (
        ("never_changed", "UPDATE ON protected_look"),
        ("kept", f"DELETE ON protected_look WHEN NOT OLD.{OLD}"),
    ):
        op.execute(
            f"CREATE TRIGGER protected_look_{name} BEFORE {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
