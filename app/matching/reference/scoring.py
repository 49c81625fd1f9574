"""Points of feasible pairs, to the integer; every division is a floor division."""

import numpy as np

from app.matching.reference.instance import Instance
from app.matching.reference.people import Whole
from app.matching.reference.rules import Index


def scores(
    instance: Instance, family: Index, guide: Index, metres: Whole, limit: Whole | int
) -> Whole:
    """Return the points of pairs, 0 to 1000.

    Args:
        instance: the people and the numbers.
        family: indices of the families, (n,) or one for all.
        guide: indices of the guides, (n,).
        metres: between the two, (n,), at most the limit.
        limit: how far the two would go, (n,) or one for all.
    """
    families, guides = instance.families, instance.guides
    points = language_points(instance, family, guide)
    points += instance.distance * (limit - metres) // limit
    shared_slots = families.slots[family] & guides.slots[guide]
    points += instance.slot_points[np.bitwise_count(shared_slots)]
    shared_interests = families.interests[family] & guides.interests[guide]
    points += instance.interest_points[np.bitwise_count(shared_interests)]
    points += instance.age_points[np.abs(families.age[family] - guides.age[guide])]
    points += instance.waiting_points[family]
    return points


def language_points(instance: Instance, family: Index, guide: Index) -> Whole:
    """Return the points for the best shared language: the mother tongue, another, a named one."""
    config, families = instance.config, instance.families
    shared = families.languages[family] & instance.guides.languages[guide]
    points = np.zeros(np.shape(shared), np.int32)
    named = shared.dtype.type(0)
    for bit, value in reversed(instance.named):
        points[(shared & bit) != 0] = value
        named |= bit
    points[(shared & ~named) != 0] = config.other_language
    points[(shared & families.mother_tongue[family]) != 0] = config.mother_tongue
    return points
