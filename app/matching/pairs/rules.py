"""The hard rules: whom we never propose, whatever the score.

Every rule is asked about every pair, so that each exclusion carries all its causes and no
rule empties a list unseen. Here and nowhere else is what a rule says.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Bools, Int32s
from app.matching.pairs.codes import BANDS, UNKNOWN, Masks, number_of
from app.matching.pairs.grid import Grid
from app.matching.pairs.people import Guides
from app.matching.pairs.talk import LEVEL_STEP
from app.matching.types import RuleCode, RuleCount
from app.travel import Band
from app.vocabulary import AgeGroup, ChildrenWish


class Rule(NamedTuple):
    """A code and what must hold for a pair to be allowed: bool, fits to (b, G)."""

    code: RuleCode
    holds: Callable[[Grid], Bools]


def _language_required(grid: Grid) -> Bools:
    """A must is met by talking well enough, Norwegian included, and by nothing else (ADR 0008)."""
    enough = LEVEL_STEP * max(grid.config.required_level, 1)
    return ~grid.families.must_share_language | (grid.talk.best >= enough)


def _availability(grid: Grid) -> Bools:
    return grid.shared_slots >= grid.config.min_shared_slots


def _travel(grid: Grid) -> Bools:
    """Next door is never too far, whatever a computed road says, and an unknown way passes."""
    limit = np.minimum(grid.families.limit, grid.guides.limit)
    too_far = (grid.band == BANDS.index(Band.MINUTES)) & (grid.minutes > limit)
    near: Bools = ~too_far & (grid.band != BANDS.index(Band.UNREACHABLE))
    return near


def _gender_of_guide(grid: Grid) -> Bools:
    return _granted(grid.families.gender_wish, grid.guides.gender)


def _gender_of_contact(grid: Grid) -> Bools:
    return _granted(grid.guides.gender_wish, grid.families.gender)


def _granted(wish: Int32s, gender: Int32s) -> Bools:
    """Whether a wish is met; an unknown gender meets none."""
    granted: Bools = (wish == UNKNOWN) | (wish == gender)
    return granted


def _pets(grid: Grid) -> Bools:
    return ~(grid.families.no_pets & grid.guides.has_pets)


def _children_wish(grid: Grid) -> Bools:
    wish = grid.guides.children_wish
    wants_children = wish == number_of(ChildrenWish.WITH_CHILDREN)
    met: Bools = (wish == number_of(ChildrenWish.NO_MATTER)) | (wants_children == grid.has_children)
    return met


def _declined(grid: Grid) -> Bools:
    return ~grid.declined


def _capacity(grid: Grid) -> Bools:
    return _has_place(grid.guides)


def _has_place(guides: Guides) -> Bools:
    place: Bools = guides.free_places > 0
    return place


def _paused(grid: Grid) -> Bools:
    return ~grid.guides.is_paused


def _ready(grid: Grid) -> Bools:
    return grid.guides.is_ready


def _steps(grid: Grid) -> Bools:
    return ~grid.guides.lacks_steps


def _adult(grid: Grid) -> Bools:
    return _is_adult(grid.guides)


def _is_adult(guides: Guides) -> Bools:
    adult: Bools = guides.age != number_of(AgeGroup.FROM_16)
    return adult


def _certificate(grid: Grid) -> Bools:
    return ~grid.families.needs_certificate | grid.guides.has_certificate


def _municipality(grid: Grid) -> Bools:
    stays = grid.families.own_municipality_only | grid.guides.own_municipality_only
    same: Bools = grid.families.municipality == grid.guides.municipality
    return same | ~stays


def _protected(grid: Grid) -> Bools:
    return ~grid.families.is_protected


RULES: tuple[Rule, ...] = (
    Rule(RuleCode.LANGUAGE_REQUIRED, _language_required),
    Rule(RuleCode.AVAILABILITY, _availability),
    Rule(RuleCode.TRAVEL, _travel),
    Rule(RuleCode.GENDER_OF_GUIDE, _gender_of_guide),
    Rule(RuleCode.GENDER_OF_CONTACT, _gender_of_contact),
    Rule(RuleCode.PETS, _pets),
    Rule(RuleCode.CHILDREN_WISH, _children_wish),
    Rule(RuleCode.DECLINED, _declined),
    Rule(RuleCode.CAPACITY, _capacity),
    Rule(RuleCode.PAUSED, _paused),
    Rule(RuleCode.NOT_READY, _ready),
    Rule(RuleCode.STEPS, _steps),
    Rule(RuleCode.UNDER_18, _adult),
    Rule(RuleCode.CERTIFICATE, _certificate),
    Rule(RuleCode.MUNICIPALITY, _municipality),
    Rule(RuleCode.PROTECTED, _protected),
)

# What no note and no pin can make good. Somebody's wish is theirs to change, not ours to overrule.
NEVER_OVERRIDDEN = frozenset(
    {
        RuleCode.GENDER_OF_GUIDE,
        RuleCode.GENDER_OF_CONTACT,
        RuleCode.DECLINED,
        RuleCode.CAPACITY,
        RuleCode.PAUSED,
        RuleCode.NOT_READY,
        RuleCode.STEPS,
        RuleCode.UNDER_18,
        RuleCode.CERTIFICATE,
        RuleCode.PROTECTED,
    }
)


def may_guide(guides: Guides) -> Bools:
    """Return which guides could take a family now, whichever it is: bool, one for each."""
    willing = guides.is_ready & ~guides.is_paused & ~guides.lacks_steps
    return willing & _has_place(guides) & _is_adult(guides)


def broken_rules(grid: Grid) -> Masks:
    """Return the rules each pair breaks, uint32 (b, G): bit k is RULES[k]."""
    failing = np.zeros((len(grid.families), len(grid.guides)), dtype=np.uint32)
    for bit, rule in enumerate(RULES):
        failing |= np.where(rule.holds(grid), np.uint32(0), np.uint32(1 << bit))
    return failing


def rules_in(failing: int) -> tuple[RuleCode, ...]:
    """Return the rules of one pair's bits, in the order of `RULES`."""
    return tuple(rule.code for bit, rule in enumerate(RULES) if failing >> bit & 1)


def count_rules(failing: Masks) -> tuple[Int32s, Int32s]:
    """Return how many guides each rule removes for each family, and how many it alone.

    Args:
        failing: uint32 (b, G).

    Returns:
        Two arrays int32 (b, R) in the order of `RULES`.
    """
    alone = np.where(np.bitwise_count(failing) == 1, failing, 0)
    counts = [
        np.stack([(bits >> bit & 1).sum(axis=1, dtype=np.int32) for bit in range(len(RULES))], 1)
        for bits in (failing, alone)
    ]
    return counts[0], counts[1]


def told_counts(
    removed: npt.NDArray[np.integer], alone: npt.NDArray[np.integer]
) -> Mapping[RuleCode, RuleCount]:
    """Return counts (R,) of one family, or of all together, by the rules' codes."""
    return {
        rule.code: RuleCount(int(all_of_them), int(only))
        for rule, all_of_them, only in zip(RULES, removed, alone, strict=True)
    }
