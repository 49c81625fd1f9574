"""`python -m app.matching IN OUT`: files in, files out, checked against other ways to the answer."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.matching.__main__ import main
from app.matching.reference import answers
from app.matching.solving.rounds import Totals
from tests.matching.norway import draw
from tests.matching.reference import oracle
from tests.matching.reference.people import (
    HERE,
    family,
    guide,
    read_rows,
    rows_of,
    world,
    write_files,
)
from tests.matching.rounds.oracle import Oracle

PRIORITY = {"0": 0, "1": 1, "2": 2}


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "in", tmp_path / "out"


def answer(folders, drawn, **queries):
    """Write an instance, run the command, return what it wrote by name."""
    source, target = folders
    write_files(source, drawn)
    if queries:
        (source / "queries.json").write_text(json.dumps(queries), "utf-8")
    assert main([str(source), str(target)]) == 0
    return {path.stem: read_rows(path) for path in target.glob("*.csv")}


def best(drawn, extra_guides=()):
    """The levels of the best round, by the oracles alone."""
    families, guides = rows_of(drawn.families), [*rows_of(drawn.guides), *extra_guides]
    blocked = {(row["family_id"], row["guide_id"]) for row in rows_of(drawn.blocked)}
    pairs = {
        (i, j): oracle.score(f, g, drawn.config)
        for i, f in enumerate(families)
        for j, g in enumerate(guides)
        if not oracle.broken(f, g, drawn.config, blocked)
    }
    priority = [PRIORITY[f["priority"]] for f in families]
    return Totals(*Oracle(pairs, priority, [int(g["capacity"]) for g in guides]).levels())


def achieved(drawn, files):
    score = {(row["family_id"], row["guide_id"]): int(row["score"]) for row in files["edges"]}
    priority = {row["family_id"]: row["priority"] for row in rows_of(drawn.families)}
    capacity = {row["guide_id"]: int(row["capacity"]) for row in rows_of(drawn.guides)}
    pairs = [(row["family_id"], row["guide_id"]) for row in files["matches"]]
    assert len({name for name, _ in pairs}) == len(pairs)
    for _, name in pairs:
        capacity[name] -= 1
    assert min(capacity.values()) >= 0
    urgent = [priority[name] for name, _ in pairs]
    return Totals(
        families=len(pairs),
        priority_2=urgent.count("2"),
        priority_1_or_2=len(urgent) - urgent.count("0"),
        quality=sum(score[pair] for pair in pairs),
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_round_is_the_best_one_and_every_reason_holds(folders, seed):
    drawn = draw(("municipality:50:30", "region:60:50", "metro:40:25")[seed % 3], seed)
    files = answer(folders, drawn)
    assert achieved(drawn, files) == best(drawn)
    families = {row["family_id"]: row for row in rows_of(drawn.families)}
    guides = {row["guide_id"]: row for row in rows_of(drawn.guides)}
    blocked = {(row["family_id"], row["guide_id"]) for row in rows_of(drawn.blocked)}
    matched = {row["family_id"] for row in files["matches"]}
    assert {row["family_id"] for row in files["unmatched"]} == families.keys() - matched
    for row in files["unmatched"]:
        name, wanted = row["family_id"], set(row["reasons"].split("|")) - {""}
        why = [oracle.broken(families[name], g, drawn.config, blocked) for g in guides.values()]
        if row["kind"] == "no_feasible_guide":
            assert min(map(len, why)) == len(wanted) > 0 and wanted in why
        else:
            rivals, theirs = row["rival_families"].split("|"), row["rival_guides"].split("|")
            assert set() in why and not wanted and name in rivals
            pairs = {(e["family_id"], e["guide_id"]) for e in files["edges"]}
            assert {g for f, g in pairs if f in rivals} == set(theirs)
            assert sum(int(guides[g]["capacity"]) for g in theirs) < len(rivals)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_newcomer_adds_is_what_a_whole_new_round_gains(folders, seed):
    drawn = draw("municipality:40:20", seed)
    newcomers = rows_of(draw("municipality:1:8", seed + 50).guides)
    newcomers = [{**row, "guide_id": f"N{n}"} for n, row in enumerate(newcomers)]
    told = answer(folders, drawn, recruit=newcomers)["recruit"]
    before = best(drawn)
    for newcomer, row in zip(newcomers, told, strict=True):
        gained = best(drawn, [newcomer]) - before
        keys = ("gain_families", "gain_prio2", "gain_prio1", "gain_quality")
        assert row["guide_id"] == newcomer["guide_id"]
        assert [int(row[key]) for key in keys] == list(dataclasses.astuple(gained))


def test_rankings_are_those_of_the_text_with_equal_points_in_the_files_order(folders):
    drawn = draw("municipality:12:200", seed=2)
    drawn.families.columns["gender_wish"][:] = [""] * 12
    asked = list(drawn.families.columns["family_id"])[::-1]
    told = answer(folders, drawn, rank=asked, k=4)["rankings"]
    blocked = {(row["family_id"], row["guide_id"]) for row in rows_of(drawn.blocked)}
    expected = []
    for f in reversed(rows_of(drawn.families)):
        scored = [
            (-oracle.score(f, g, drawn.config), j, g["guide_id"])
            for j, g in enumerate(rows_of(drawn.guides))
            if not oracle.broken(f, g, drawn.config, blocked)
        ]
        for rank, (score, _, name) in enumerate(sorted(scored)[:4], start=1):
            expected.append((f["family_id"], str(rank), name, str(-score)))
    assert [tuple(row.values()) for row in told] == expected


def test_pairs_that_somebody_else_has_scored_are_taken_as_they_are(folders):
    people = [family(family_id="F1"), family(family_id="F2")], [guide(guide_id="G1", gender="M")]
    drawn = world(*people)
    write_files(folders[0], drawn)
    (folders[0] / "edges.csv").write_text("family_id,guide_id,score\nF1,G1,7\nF2,G1,9\n", "utf-8")
    files = answer(folders, drawn)
    assert [tuple(row.values()) for row in files["matches"]] == [("F2", "G1")]
    assert [tuple(row.values()) for row in files["unmatched"]] == [
        ("F1", "competition", "", "F1|F2", "G1")
    ]


def test_equal_input_gives_equal_files_and_the_time_of_every_stage(folders):
    drawn = draw("region:80:60", seed=1)
    assert answer(folders, drawn) == answer(folders, drawn)
    timings = json.loads((folders[1] / "timings.json").read_text("utf-8"))
    parts = sum(timings[stage] for stage in ("candidates", "solve", "duals"))
    assert timings["round_cpu"] == pytest.approx(parts)


def test_many_families_are_written_without_a_seam(folders, monkeypatch):
    drawn = draw("municipality:40:30", seed=2)
    whole = answer(folders, drawn)["edges"]
    monkeypatch.setattr(answers, "AT_A_TIME", 7)
    assert answer(folders, drawn)["edges"] == whole != []


def test_a_newcomer_may_have_several_places_and_numbers_for_cells(folders):
    drawn = world([family(family_id=f"F{n}", priority="1") for n in range(3)], [])
    plain = {**guide(guide_id="N1"), "capacity": 2, "lat": 59.8, "police_certificate": True}
    told = answer(folders, drawn, recruit=[{**plain, "languages": ["no", "en"]}])["recruit"]
    assert (told[0]["gain_families"], told[0]["gain_prio2"], told[0]["gain_prio1"]) == (
        "2",
        "0",
        "2",
    )


def test_municipalities_need_not_be_listed(folders):
    unlisted = {key: value for key, value in HERE.items() if key != "municipalities"}
    people = (
        [family(own_municipality_only="1")],
        [guide(), guide(guide_id="G2", municipality="Lier")],
    )
    files = answer(folders, world(*people, config=unlisted))
    assert [row["guide_id"] for row in files["edges"]] == ["G1"]


# Input that is not as described: exit code 2 and one line that says where.


def refusal(folders, capsys):
    assert main([str(folder) for folder in folders]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert not folders[1].exists()
    return told


WRONG_FAMILIES = [
    ("languages", "ti|xx", "'xx'"),
    ("languages", "en", "mother tongue"),
    ("mother_tongue", "", "one code"),
    ("interests", "music|ludo", "'ludo'"),
    ("lat", "north", "degrees"),
    ("lat", "nan", "degrees"),
    ("lon", "181", "degrees"),
    ("availability", "1" * 20, "21 characters"),
    ("availability", "2" * 21, "21 characters"),
    ("has_minors", "yes", "'0', '1'"),
    ("gender_wish", "W", "'W'"),
    ("max_km", "0", "from 1"),
    ("max_km", "4.5", "'4.5'"),
    ("waiting_days", "-1", "from 0"),
    ("priority", "3", "0 to 2"),
    ("age", "", "''"),
    ("municipality", "Lier", "'Lier'"),
    ("family_id", "F1", "record 2 already"),
    ("family_id", "", "is empty"),
]


@pytest.mark.parametrize(("column", "cell", "problem"), WRONG_FAMILIES)
def test_a_wrong_cell_is_told_with_file_row_and_column(folders, capsys, column, cell, problem):
    write_files(
        folders[0], world([family(), family(**{"family_id": "F2", column: cell})], [guide()])
    )
    told = refusal(folders, capsys)
    where = "languages" if problem == "mother tongue" else column
    assert told.startswith(f"families.csv, record 3, column {where}: ") and problem in told


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("families.csv", "", "families.csv, column family_id: is missing"),
        ("guides.csv", "guide_id,lat\nG1\n", "guides.csv, record 2: 1 cells, not 2"),
        ("guides.csv", "lat,lat\n1,2\n", "guides.csv, record 1, column lat: is there twice"),
        ("blocked.csv", "family_id,guide_id\nF1,G9\n", "blocked.csv, record 2, column guide_id: nobody is 'G9'"),
        ("edges.csv", "family_id,guide_id,score\nF1,G1,-3\n", "edges.csv, record 2, column score"),
        ("edges.csv", "family_id,guide_id,score\nF1,G1,3\nF1,G1,4\n", "edges.csv, record 3: the pair is in record 2"),
        ("config.json", "[]", "config.json: is not a JSON object"),
        ("config.json", "{", "config.json: is not JSON"),
        ("config.json", '{"weights": {}, "languages": "no"}', "config.json: languages is a list"),
        ("queries.json", '{"rank": ["F9"]}', "queries.json, record 1, column rank: nobody is 'F9'"),
        ("queries.json", '{"k": 0}', "queries.json: k is a whole number from 1"),
        ("queries.json", '{"recruit": [{"guide_id": "N1"}]}', "queries.json, column lat: is missing"),
        ("queries.json", '{"recruit": [{"lat": 1}, {}]}', "queries.json, record 2, column lat"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told(folders, capsys, name, text, problem):
    write_files(folders[0], world([family()], [guide()]))
    (folders[0] / name).write_text(text, "utf-8")
    assert problem in refusal(folders, capsys)


@pytest.mark.parametrize("name", ["families.csv", "guides.csv", "blocked.csv", "config.json"])
def test_a_missing_file_is_told(folders, capsys, name):
    write_files(folders[0], world([family()], [guide()]))
    (folders[0] / name).unlink()
    assert refusal(folders, capsys) == f"{name}: is missing\n"


def test_a_file_in_another_encoding_is_told(folders, capsys):
    write_files(folders[0], world([family()], [guide()]))
    (folders[0] / "guides.csv").write_bytes("guide_id\nBærum\n".encode("latin-1"))
    assert "guides.csv: is not a CSV file in UTF-8" in refusal(folders, capsys)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"earth_radius_m": 0}, "earth_radius_m is a number from"),
        ({"min_overlap_slots": True}, "min_overlap_slots is a whole number"),
        ({"rules": ["language"]}, "'distance' is always in force"),
        ({"rules": ["distance", "stars"]}, "no rule 'stars'"),
        ({"languages": ["no", "no"]}, "languages names a code twice"),
        ({"languages": [f"x{n}" for n in range(65)]}, "at most 64"),
        ({"weights": {**HERE["weights"], "language_mother": 351}}, "can give 1001 points"),
        ({"weights": {**HERE["weights"], "age_span": 0}}, "age_span is a whole number from 1"),
        ({"weights": {**HERE["weights"], "language_xx": 9}}, "'language_xx' is for a language"),
        ({"weights": None}, "weights is missing"),
    ],
)
def test_a_wrong_configuration_is_told(folders, capsys, changes, problem):
    write_files(folders[0], world([family()], [guide()], config={**HERE, **changes}))
    told = refusal(folders, capsys)
    assert told.startswith("config.json: ") and problem in told


@pytest.mark.parametrize("arguments", [[], ["in"], ["in", "out", "more"]])
def test_other_arguments_are_told_how_it_is_used(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err == "usage: python -m app.matching IN OUT\n"


def test_only_the_command_touches_files_the_clock_and_nobody_chance():
    touching = re.compile(r"\bopen\(|_text\(|_bytes\(|import time|import random|np\.random|\.now\(")
    package = Path("app/matching")
    found = {p.name for p in package.rglob("*.py") if touching.search(p.read_text("utf-8"))}
    assert found == {"__main__.py"}
    assert not re.search("random", (package / "__main__.py").read_text("utf-8"))


def test_the_package_runs_without_the_web_and_the_database(folders):
    write_files(folders[0], draw("municipality:20:20"))
    watched = (
        "import runpy, sys; import app.matching, app.matching.reference.answers;"
        "sys.argv = ['app.matching', *sys.argv[1:]];"
        "code = 0\n"
        "try: runpy.run_module('app.matching', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "loaded = {'flask', 'sqlalchemy', 'werkzeug', 'flask_babel'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else code)"
    )
    arguments = [sys.executable, "-c", watched, *map(str, folders)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folders[1] / "matches.csv").exists()
