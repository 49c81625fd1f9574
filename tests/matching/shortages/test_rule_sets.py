"""The smallest sets of rules to set aside, against trying every set."""

from itertools import combinations

import numpy as np
import pytest

from app.matching.advice.shortages import RuleSet, smallest_rule_sets
from tests.matching.recruiting.instances import SEEDS

RULES = 7


def opened_by(failing: list[int], mask: int) -> int:
    """Count the guides who break nothing outside the mask."""
    return sum(1 for broken in failing if not broken & ~mask)


def every_smallest_set(failing: list[int], fixed: int) -> set[tuple[int, int]]:
    free = [1 << bit for bit in range(RULES) if not fixed >> bit & 1]
    for size in range(1, len(free) + 1):
        masks = [sum(group) for group in combinations(free, size)]
        found = {(mask, opened_by(failing, mask)) for mask in masks}
        found = {(mask, opened) for mask, opened in found if opened}
        if found:
            return found
    return set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fixed", [0, 0b101])
def test_the_sets_are_the_smallest_and_all_of_them(seed, fixed) -> None:
    rng = np.random.default_rng(seed)
    failing = rng.integers(1, 1 << RULES, int(rng.integers(0, 30)), dtype=np.uint32)
    sets = smallest_rule_sets(failing, fixed=fixed)
    assert {tuple(found) for found in sets} == every_smallest_set(failing.tolist(), fixed)


def test_the_set_that_opens_most_comes_first() -> None:
    failing = [0b001, 0b010, 0b010, 0b100, 0b110, 0b111]
    assert smallest_rule_sets(failing) == (
        RuleSet(0b010, 2),
        RuleSet(0b001, 1),
        RuleSet(0b100, 1),
    )


def test_two_rules_are_named_where_no_single_one_opens_anybody() -> None:
    assert smallest_rule_sets([0b011, 0b011, 0b111]) == (RuleSet(0b011, 2),)


def test_a_protection_is_never_set_aside() -> None:
    assert smallest_rule_sets([0b100, 0b110, 0b011], fixed=0b100) == (RuleSet(0b011, 1),)
    assert smallest_rule_sets([0b100, 0b110], fixed=0b100) == ()


def test_nothing_is_to_be_set_aside_where_a_guide_is_allowed_or_nobody_is_there() -> None:
    assert smallest_rule_sets([0, 0b1]) == ()
    assert smallest_rule_sets(np.zeros(0, np.uint32)) == ()


def test_the_highest_bit_counts_as_any_other() -> None:
    assert smallest_rule_sets([1 << 31]) == (RuleSet(1 << 31, 1),)
