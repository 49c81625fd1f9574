"""What `make bench` measures is right on a small instance, and a missed demand is seen."""

import copy

import pytest

from tests.bench import exactness, others, ours
from tests.bench.cases import prepare
from tests.bench.measuring import peak_mb
from tests.bench.table import PLAN, Figure, figures, lines, measured, wrong_rounds

MEASURES = {**ours.MEASURES, **others.MEASURES}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Every measurement but OR-Tools' on one small instance, as if it were all the sizes."""
    folder = tmp_path_factory.mktemp("bench") / "small"
    prepare(folder, "municipality:60:50")
    told = {name: {**MEASURES[name](folder), "mb": 1.0} for name in MEASURES if name != "flow"}
    told |= {"exactness": {**exactness.exactness(folder, count=3), "mb": 1.0}}
    return {(name, size): told.get(name, told["sparse"]) for name, size in PLAN}


def test_every_measurement_finds_the_package_right(results):
    assert all(result["right"] for result in results.values() if "right" in result)
    assert wrong_rounds(results) == 0
    checked = {name: result for (name, _), result in results.items()}
    assert checked["reasons"]["families"] > 0 and checked["round"]["totals"][0] > 0
    assert checked["round"]["totals"] == checked["dense"]["totals"] == checked["sparse"]["totals"]
    assert checked["longest wait"]["totals"] < checked["round"]["totals"]
    assert checked["plan"]["promised"] == checked["plan"]["totals"] > [0]


@pytest.mark.parametrize("name", ["dense", "round", "exactness"])
def test_a_round_that_is_not_the_best_one_is_counted(results, name):
    spoilt = copy.deepcopy(dict(results))
    key = next(key for key in PLAN if key[0] == name)
    spoilt[key]["right"], spoilt[key]["wrong"] = False, 1
    if name == "dense":
        spoilt[key]["totals"][3] += 1
    assert wrong_rounds(spoilt) > 0


def test_the_table_has_every_row_and_says_what_is_missed(results):
    rows = list(figures(results))
    assert {figure.row for figure in rows} == {str(number) for number in range(1, 15)}
    assert Figure("2", "twice as slow", 2.0, 1.0).cells()[-1] == "NOT MET"
    assert Figure("13", "only told", 2.0, None).is_met
    table = list(lines(("row", "figure", "value", "demand", ""), [row.cells() for row in rows]))
    assert len({len(line) for line in table}) == 1
    assert len(list(measured(results))) == len(PLAN)


def test_the_peak_of_memory_counts_what_was_held():
    before = peak_mb()
    held = bytearray((int(before) + 32) * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])  # memory counts from its first use
    assert peak_mb() >= before + 32
