"""The synthetic Norway is drawn from a seed and looks as it is described."""

import numpy as np
import pytest

from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.rules import RULES
from tests.matching.norway import draw
from tests.matching.norway.places import MUNICIPALITIES, choose

# size: pairs that may be formed, per cent; families with nobody, per cent
DESCRIBED = {
    "municipality:200:200": (16.6, 12.5),
    "region:1000:1000": (2.7, 20),
    "national:5000:5000": (0.38, 25),
    "metro:3000:3000": (5.3, 4),
}


def test_the_same_seed_draws_the_same_people_and_another_seed_others():
    first, again, other = (draw("region:50:40", seed) for seed in (1, 1, 2))
    assert first.families == again.families and first.guides == again.guides
    assert first.blocked == again.blocked and first.families != other.families


@pytest.mark.parametrize(("size", "percent"), DESCRIBED.items(), ids=DESCRIBED)
def test_as_many_pairs_are_possible_as_described(size, percent):
    edges = feasible_pairs(draw(size).instance())
    density = 100 * edges.edge_count / (edges.family_count * edges.guide_count)
    nobody = 100 * np.mean(edges.degrees() == 0)
    assert density == pytest.approx(percent[0], rel=0.3)
    assert nobody == pytest.approx(percent[1], abs=8)


def test_rules_let_as_many_random_pairs_pass_as_described():
    instance = draw("national:3000:3000").instance()
    pairs = np.random.default_rng(1).integers(3000, size=(2, 60_000))
    shares = {"language": 0.62, "availability": 0.77, "police": 0.85, "gender": 0.91}
    for code, share in shares.items():
        assert RULES[code](instance, *pairs).mean() == pytest.approx(share, abs=0.05), code


def test_there_are_all_municipalities_and_nobody_is_outside_the_country():
    country = choose("national", np.random.default_rng(0))
    assert len(set(country.names)) == MUNICIPALITIES
    instance = draw("national:2000:2000").instance()
    for people in (instance.families, instance.guides):
        assert people.latitude.min() > 57 and people.latitude.max() < 72
    assert len(np.unique(instance.guides.municipality)) > 100


def test_a_kind_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        draw("moon:1:1")
