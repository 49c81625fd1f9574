"""What README and CONTRIBUTING say of the code is true of the code."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from config import Config

README = Path("README.md").read_text("utf-8")
CONTRIBUTING = Path("CONTRIBUTING.md").read_text("utf-8")
DOCUMENTS = [*sorted(Path().glob("*.md")), *sorted(Path("docs").rglob("*.md"))]
FOR_TESTS = {"TESTING", "SESSION_COOKIE_SECURE"}  # not read from the environment


def test_the_tree_in_readme_is_the_tree_of_app():
    tree = README[README.index("app/  ") : README.index("templates/  ")]
    drawn = set(re.findall(r"^  ([a-z_]+(?:\.py|/))", tree, re.MULTILINE))
    built = {f"{path.name}/" for path in Path("app").iterdir() if any(path.glob("*.py"))}
    built |= {path.name for path in Path("app").glob("*.py")} - {"__init__.py"}
    assert drawn - {"translations/"} == built


def test_the_floor_plan_is_that_of_the_import_contracts():
    settings = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms = next(c for c in settings["contracts"] if c["id"] == "rooms")
    built = [set(re.findall(r"\w+", floor)) for floor in rooms["layers"]]
    plan = CONTRIBUTING.split("## The floor plan")[1].split("```")[1]
    drawn = [set(re.findall(r"\w+", line.split("  ")[0])) for line in plan.strip().splitlines()]
    assert drawn == built


def test_every_setting_is_in_readme():
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert told == {setting.name for setting in fields(Config)} - FOR_TESTS


def test_every_make_target_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text("utf-8"), re.MULTILINE))
    told = {
        target
        for document in DOCUMENTS
        for target in re.findall(
            r"(?:`|^)make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE
        )
    }
    assert told <= targets


def test_every_decision_is_in_the_index():
    written = {path.name for path in Path("docs/adr").glob("[0-9]*.md")}
    index = Path("docs/adr/README.md").read_text("utf-8")
    assert set(re.findall(r"\((\d{4}-[a-z-]+\.md)\)", index)) == written


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
