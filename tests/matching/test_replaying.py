"""A stored proposal is read back and computed anew: the same answer, or it is told."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching import VERSION, as_record, explain_pair
from app.matching.pairs.replaying import UnreadableRecord, differences, from_record, replay
from app.matching.types import Travel
from app.travel import Band, Trip
from tests.matching.profiles import BORGEN, CONFIG, HEGGEDAL, a_family, a_guide, apart, minutes
from tests.matching.strategies import GUIDE_IDS, configs, families, guides, seeded, travels


def stored(family: Any, guide: Any, travel: Any, config: Any) -> dict[str, Any]:
    """Return what lies in the database: the record and the rules, once through JSON."""
    told = explain_pair(family, guide, travel, config)
    record = as_record(told.candidate) | {"failing": [code.value for code in told.failing]}
    return dict(json.loads(json.dumps(record)))


def a_record() -> dict[str, Any]:
    return stored(a_family(), a_guide(neighbourhood_id=BORGEN), apart(minutes(35)), CONFIG)


# One guide, or two who go together.
units = st.builds(
    lambda guide, other: replace(guide, partner_id=None if other == guide.guide_id else other),
    guides,
    st.none() | st.sampled_from(GUIDE_IDS),
)


@seeded
@given(families, units, travels, configs)
def test_every_proposal_gives_the_same_answer_again(family, guide, travel, config) -> None:
    record = stored(family, guide, travel, config)
    assert replay(record) == {key: record[key] for key in replay(record)}
    assert differences(record) == ()


@seeded
@given(families, guides, travels, configs)
def test_what_is_read_back_is_what_went_in(family, guide, travel, config) -> None:
    inputs = from_record(stored(family, guide, travel, config))
    known = frozenset({guide.guide_id})
    assert inputs.guide == guide
    assert inputs.family == replace(
        family,
        declined_guides=family.declined_guides & known,
        matched_guides=family.matched_guides & known,
    )
    ends = (family.neighbourhood_id, guide.neighbourhood_id)
    assert inputs.travel.between(*ends) == travel.between(*ends)
    spoken = {code for codes in inputs.config.closeness for code in codes}
    assert replace(inputs.config, closeness={}) == replace(config, closeness={})
    assert {k: v for k, v in config.closeness.items() if k <= spoken} == inputs.config.closeness


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("score", lambda r: r | {"score": r["score"] + 1}),
        ("terms", lambda r: r["terms"][0].update(points=1) or r),
        ("reasons", lambda r: r | {"reasons": r["reasons"][1:]}),
        ("counter_reasons", lambda r: r | {"counter_reasons": []}),
        ("failing", lambda r: r | {"failing": ["pets"]}),
    ],
)
def test_an_answer_that_was_changed_is_found(part, change) -> None:
    record = change(a_record())
    assert differences(record) == (part,)


def test_an_input_that_was_changed_is_found() -> None:
    record = a_record()
    record["inputs"]["trip"]["minutes"] = 10
    assert {"score", "terms"} <= set(differences(record))


def test_a_weight_that_was_changed_is_found() -> None:
    record = a_record()
    weights = record["inputs"]["config"]["weights"]
    weights["neighbourhood"], weights["language"] = weights["neighbourhood"] + 10, 240
    weights["language"] = 1000 - sum(v for k, v in weights.items() if k != "language")
    assert "terms" in differences(record)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r | {"version": "1"},
        lambda r: {key: value for key, value in r.items() if key != "version"},
        lambda r: r | {"inputs": {}},
        lambda r: (r["inputs"]["guide"].pop("has_pets"), r)[1],
        lambda r: r["inputs"]["family"].update(rhythm="never") or r,
        lambda r: r["inputs"]["trip"].update(minutes=-5) or r,
    ],
)
def test_a_record_that_is_not_ours_is_refused(spoil) -> None:
    record = spoil(a_record())
    with pytest.raises(UnreadableRecord):
        differences(record)


def test_parts_of_one_neighbourhood_stay_the_same_place() -> None:
    inside = Travel.from_rows([(HEGGEDAL, BORGEN, Trip(Band.SAME))])
    inputs = from_record(stored(a_family(), a_guide(neighbourhood_id=BORGEN), inside, CONFIG))
    assert inputs.travel.between(HEGGEDAL, BORGEN) == Trip(Band.SAME)


def test_what_the_family_had_with_the_other_half_of_a_couple_counts_again() -> None:
    couple, partner = a_guide(partner_id=UUID(int=998)), frozenset({UUID(int=998)})
    for earlier in ({"matched_guides": partner}, {"declined_guides": partner}):
        record = stored(a_family(**earlier), couple, Travel(), CONFIG)
        assert differences(record) == ()
    assert record["failing"] == ["declined"]


def test_only_this_pair_is_remembered_of_earlier_matches() -> None:
    guide, other = a_guide(), UUID(int=999)
    family = a_family(declined_guides=frozenset({other, guide.guide_id}))
    record = stored(family, guide, Travel(), CONFIG)
    assert str(other) not in json.dumps(record)
    assert from_record(record).family.declined_guides == {guide.guide_id}
    assert record["failing"] == ["declined"] and record["version"] == VERSION
