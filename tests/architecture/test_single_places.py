"""Things that live in one place are named nowhere else."""

import re
from pathlib import Path

import pytest

MODULES = sorted(Path("app").rglob("*.py"))


def users_of(pattern: str) -> set[str]:
    return {path.as_posix() for path in MODULES if re.search(pattern, path.read_text("utf-8"))}


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"\bRole\.[A-Z]", {"app/permissions.py"}),
        (r"\bacross_municipalities\(", {"app/tenancy.py"}),
        (r"\blooking_into\(", {"app/tenancy.py", "app/accounts/queries.py"}),
        (r"municipality_id ==", {"app/tenancy.py", "app/accounts/queries.py"}),
        (r"app\.municipality'", set()),
        (
            r"\.commit\(\)",
            {"app/web/transactions.py", "app/accounts/sessions.py", "app/jobs/tasks.py"},
        ),
        (r"engine\.connect\(", set()),
        (r"datetime\.now\(|date\.today\(|utcnow\(", {"app/web/context.py"}),
        (r"\|\s*safe\b|Markup\(|render_template_string|\beval\(|\bexec\(|pickle", set()),
        (r"populate_obj", set()),
        # No file is taken, and none is written for a spreadsheet, in which a cell could be a formula.
        (r"request\.files|FileField|FileStorage|multipart", set()),
        (r"text/csv|csv\.writer|DictWriter|openpyxl|xlsx", {"app/matching/__main__.py"}),
        (r"ZoneInfo\(", {"app/oslo.py"}),
        (r"\.date\(\)", {"app/oslo.py", "app/web/context.py"}),
        (r"geopy\.geocoders", {"app/geocoding/kartverket.py", "app/geocoding/offline.py"}),
    ],
)
def test_is_named_in_its_own_place_only(pattern, allowed):
    elsewhere = {path for path in users_of(pattern) - allowed if "/commands/" not in path}
    assert elsewhere == set()


def test_scripts_set_no_markup_and_keep_nothing():
    """What a page shows is written as text, and is gone with the page."""
    wrong = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|sendBeacon"
    )
    scripts = sorted(Path("static/js").rglob("*.js"))
    assert scripts
    assert [path.as_posix() for path in scripts if wrong.search(path.read_text("utf-8"))] == []


def test_scripts_fill_no_object_by_a_name_from_elsewhere():
    """What a page or an answer says becomes no key: by `__proto__` it would be in all objects.

    A copy by `...` sets no prototype, whatever its keys are called; a Map has none to set.
    """
    wrong = re.compile(
        r"\w\[[^\]]*\]\s*(?:=(?![=>])|\?\?=|\|\|=|\+=)"  # thing[key] = …, with any key
        r"|__proto__|\.prototype\b|setPrototypeOf|definePropert|Object\.assign|Reflect\.set"
    )
    for bad in ("all[key] = 1", "a[b.c] ??= {}", "Object.assign(a, b)", "x.__proto__.y = 1"):
        assert wrong.search(bad), bad
    scripts = {path: path.read_text("utf-8") for path in sorted(Path("static/js").rglob("*.js"))}
    assert [path.as_posix() for path, text in scripts.items() if wrong.search(text)] == []
    filled = [line for text in scripts.values() for line in re.findall(r"Object\.\w+\(.*", text)]
    assert all("fromEntries(PARTS.filter(" in line for line in filled)  # names that stand there
