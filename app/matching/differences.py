"""What changed since the last round, family by family, and why: computed, never guessed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from app.matching.pairs.rules import rules_in
from app.matching.planning import Change, ChangeCode, Plan

Pair = tuple[UUID, UUID]  # family, guide


@dataclass(frozen=True)
class Possible:
    """What a round could choose from: the pairs it might form, and guides who had a place."""

    pairs: frozenset[Pair]
    guides: frozenset[UUID]

    def barred(self, pair: Pair) -> bool:
        """Tell whether something other than a lack of places kept two apart."""
        return pair[1] in self.guides and pair not in self.pairs


NOTHING_KNOWN = Possible(frozenset(), frozenset())


def differences(
    plan: Plan,
    previous: Mapping[UUID, UUID | None],
    possible: Possible = NOTHING_KNOWN,
    *,
    returned: Collection[UUID] = (),
) -> tuple[Change, ...]:
    """Return every family whose guide is another than before, with the reason, by family.

    Args:
        plan: the round now.
        previous: the guide of every family in the round before, None for one left over.
        possible: what the round before could choose from, if it is known.
        returned: families that had a proposal or a match before: none of them is new.
    """
    compared = _Comparison.of(plan, previous, possible)
    return tuple(
        replace(change, code=ChangeCode.FAMILY_BACK)
        if change.code is ChangeCode.NEW_FAMILY and change.family_id in returned
        else change
        for change in compared.changes()
    )


@dataclass(frozen=True, eq=False)
class _Comparison:
    """The round before and the round now; a couple goes by its lead's id in both."""

    plan: Plan
    before: Mapping[UUID, UUID | None]
    after: Mapping[UUID, UUID]
    possible: Possible

    @classmethod
    def of(
        cls, plan: Plan, previous: Mapping[UUID, UUID | None], possible: Possible
    ) -> "_Comparison":
        numbers, ids = plan.codes.guides, plan.guides.ids
        return cls(
            plan,
            {f: ids[numbers[g]] if g and g in numbers else g for f, g in previous.items()},
            {pair.family_id: pair.guide_id for pair in plan.pairs},
            possible,
        )

    def changes(self) -> Iterator[Change]:
        for family in sorted({*self.before, *self.plan.families.ids}):
            before, after = self.before.get(family), self.after.get(family)
            if before != after:
                yield self._change(family, before, after)

    def _change(self, family: UUID, before: UUID | None, after: UUID | None) -> Change:
        """Say why; the first that holds is the reason."""
        change = Change(family, before, after, ChangeCode.BETTER_TOTAL)
        if family not in self.plan.rows:
            return replace(change, code=ChangeCode.FAMILY_LEFT)
        if family not in self.before:
            return replace(change, code=ChangeCode.NEW_FAMILY)
        if self.plan.round.pinned[self.plan.rows[family]]:
            return replace(change, code=ChangeCode.PINNED)
        return self._weighed(change if before is None else self._lost(change, before))

    def _weighed(self, change: Change) -> Change:
        """Say why a family that lost nobody has another guide."""
        family, before, after = change.family_id, change.before, change.after
        if change.code is not ChangeCode.BETTER_TOTAL:
            return change
        if after is not None and self.possible.barred((family, after)):
            return replace(change, code=ChangeCode.NOW_POSSIBLE)
        if before is None:
            had_it = self._who(self.before, after, but=self.after)
            return replace(change, code=ChangeCode.GUIDE_FREE, families=had_it)
        return change

    def _lost(self, change: Change, before: UUID) -> Change:
        """Say why a family no longer has the guide it had."""
        row, guide = self.plan.rows[change.family_id], self.plan.codes.guides.get(before)
        if guide is None:
            return replace(change, code=ChangeCode.GUIDE_GONE)
        if (row, guide) in self._vetoes:
            return replace(change, code=ChangeCode.VETOED)
        failing = int(self.plan.block_of(change.family_id).failing[0, guide])
        if failing:
            return replace(change, code=ChangeCode.GUIDE_GONE, rules=rules_in(failing))
        if before not in self.plan.idle:
            newly = self._who(self.after, before, but=self.before)
            holders = newly or self._who(self.after, before, but={})
            return replace(change, code=ChangeCode.FREED_FOR, families=holders)
        return change

    @cached_property
    def _vetoes(self) -> frozenset[tuple[int, int]]:
        return frozenset((int(f), int(g)) for f, g in self.plan.problem.vetoes)

    def _who(
        self,
        pairs: Mapping[UUID, UUID | None],
        guide: UUID | None,
        *,
        but: Mapping[UUID, UUID | None],
    ) -> tuple[UUID, ...]:
        """Return the families that have a guide in `pairs` and not in `but`."""
        have = (family for family, one in pairs.items() if one == guide)
        return tuple(sorted(family for family in have if but.get(family) != guide))
