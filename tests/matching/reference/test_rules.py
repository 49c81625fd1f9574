"""The reference rules on arrays equal the same rules read from the text, pair by pair."""

import dataclasses
from itertools import product
from math import degrees

import numpy as np
import pytest

from app.matching.reference import candidates
from app.matching.reference.answers import reasons
from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.config import CODES
from app.matching.reference.ranking import Ranking
from app.matching.reference.rules import broken_by_guide
from app.matching.solving.edges import Edges
from tests.matching.norway import World, draw
from tests.matching.reference import oracle
from tests.matching.reference.people import HERE, family, guide, rows_of, world

RADIUS = HERE["earth_radius_m"]


def pairs_of(edges: Edges) -> dict[tuple[int, int], int]:
    found = zip(edges.rows().tolist(), edges.guide.tolist(), edges.score.tolist(), strict=True)
    return {(f, g): score for f, g, score in found}


def expected(drawn: World) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], set[str]]]:
    """Every feasible pair with its points, and every pair's broken rules, by the oracle."""
    blocked = {(row["family_id"], row["guide_id"]) for row in rows_of(drawn.blocked)}
    points, why = {}, {}
    people = product(enumerate(rows_of(drawn.families)), enumerate(rows_of(drawn.guides)))
    for (i, f), (j, g) in people:
        why[i, j] = oracle.broken(f, g, drawn.config, blocked)
        if not why[i, j]:
            points[i, j] = oracle.score(f, g, drawn.config)
    return points, why


def check(drawn: World) -> dict[tuple[int, int], int]:
    """Compare candidates, broken rules and rankings with the oracle; return the feasible pairs."""
    instance = drawn.instance()
    points, why = expected(drawn)
    assert pairs_of(feasible_pairs(instance)) == points
    ranking = Ranking(instance)
    for i in range(len(instance.families)):
        for j, mask in enumerate(broken_by_guide(instance, i).tolist()):
            assert {code for bit, code in enumerate(CODES) if mask >> bit & 1} == why[i, j]
        best = sorted((-score, j) for (k, j), score in points.items() if k == i)
        for count in (1, 3, 10_000):
            found = ranking.best(i, count)
            listed = list(zip((-found.scores).tolist(), found.guides.tolist(), strict=True))
            assert listed == best[:count]
    return points


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", ["municipality:60:50", "region:70:60", "metro:60:70"])
def test_thousands_of_random_pairs_are_as_the_text_says(size, seed):
    assert check(draw(size, seed))


def test_a_whole_country_is_as_the_text_says():
    assert check(draw("national:150:150", seed=5))


@pytest.mark.parametrize("needed", [0, 1, 3])
def test_the_shared_slots_needed_come_from_the_configuration(needed):
    drawn = draw("municipality:50:40", seed=9)
    check(dataclasses.replace(drawn, config={**drawn.config, "min_overlap_slots": needed}))


@pytest.mark.parametrize("weight", sorted(HERE["weights"]))
def test_every_weight_counts_and_comes_from_the_configuration(weight):
    drawn = draw("municipality:60:90", seed=4)
    before = check(drawn)
    less = {**drawn.config["weights"], weight: drawn.config["weights"][weight] - 1}
    after = check(dataclasses.replace(drawn, config={**drawn.config, "weights": less}))
    assert before.keys() == after.keys() and before != after


@pytest.mark.parametrize("rule", [code for code in CODES if code != "distance"])
def test_a_rule_that_is_not_listed_is_not_in_force(rule):
    drawn = draw("region:70:70", seed=4)
    some_pair = [(f["family_id"], "G00000") for f in rows_of(drawn.families)]
    drawn = dataclasses.replace(drawn, blocked=world([family()], [guide()], some_pair).blocked)
    listed = [code for code in CODES if code != rule]
    without = dataclasses.replace(drawn, config={**drawn.config, "rules": listed}).instance()
    _, why = expected(drawn)
    assert pairs_of(feasible_pairs(without)).keys() == {p for p, w in why.items() if w <= {rule}}
    assert any(w == {rule} for w in why.values())


# One pair in which everything fits, and one thing changed.

ALMOST = [
    ("nothing in common", {"languages": "ti"}, {"languages": "no|en"}, {"language"}),
    ("English alone", {}, {"languages": "no|en"}, set()),
    ("Norwegian alone", {"languages": "ti|no"}, {"languages": "no|ar"}, set()),
    ("no interests at all", {"interests": ""}, {"interests": ""}, set()),
    ("never at the same time", {"availability": "10" * 10 + "1"}, {"availability": "01" * 10 + "0"}, {"availability"}),
    ("one shared slot, the last", {"availability": "0" * 20 + "1"}, {}, set()),
    ("minors and no certificate", {}, {"police_certificate": "0"}, {"police"}),
    ("adults and no certificate", {"has_minors": "0"}, {"police_certificate": "0"}, set()),
    ("another gender than wished", {}, {"gender": "M"}, {"gender"}),
    ("a man as wished", {"gender_wish": "M"}, {"gender": "M"}, set()),
    ("no wish", {"gender_wish": ""}, {"gender": "M"}, set()),
    ("the family stays", {"own_municipality_only": "1"}, {"municipality": "Bærum"}, {"municipality"}),
    ("the guide stays", {}, {"municipality": "Bærum", "own_municipality_only": "1"}, {"municipality"}),
    ("both stay at home", {"own_municipality_only": "1"}, {"own_municipality_only": "1"}, set()),
    ("over the border", {}, {"municipality": "Bærum"}, set()),
    ("too far", {}, {"lat": "59.900000"}, {"distance"}),
    ("two rules", {"max_km": "1"}, {"lat": "59.810000", "gender": "M"}, {"distance", "gender"}),
    ("on the date line", {"lon": "180.000000"}, {"lon": "-180.000000"}, set()),
    ("at the pole", {"lat": "90.000000"}, {"lat": "89.990000", "lon": "-120.000000"}, set()),
    ("a long wait", {"waiting_days": "4000"}, {}, set()),
    ("far apart in age", {"age": "18"}, {"age": "99"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "of_family", "of_guide", "broken"), ALMOST)
def test_a_pair_in_which_one_thing_is(changed, of_family, of_guide, broken):
    drawn = world([family(**of_family)], [guide(**of_guide)])
    check(drawn)
    assert set(reasons(drawn.instance(), 0)) == broken, changed


@pytest.mark.parametrize("most", ["police", "gender"])
def test_of_equally_small_sets_the_one_that_opens_most_guides_is_named(most):
    changed = {"police": {"police_certificate": "0"}, "gender": {"gender": "M"}}
    rare = next(rule for rule in changed if rule != most)
    both = {**changed["police"], **changed["gender"]}
    guides = [changed[rare], changed[most], changed[most], both, both, both]
    guides = [guide(guide_id=f"G{n}", **changes) for n, changes in enumerate(guides)]
    assert reasons(world([family()], guides).instance(), 0) == (most,)


def test_a_blocked_pair_is_not_formed_and_its_neighbours_are():
    people = (
        [family(family_id=f"F{n}") for n in range(3)],
        [guide(guide_id=f"G{n}") for n in range(3)],
    )
    drawn = world(*people, [("F1", "G2"), ("F2", "G0"), ("F2", "G0")])
    assert set(check(drawn)) == set(product(range(3), repeat=2)) - {(1, 2), (2, 0)}


@pytest.mark.parametrize(
    ("metres", "feasible"), [(4999.4, True), (5000.4, True), (5000.6, False), (5001.4, False)]
)
def test_the_distance_is_rounded_to_whole_metres_before_it_is_compared(metres, feasible):
    north = f"{59.8 + degrees(metres / RADIUS):.9f}"
    pairs = check(world([family()], [guide(lat=north)]))
    assert bool(pairs) is feasible
    if feasible:  # nearly nothing is left of the distance's points
        assert pairs[0, 0] == 350 + 250 * (5000 - round(metres)) // 5000 + 150 + 50 + 41 + 25


def test_many_different_limits_share_the_search_and_stay_exact():
    rng = np.random.default_rng(2)
    km = rng.permutation(np.arange(1, 61)).astype(str).tolist()
    drawn = draw("region:60:60", seed=6)
    for part in (drawn.families, drawn.guides):
        part.columns["max_km"][:] = km
    check(drawn)


def test_stretches_of_families_join_without_a_seam(monkeypatch):
    drawn = draw("municipality:60:40", seed=8)
    whole = pairs_of(feasible_pairs(drawn.instance()))
    monkeypatch.setattr(candidates, "STRETCH", 7)
    assert pairs_of(feasible_pairs(drawn.instance())) == whole


@pytest.mark.parametrize(("families", "guides"), [(0, 0), (0, 2), (2, 0)])
def test_nobody_on_one_side_is_no_trouble(families, guides):
    people = (
        [family(family_id=f"F{n}") for n in range(families)],
        [guide(guide_id=f"G{n}") for n in range(guides)],
    )
    instance = world(*people).instance()
    assert pairs_of(feasible_pairs(instance)) == {}
    for number in range(families):
        assert reasons(instance, number) == ()
        assert len(Ranking(instance).best(number, 5).guides) == 0


def test_more_codes_than_a_narrow_mask_holds_still_count():
    languages = ["ti", "en", "no", *(f"x{n}" for n in range(50))]
    config = {**HERE, "languages": languages}
    pair = family(languages="ti|x49"), guide(languages="no|x49")
    assert check(world([pair[0]], [pair[1]], config=config))[0, 0] >= 280
