"""`python -m app.matching`: numbers and texts at their limits, and all answers or none."""

import json
from pathlib import Path

import pytest

from app.matching.__main__ import main
from app.matching.reference import answers
from app.matching.reference.config import LARGEST_FULL
from app.matching.reference.people import FAR_KM
from tests.matching.reference.people import HERE, family, guide, read_rows, world, write_files

# One term has all points, so that every product is as large as it can be.
NOTHING = {name: 0 for name in HERE["weights"] if name.startswith("language")} | {
    "distance": 0, "availability": 0, "availability_full": 1, "interests": 0, "interests_full": 1,
    "age": 0, "age_span": 1, "waiting": 0, "waiting_full_days": 1,
}  # fmt: skip


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "in", tmp_path / "out"


def run(folders) -> int:
    return main([str(folder) for folder in folders])


def prepared(folders, families=None, guides=None, **changes) -> None:
    people = families or [family()], guides or [guide()]
    write_files(folders[0], world(*people, config={**HERE, **changes}))


def only_score(folders) -> int:
    assert run(folders) == 0
    (pair,) = read_rows(folders[1] / "edges.csv")
    return int(pair["score"])


def refusal(folders, capsys) -> str:
    assert run(folders) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == len(told.splitlines()) == 1
    return told


# Numbers


@pytest.mark.parametrize("points", [107, 1000])
@pytest.mark.parametrize("max_km", [2147, FAR_KM])
def test_a_long_way_has_the_points_of_the_text(folders, points, max_km):
    far = {"max_km": str(max_km)}
    weights = {**NOTHING, "distance": points}
    prepared(folders, [family(**far)], [guide(**far)], weights=weights)
    assert only_score(folders) == points


@pytest.mark.parametrize(
    ("term", "full", "cells"),
    [
        ("age", "age_span", {"age": "40"}),
        ("waiting", "waiting_full_days", {"waiting_days": "100000"}),
        ("availability", "availability_full", {}),
        ("interests", "interests_full", {}),
    ],
)
def test_the_largest_full_value_has_the_points_of_the_text(folders, term, full, cells):
    weights = {**NOTHING, term: 1000, full: LARGEST_FULL}
    prepared(folders, [family(**cells)], [guide()], weights=weights)
    shared = {"age": LARGEST_FULL, "waiting": 100_000, "availability": 21, "interests": 1}
    assert only_score(folders) == 1000 * shared[term] // LARGEST_FULL


@pytest.mark.parametrize(
    "name", ["age_span", "waiting_full_days", "availability_full", "interests_full"]
)
@pytest.mark.parametrize("value", [LARGEST_FULL + 1, 2**31, 2**63, 10**400])
def test_a_full_value_beyond_the_limit_is_told(folders, capsys, name, value):
    prepared(folders, weights={**HERE["weights"], name: value})
    told = refusal(folders, capsys)
    assert told.startswith(f"config.json: {name} is a whole number from 1 to 1000000, not ")


@pytest.mark.parametrize("radius", [float("inf"), float("nan"), 6371, 10**400, 1e308, "6371000"])
def test_an_earth_of_another_size_is_told(folders, capsys, radius):
    prepared(folders, earth_radius_m=radius)
    told = refusal(folders, capsys)
    assert told.startswith("config.json: earth_radius_m is a number from 1000000 to 10000000")


def test_more_shared_times_than_a_week_has_are_told(folders, capsys):
    prepared(folders, min_overlap_slots=22)
    assert "min_overlap_slots is a whole number from 0 to 21" in refusal(folders, capsys)


@pytest.mark.parametrize(
    ("column", "cell"),
    [(column, cell) for cell in ("5_9", " 59", "٥٩", "9" * 30) for column in ("age", "lat")]
    + [("age", "59.0"), ("age", "+59"), ("lat", "0x3b"), ("lat", "5٩"), ("lat", "inf")],
)
def test_numbers_are_plain_digits(folders, capsys, column, cell):
    prepared(folders, [family(**{column: cell})])
    assert f"families.csv, record 2, column {column}: is a " in refusal(folders, capsys)


@pytest.mark.parametrize("cell", ["59.8", "+59.8", "59.", ".5", "5.98e1", "-0"])
def test_degrees_may_be_written_as_numbers_are(folders, cell):
    prepared(folders, [family(lat=cell)])
    assert run(folders) == 0


# Texts


@pytest.mark.parametrize("text", ["[" * 100_000, '{"rank": ' * 100_000])
@pytest.mark.parametrize("name", ["config.json", "queries.json"])
def test_a_file_nested_too_deeply_is_told(folders, capsys, name, text):
    prepared(folders)
    (folders[0] / name).write_text(text, "utf-8")
    assert refusal(folders, capsys) == f"{name}: is nested too deeply\n"


def test_half_a_character_is_told_before_anything_is_written(folders, capsys):
    prepared(folders)
    newcomer = {**guide(), "guide_id": "\ud800"}
    (folders[0] / "queries.json").write_text(json.dumps({"recruit": [newcomer]}), "utf-8")
    assert "queries.json: has half a character" in refusal(folders, capsys)
    assert not folders[1].exists()


@pytest.mark.parametrize("name", ["F|1", "|", "F1\0"])
def test_an_id_that_a_list_of_ids_would_tear_apart_is_told(folders, capsys, name):
    prepared(folders, [family(family_id=name)])
    assert "families.csv, record 2, column family_id: an id holds no" in refusal(folders, capsys)


@pytest.mark.parametrize("cell", ["ti|en", "ti|ti", "xx", ""])
def test_a_mother_tongue_is_one_code(folders, capsys, cell):
    prepared(folders, [family(mother_tongue=cell)])
    told = refusal(folders, capsys)
    assert told.startswith("families.csv, record 2, column mother_tongue: is one code")


@pytest.mark.parametrize("name", ["rank", "recruit"])
@pytest.mark.parametrize("value", [None, 0, "", {}, False, "F1"])
def test_questions_are_lists(folders, capsys, name, value):
    prepared(folders)
    (folders[0] / "queries.json").write_text(json.dumps({name: value}), "utf-8")
    assert f"queries.json: {name} is a list" in refusal(folders, capsys)


@pytest.mark.parametrize("column", ["municipality", "languages", "age", "lat", "gender_wish"])
def test_a_long_cell_is_told_short(folders, capsys, column):
    prepared(folders, [family(**{column: "x" * 500})])
    told = refusal(folders, capsys)
    assert "'xxx" in told and "…" in told and "x" * 40 not in told


def test_a_column_with_line_breaks_is_told_on_one_line(folders, capsys):
    prepared(folders)
    (folders[0] / "blocked.csv").write_text('"a\nb","a\nb"\n', "utf-8")
    assert "blocked.csv, record 1, column 'a\\nb': is there twice" in refusal(folders, capsys)


def test_records_are_counted_and_not_lines(folders, capsys):
    prepared(folders, [family(neighbourhood="two\nlines"), family(family_id="F2", age="old")])
    assert "families.csv, record 3, column age" in refusal(folders, capsys)


# All answers or none


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


ALWAYS = {"matches.csv", "edges.csv", "unmatched.csv", "timings.json"}


def test_the_folder_of_the_input_is_no_folder_for_answers(folders, capsys):
    prepared(folders)
    before = names(folders[0])
    folders[1].symlink_to(folders[0])
    assert refusal(folders, capsys).startswith("out: answers need a folder of their own")
    assert names(folders[0]) == before


def test_answers_that_nobody_asks_for_any_more_go(folders):
    prepared(folders)
    queries = folders[0] / "queries.json"
    newcomers = [{**guide(), "guide_id": "N1"}]
    queries.write_text(json.dumps({"rank": ["F1"], "recruit": newcomers}), "utf-8")
    assert run(folders) == 0
    (folders[1] / "notes.txt").write_text("mine", "utf-8")
    assert names(folders[1]) == ALWAYS | {"rankings.csv", "recruit.csv", "notes.txt"}
    queries.unlink()
    assert run(folders) == 0
    assert names(folders[1]) == ALWAYS | {"notes.txt"}


def test_a_file_that_cannot_be_written_leaves_the_answers_of_before(folders, capsys):
    prepared(folders)
    assert run(folders) == 0
    unmatched, timings = folders[1] / "unmatched.csv", folders[1] / "timings.json"
    before = timings.read_text("utf-8")
    unmatched.unlink()
    unmatched.mkdir()
    assert refusal(folders, capsys) == "unmatched.csv: Is a directory\n"
    assert (names(folders[1]), timings.read_text("utf-8")) == (ALWAYS, before)


def test_a_calculation_that_breaks_off_leaves_nothing_behind(folders, monkeypatch):
    def rows(*_args):
        yield "F1", "G1", 1
        raise MemoryError

    monkeypatch.setattr(answers, "edge_rows", rows)
    prepared(folders)
    with pytest.raises(MemoryError):
        run(folders)
    assert names(folders[1]) == set()


def test_what_the_file_system_refuses_is_told_by_name(folders, capsys):
    prepared(folders)
    (folders[0] / "edges.csv").mkdir()
    assert refusal(folders, capsys) == "edges.csv: Is a directory\n"
    (folders[0] / "edges.csv").rmdir()
    folders[1].write_text("a file", "utf-8")
    assert refusal(folders, capsys) == "out: File exists\n"
