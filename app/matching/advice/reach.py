"""The smallest change that reaches somebody: tried on whole profiles, so no rule is said twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from typing import Generic

import numpy as np

from app.matching.advice.changes import Profile, WishChange, WishChangeCode, options
from app.matching.arrays import Bools, Int32s
from app.matching.pairs.codes import Masks
from app.matching.pairs.rules import RULES
from app.matching.types import RuleCode

# One change beats two; three at once is no small change any more.
MOST_CHANGES = 2
MOST_SUGGESTIONS = 4

_BIT = {rule.code: 1 << bit for bit, rule in enumerate(RULES)}

Changes = tuple[WishChange, ...]


def bits_of(*codes: RuleCode) -> int:
    """Return rules as bits, as a block's `failing` has them."""
    mask = 0
    for code in codes:
        mask |= _BIT[code]
    return mask


@dataclass(frozen=True, eq=False)
class Side(Generic[Profile]):
    """One person, and the N others of the other side as they stand to them.

    Attributes:
        profile: who could change something.
        rules: which rule each kind of change may loosen.
        failing: (N,), the rules that forbid each pair, as bits.
        helps: (N,), whether a pair with them would give one more family a guide.
        slots: (N,), when they have time.
        minutes: (N,), how long the way to them is, negative where nobody knows.
        change: makes changes in a profile.
        allowed: tells for V profiles with whom they may be paired, (V, N).
    """

    profile: Profile
    rules: Mapping[WishChangeCode, RuleCode]
    failing: Masks
    helps: Bools
    slots: Masks
    minutes: Int32s
    change: Callable[[Profile, Changes], Profile]
    allowed: Callable[[Sequence[Profile]], Bools]

    def after(self, changes: Changes) -> Profile:
        """Return the person's profile after some changes."""
        return self.change(self.profile, changes)


@dataclass(frozen=True, eq=False)
class Reached:
    """A smallest change, and with whom the person may be paired after it, bool (N,)."""

    changes: Changes
    allowed: Bools

    @property
    def opened(self) -> int:
        """With how many the person may be paired."""
        return int(self.allowed.sum())


def smallest_changes(side: Side[Profile]) -> tuple[Reached, ...]:
    """Return the smallest change of each kind that helps, the easiest kind first.

    Pairs of changes are tried only if no single one helps. Of one kind, the one with the fewest
    minutes, then the one that opens the most others.
    """
    for count in range(1, MOST_CHANGES + 1):
        tried = list(_worth_trying(side, count))
        if not tried:
            continue
        after = side.allowed([side.after(changes) for changes in tried])
        useful = np.flatnonzero((after & side.helps).any(axis=1))
        if len(useful):
            return easiest(Reached(tried[number], after[number]) for number in useful)
    return ()


def easiest(found: Iterable[Reached]) -> tuple[Reached, ...]:
    """Return the smallest of each kind, the easiest kind first; two only if no single one does."""
    best: dict[tuple[WishChangeCode, ...], Reached] = {}
    for one in sorted(found, key=lambda one: (_minutes(one.changes), -one.opened)):
        best.setdefault(tuple(change.code for change in one.changes), one)
    fewest = min(map(len, best), default=0)
    kinds = sorted((codes for codes in best if len(codes) == fewest), key=_ease)
    return tuple(best[codes] for codes in kinds[:MOST_SUGGESTIONS])


def _worth_trying(side: Side[Profile], count: int) -> Iterator[Changes]:
    """Yield the changes after which somebody who helps might be reached."""
    for codes in combinations_with_replacement(side.rules, count):
        broken = bits_of(*(side.rules[code] for code in codes))
        others = np.flatnonzero(side.helps & (side.failing == broken))
        if not len(others):
            continue
        slots = int(np.bitwise_or.reduce(side.slots[others]))
        minutes = side.minutes[others].tolist()
        found = [options(side.profile, code, slots=slots, minutes=minutes) for code in codes]
        if len(set(codes)) == len(codes):
            yield from product(*found)
        elif set(codes) == {WishChangeCode.MORE_TIME}:  # of all kinds, only times make sense twice
            yield from combinations(found[0], count)


def _minutes(changes: Changes) -> int:
    """Return by how many minutes the way gets longer."""
    return sum(number for c in changes if isinstance(number := c.facts.get("more"), int))


def _ease(codes: tuple[WishChangeCode, ...]) -> tuple[int, ...]:
    order = list(WishChangeCode)
    return tuple(sorted((order.index(code) for code in codes), reverse=True))
