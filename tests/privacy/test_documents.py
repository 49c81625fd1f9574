"""What the municipality's papers say of the site is what the site does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.accounts.models.sessions import GUIDE_LIMITS, STAFF_LIMITS
from app.accounts.services import browsers
from app.guides.queries import DRAFT_LIFETIME
from app.messages import services as messages
from app.privacy.forms.notices_for_families import BACKUP_DAYS
from app.privacy.queries.ageing import DEFAULT_MONTHS
from app.privacy.services.looks_kept import MONTHS_KEPT
from config import Config

FOLDER = Path("docs/privacy")
RETENTION = (FOLDER / "retention.md").read_text("utf-8")


def test_the_table_of_retention_is_that_of_the_settings():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) måned(?:er)? \|", RETENTION, re.MULTILINE)
    assert dict(rows) == {kind.value: str(months) for kind, months in DEFAULT_MONTHS.items()}


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("påbegynt påmelding", f"{DRAFT_LIFETIME.total_seconds() / 3600:.0f} timer"),
        ("teksten i en melding", f"{messages.KEPT_FOR.days} dager"),
        ("innsynslogg", f"{MONTHS_KEPT} måneder"),
        (
            "økter for ansatte",
            f"{STAFF_LIMITS.whole.seconds // 3600} timer, {STAFF_LIMITS.idle.seconds // 60} minutter",
        ),
        (
            "økter for guider",
            f"{GUIDE_LIMITS.whole.days} dager, {GUIDE_LIMITS.idle.days} dager",
        ),
        ("kjente nettlesere", f"{browsers.KEPT_FOR.days} dager"),
        ("sikkerhetskopier", f"{BACKUP_DAYS} dager"),
    ],
)
def test_what_is_fixed_is_told_as_it_is(what, limit):
    (row,) = [line for line in RETENTION.splitlines() if line.startswith(f"| {what} |")]
    assert row.split("|")[2].strip().startswith(limit)


def test_the_agreement_and_the_guide_to_backups_keep_them_as_long():
    for paper in ("processor-agreement.md", "../backups.md"):
        text = (FOLDER / paper).read_text("utf-8")
        assert re.search(rf"\b{BACKUP_DAYS} (?:dager|days)", text), paper


def test_every_setting_that_sends_something_away_is_among_the_sub_processors():
    told = set(re.findall(r"`([A-Z_]+)", (FOLDER / "sub-processors.md").read_text("utf-8")))
    settings = {setting.name for setting in fields(Config)}
    assert told <= settings
    assert {"SMTP_URL", "SMS_URL", "GEOCODER", "MAP_TILES_URL", "BACKUP_RECIPIENT"} <= told


def test_every_paper_is_on_the_list():
    listed = set(re.findall(r"\(([\w-]+\.md)\)", (FOLDER / "README.md").read_text("utf-8")))
    assert listed == {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
