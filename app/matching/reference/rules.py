"""The seven reference rules, each once.

A rule is asked about pairs as indices that broadcast: two arrays of equal length for a list of
pairs, or one family against a slice of all guides.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.matching.reference.config import CODES
from app.matching.reference.instance import CERTIFICATE_BIT, GENDER_BITS, METRES, Instance
from app.matching.reference.people import Flags, Mask, Real, Small, Whole

Index = Any  # an index into people: a number, a slice or an array of indices
Rule = Callable[[Instance, Index, Index], Flags]


def shares_language(instance: Instance, family: Index, guide: Index) -> Flags:
    """At least one shared language."""
    shared: Mask = instance.families.languages[family] & instance.guides.languages[guide]
    some: Flags = shared != 0
    return some


def shares_slots(instance: Instance, family: Index, guide: Index) -> Flags:
    """At least min_overlap_slots shared slots of the week."""
    shared: Mask = instance.families.slots[family] & instance.guides.slots[guide]
    if instance.config.min_overlap_slots == 1:
        enough: Flags = shared != 0  # the common case, at half the price
    else:
        enough = np.bitwise_count(shared) >= instance.config.min_overlap_slots
    return enough


def is_near(instance: Instance, family: Index, guide: Index) -> Flags:
    """In whole metres no farther than both would go."""
    chords = chord(instance, family, guide)
    return metres(chords, instance) <= limit_metres(instance, family, guide)


def has_certificate(instance: Instance, family: Index, guide: Index) -> Flags:
    """A police certificate where there are minors."""
    return _offers(instance, family, guide, CERTIFICATE_BIT)


def has_wished_gender(instance: Instance, family: Index, guide: Index) -> Flags:
    """The gender that the family wishes for, if it wishes."""
    return _offers(instance, family, guide, GENDER_BITS)


def stays_within_municipality(instance: Instance, family: Index, guide: Index) -> Flags:
    """The same municipality, or neither side minds."""
    families, guides = instance.families, instance.guides
    minds: Flags = families.own_municipality_only[family] | guides.own_municipality_only[guide]
    same: Flags = families.municipality[family] == guides.municipality[guide]
    return same | ~minds


def is_not_blocked(instance: Instance, family: Index, guide: Index) -> Flags:
    """Not listed as blocked."""
    if isinstance(guide, slice):
        guide = np.arange(len(instance.guides))[guide]
    return ~instance.is_blocked(family, guide)


RULES: Mapping[str, Rule] = dict(
    zip(
        CODES,
        (
            shares_language,
            shares_slots,
            is_near,
            has_certificate,
            has_wished_gender,
            stays_within_municipality,
            is_not_blocked,
        ),
        strict=True,
    )
)
EVERY_GUIDE = slice(None)


def holds(instance: Instance, codes: tuple[str, ...], family: Index, guide: Index) -> Flags:
    """Say for which pairs all of these rules hold, those not in force left out."""
    result: Flags | None = None
    for code in codes:
        if code in instance.config.rules:
            kept = RULES[code](instance, family, guide)
            result = kept if result is None else result & kept
    if result is None:
        shape = np.broadcast_shapes(np.shape(family), instance.guides.max_km[guide].shape)
        return np.ones(shape, np.bool_)
    return result


def broken_by_guide(instance: Instance, family: int) -> Small:
    """Return which rules keep each guide from one family: (G,), bit k is CODES[k]; 0 is feasible."""
    broken = np.zeros(len(instance.guides), np.uint8)
    for bit, code in enumerate(CODES):
        if code in instance.config.rules:
            broken |= ~RULES[code](instance, family, EVERY_GUIDE) * np.uint8(1 << bit)
    return broken


def chord(instance: Instance, family: Index, guide: Index) -> Real:
    """Return the straight line through the earth between the two places, in earth radii."""
    families, guides = instance.families, instance.guides
    square = (families.x[family] - guides.x[guide]) ** 2
    square += (families.y[family] - guides.y[guide]) ** 2
    square += (families.z[family] - guides.z[guide]) ** 2
    return np.sqrt(square)


def metres(chords: Real, instance: Instance) -> Whole:
    """Return great-circle metres, rounded to the nearest, from straight lines in earth radii."""
    arc = 2 * instance.config.earth_radius_m * np.arcsin(np.minimum(chords / 2, 1))
    return np.rint(arc).astype(np.int32)


def limit_metres(instance: Instance, family: Index, guide: Index) -> Whole:
    """Return how far the two would go at most."""
    km = np.minimum(instance.families.max_km[family], instance.guides.max_km[guide])
    return METRES * km


def _offers(instance: Instance, family: Index, guide: Index, bits: int) -> Flags:
    needs: Small = instance.needs[family] & np.uint8(bits)
    met: Flags = (needs & instance.offers[guide]) == needs
    return met
