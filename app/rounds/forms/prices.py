"""What it would cost to choose another guide, in words. Points tell of a fit, never of a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext, ngettext

from app.matching.planning import Plan
from app.matching.solving.consequences import Override
from app.matching.solving.rounds import Totals
from app.rounds.forms.names import Names


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


@dataclass(frozen=True, slots=True)
class Cost:
    """One choice weighed: why the suggestion is another, what it brings and what it costs."""

    title: str
    good: list[str]
    harm: list[str]


def cost_words(plan: Plan, override: Override, names: Names) -> Cost:
    """Tell what changes for the family itself, for others and in all."""
    people = _Numbered(plan, names)
    change = override.after - override.before
    own = override.own_after - (override.own_before or 0)
    alone = not (override.loses or override.gains or override.moves)
    good = [_own(override)] if own >= 0 else []
    harm = [_own(override)] if own < 0 else []
    good += [_("Nobody else is affected")] if alone else _better_off(override, people)
    harm += [*_left_out(override, people), *_moved(override, people), *_urgent(change)]
    harm += [] if alone else _in_all(change)
    return Cost(_title(override, change, own), good, harm)


class _Numbered:
    """Names by the numbers that families and guides have in a plan."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self._families: Sequence[UUID] = plan.families.ids
        self._guides: Sequence[UUID] = plan.guides.ids
        self._names = names

    def family(self, number: int) -> str:
        return self._names.family(self._families[number])

    def guide(self, number: int) -> str:
        return self._names.guide(self._guides[number])


def _title(override: Override, change: Totals, own: int) -> str:
    """Say in one sentence why the round does not choose this."""
    better = own > 0 and override.own_before is not None
    if change.families < 0:
        if better:
            return _("Fits better, but one family fewer would get a guide")
        return _("One family fewer would get a guide")
    if override.loses:
        return _("Another family would be without a guide instead")
    return _title_by_points(change.quality, better=better)


def _title_by_points(quality: int, *, better: bool) -> str:
    if quality < 0 and better:
        return _("Fits better here, but all together fit less well")
    if quality < 0:
        return _("Fits less well")
    if quality > 0:
        return _("A little better in all: the last suggestion is kept when the difference is small")
    return _("Just as good in all")


def _own(override: Override) -> str:
    before, after = override.own_before, override.own_after
    if before is None:
        return _("The family would get a guide, with a fit of %(after)s points", after=after)
    if after == before:
        return _("Fits the family just as well: %(after)s points", after=after)
    if after > before:
        return str(
            ngettext(
                "Fits the family %(num)s point better: %(after)s instead of %(before)s",
                "Fits the family %(num)s points better: %(after)s instead of %(before)s",
                after - before,
                after=after,
                before=before,
            )
        )
    return str(
        ngettext(
            "Fits the family %(num)s point less: %(after)s instead of %(before)s",
            "Fits the family %(num)s points less: %(after)s instead of %(before)s",
            before - after,
            after=after,
            before=before,
        )
    )


def _left_out(override: Override, people: _Numbered) -> Iterator[str]:
    for family in override.loses:
        yield _("Family %(family)s would be without a guide", family=people.family(family))


def _better_off(override: Override, people: _Numbered) -> Iterator[str]:
    for move in override.gains:
        family, guide = people.family(move.family), people.guide(move.after)
        yield _("Family %(family)s would get %(guide)s", family=family, guide=guide)


def _moved(override: Override, people: _Numbered) -> Iterator[str]:
    for move in override.moves:
        yield _(
            "Family %(family)s would get %(after)s instead of %(before)s",
            family=people.family(move.family),
            after=people.guide(move.after),
            before=people.guide(move.before),
        )


def _urgent(change: Totals) -> Iterator[str]:
    if change.priority_2 < 0:
        yield _("A family that needs a guide first of all would have to wait")
    elif change.priority_1_or_2 < 0:
        yield _("A family that should have a guide soon would have to wait")


def _in_all(change: Totals) -> Iterator[str]:
    if change.quality < 0:
        yield str(
            ngettext(
                "All families together: %(num)s point less",
                "All families together: %(num)s points less",
                -change.quality,
            )
        )
