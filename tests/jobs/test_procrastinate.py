"""What must be looked at again when Procrastinate is upgraded."""

from pathlib import Path

from procrastinate.schema import SchemaManager

NEWEST_KNOWN = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def test_our_migration_holds_the_newest_schema():
    """A newer release brings a newer schema: write a migration that runs its new files.

    A database made from scratch already has them (0003 runs the installed release's schema),
    so that migration must look before it leaps.
    """
    files = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))

    assert files[-1] == NEWEST_KNOWN
