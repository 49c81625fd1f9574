"""docs/security says what the code does, and names proofs that are there."""

import re
from pathlib import Path

import pytest

from app.commands import security
from app.personal import Weight

FOLDER = Path("docs/security")
ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+) \| (yes|partly|no|n/a) \| (.+) \|$", re.MULTILINE
)
TEST = re.compile(r"`(tests/[\w/.]+)::(test_\w+)`")
# Rows of the levels 1 and 2 in each chapter of ASVS 5.0.0.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14}
CHAPTERS |= {12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7}
LONGEST_REASON = 4  # words for "this is not here"


def rows():
    return ROW.findall((FOLDER / "asvs.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("document", "write"),
    [("limits.md", security.write_limits), ("access-table.md", security.write_access_table)],
)
def test_the_tables_are_those_of_the_code(document, write):
    """If not: `flask security write`."""
    written = (FOLDER / document).read_text("utf-8").partition(security.MARK)[2]
    assert written.strip() == write().strip()


def test_every_row_is_answered_once():
    numbers = [number for number, *_rest in rows()]
    assert len(numbers) == len(set(numbers)) == 253
    assert sum(level == "1" for _number, level, *_rest in rows()) == 70
    found = dict.fromkeys(CHAPTERS, 0)
    for number in numbers:
        found[int(number.split(".")[0])] += 1
    assert found == CHAPTERS
    lines = (FOLDER / "asvs.md").read_text("utf-8").splitlines()
    assert sum(bool(re.match(r"\| \d", line)) for line in lines) == 253


def test_what_is_said_to_hold_names_what_shows_it():
    for number, _level, _what, holds, proof in rows():
        if holds == "yes":
            assert TEST.search(proof) or "](" in proof or "`pyproject.toml`" in proof, number
        if holds == "n/a":
            assert len(proof.split()) <= LONGEST_REASON, number


def test_whoever_is_named_as_proof_exists():
    lacking = set()
    for path in FOLDER.glob("*.md"):
        for file, test in TEST.findall(path.read_text("utf-8")):
            if not Path(file).exists() or not re.search(
                rf"def {test}\(", Path(file).read_text("utf-8")
            ):
                lacking.add(f"{file}::{test}")
    assert lacking == set()


def test_every_class_of_facts_says_how_it_is_encrypted():
    chapter = (FOLDER / "keys.md").read_text("utf-8").split("## What is encrypted, by class")[1]
    told = re.findall(r"^\| ([a-z]+)[ :]", chapter.split("\n## ")[0], re.MULTILINE)
    assert set(told) == {weight.value for weight in Weight}


def test_the_counts_at_the_top_are_those_of_the_rows():
    said = re.search(
        r"(\d+) hold, (\d+) hold in part, (\d+) do not, (\d+) do not apply",
        (FOLDER / "asvs.md").read_text("utf-8"),
    )
    kinds = [holds for _n, _l, _w, holds, _p in rows()]
    assert [int(n) for n in said.groups()] == [
        kinds.count(k) for k in ("yes", "partly", "no", "n/a")
    ]
