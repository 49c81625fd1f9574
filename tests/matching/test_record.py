"""What is stored of a proposal: plain, complete and the same for the same input."""

import json
from uuid import UUID

from app.matching import VERSION, as_record, explain_pair
from app.matching.types import Candidate
from app.vocabulary import Gender, GenderWish
from tests.matching.profiles import (
    BORGEN,
    CONFIG,
    FAMILY,
    GUIDE,
    HEGGEDAL,
    a_family,
    a_guide,
    apart,
    minutes,
    skill,
)


def a_candidate(**family_changes: object) -> Candidate:
    family = a_family(gender_wish=GenderWish.WOMAN, **family_changes)
    guide = a_guide(neighbourhood_id=BORGEN, languages=(skill("nb", 4), skill("ti", 2, 3)))
    return explain_pair(family, guide, apart(minutes(35)), CONFIG).candidate


def test_a_record_survives_json_unchanged() -> None:
    record = as_record(a_candidate())
    assert json.loads(json.dumps(record)) == record
    assert record["version"] == VERSION == "5"


def test_a_record_holds_the_answer() -> None:
    candidate = a_candidate()
    record = as_record(candidate)
    assert record["score"] == candidate.score == sum(t["points"] for t in record["terms"])
    assert record["terms"][0] == {
        "code": "neighbourhood",
        "points": 84,
        "max_points": 240,
        "facts": {"band": "minutes", "minutes": 35, "of_one": False},
    }
    assert record["counter_reasons"] == [
        {"code": "long_trip", "facts": {"minutes": 35, "of_one": False}}
    ]
    assert [r["code"] for r in record["reasons"]] == [r.code.value for r in candidate.reasons]


def test_a_record_holds_the_inputs() -> None:
    inputs = as_record(a_candidate())["inputs"]
    assert inputs["family"]["family_id"] == str(FAMILY)
    assert inputs["family"]["neighbourhood_id"] == str(HEGGEDAL)
    assert inputs["family"]["gender_wish"] == "woman"
    assert inputs["family"]["interests"] == ["cooking", "football", "music"]
    assert inputs["family"]["children"] == {"3-5": 1, "6-12": 2}
    assert inputs["guide"]["guide_id"] == str(GUIDE)
    assert inputs["guide"]["gender"] == Gender.WOMAN.value
    assert inputs["guide"]["languages"][1] == {"code": "ti", "understands": 2, "speaks": 3}
    assert inputs["trip"] == {"band": "minutes", "minutes": 35}
    assert inputs["config"]["weights"]["neighbourhood"] == 240
    assert inputs["config"]["farthest_minutes"] == 60
    assert inputs["config"]["closeness"] == []


def test_of_the_close_languages_only_those_of_the_pair_are_kept() -> None:
    family, guide = a_family(languages=(skill("prs", 4),)), a_guide(languages=(skill("fa", 4),))
    told = explain_pair(family, guide, apart(minutes(35)), CONFIG).candidate
    assert as_record(told)["inputs"]["config"]["closeness"] == [["fa", "prs", 0.8]]
    other = explain_pair(family, a_guide(), apart(minutes(35)), CONFIG).candidate
    assert as_record(other)["inputs"]["config"]["closeness"] == []


def test_whom_else_the_family_declined_is_left_out() -> None:
    other = UUID(int=77)
    record = as_record(a_candidate(declined_guides=frozenset({other})))
    assert str(other) not in json.dumps(record)
    assert record["inputs"]["family"]["declined_this_guide"] is False
    declined = as_record(a_candidate(declined_guides=frozenset({GUIDE})))
    assert declined["inputs"]["family"]["declined_this_guide"] is True
