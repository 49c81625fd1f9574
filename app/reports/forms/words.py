"""What a replay came to, in sentences. Computed figures, fixed sentences, no person."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app import wording
from app.matching.simulation.coarse import WEEK
from app.matching.simulation.comparing import Harm, Worse
from app.matching.simulation.figures import REST, UNKNOWN, Averages, Dimension, Figures
from app.matching.types import TermCode
from app.reports.models import SimulationRun
from app.reports.queries.history import Arrivals
from app.reports.queries.results import Result
from app.vocabulary import Gender, GenderWish

FEW_FAMILIES = 30


Told = int | str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure as it was and as it is tried; None where it must not be told."""

    now: Told
    tried: Told

    @property
    def is_one(self) -> bool:
        return self.now == self.tried


@dataclass(frozen=True, slots=True)
class Line:
    """One group's figures, now and tried; waits in days, or in weeks if told in steps."""

    name: str
    families: Told
    matched: Change
    median: Change
    p95: Change
    mean_fit: Change


@dataclass(frozen=True, slots=True)
class Table:
    """One way to tell families apart, with its lines."""

    title: str
    lines: list[Line]


def tables(result: Result, places: Mapping[str, str]) -> list[Table]:
    """Return the figures by group; places are names of neighbourhoods by id."""
    return [
        Table(
            _dimension(dimension),
            [
                _Teller(result).line(
                    group_name(dimension, now.key, places), now.figures, tried.figures
                )
                for now, tried in zip(groups, result.tried.groups[dimension], strict=True)
            ],
        )
        for dimension, groups in result.now.groups.items()
    ]


def whole(result: Result) -> Line:
    """Return the figures of all families together."""
    return _Teller(result).line(_("All families"), result.now.total, result.tried.total)


def arrivals(came: Arrivals) -> str:
    """Return how many came, to those who may know it only in steps."""
    return str(
        _(
            "In the last twelve months %(families)s families came or waited, and %(guides)s guides"
            " were ready at some time. The numbers are rounded.",
            families=count_words(came.families),
            guides=count_words(came.guides),
        )
    )


def people(result: Result) -> str:
    """Return how many families and guides there were."""
    count = count_words if result.is_coarse else str
    return str(
        _(
            "%(families)s families, %(guides)s guides",
            families=count(result.now.total.families),
            guides=count(result.guides),
        )
    )


def count_words(count: int) -> str:
    """Return a count that is told in steps: the lowest step is below five."""
    return str(count or _("fewer than 5"))


def shares(result: Result) -> list[tuple[str, Change]]:
    """Return what the pairs have in common, term by term, in percent of the most there is.

    None stands for an age that no family with a guide had a wish for.
    """
    now, tried = result.now.shares, result.tried.shares
    told = {*now, *tried}
    return [
        (str(wording.label(code)), Change(now.get(code), tried.get(code)))
        for code in TermCode
        if code in told or (told and code is TermCode.AGE and not result.is_coarse)
    ]


def is_without_effect(result: Result) -> bool:
    """Return whether every figure that is told is the same on both sides."""
    now, tried = result.now, result.tried
    return (now.total, now.groups, now.shares) == (tried.total, tried.groups, tried.shares)


def weight_changes(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """Return "Language: 240 → 300" for each weight that differs."""
    return [
        f"{wording.label(code)}: {before[code]} → {after[code]}"
        for code in TermCode
        if before[code] != after[code]
    ]


def tried_weights(run: SimulationRun) -> list[str]:
    """Return what was tried against what held then. It stays so, whatever holds later."""
    if run.held is None:
        return []
    return weight_changes(run.held, run.weights) or [str(_("the weights that held then"))]


def warnings(result: Result, places: Mapping[str, str]) -> list[str]:
    """Return a sentence for each group that would be worse off."""
    return [_worse(one, places, result) for one in result.comparison.worse]


def care(result: Result) -> str:
    """Return a word of caution where few families came."""
    count = result.now.total.families
    if count >= FEW_FAMILIES:
        return ""
    return str(
        _(
            "%(count)s families came or waited in these twelve months. That is few: one family"
            " more or less changes the figures, so read them with care.",
            count=count,
        )
    )


def group_name(dimension: Dimension, key: str, places: Mapping[str, str]) -> str:
    """Return the words for one group."""
    if key == REST:
        return str(_("The others together"))
    if key == UNKNOWN:
        return str(_("Not known"))
    if dimension is Dimension.NEIGHBOURHOOD:
        return places.get(key) or str(_("A former neighbourhood"))
    if dimension is Dimension.LANGUAGE:
        name = wording.language_label(key)
        return name[:1].upper() + name[1:]
    kind = Gender if dimension is Dimension.CONTACT_GENDER else GenderWish
    return str(wording.label(kind(key)))


def _dimension(dimension: Dimension) -> str:
    return str(
        {
            Dimension.LANGUAGE: _("By mother tongue"),
            Dimension.CONTACT_GENDER: _("By the contact person's gender"),
            Dimension.GENDER_WISH: _("By the wish for a woman or a man as guide"),
            Dimension.NEIGHBOURHOOD: _("By neighbourhood"),
        }[dimension]
    )


class _Teller:
    """Tells the figures of a result as exactly as the result does."""

    def __init__(self, result: Result) -> None:
        self.is_coarse = result.is_coarse

    def line(self, name: str, now: Figures, tried: Figures) -> Line:
        """Return one line of a table."""
        before, after = now.averages, tried.averages
        return Line(
            name=name,
            families=self._count(now.families),
            matched=Change(self._count(now.matched), self._count(tried.matched)),
            median=Change(self._wait(before, "median_days"), self._wait(after, "median_days")),
            p95=Change(self._wait(before, "p95_days"), self._wait(after, "p95_days")),
            mean_fit=Change(before.mean_fit if before else None, after.mean_fit if after else None),
        )

    def _count(self, count: int) -> Told:
        return count_words(count) if self.is_coarse else count

    def _wait(self, averages: Averages | None, name: str) -> Told:
        days: int | None = getattr(averages, name, None)
        return days // WEEK if days is not None and self.is_coarse else days


def _worse(worse: Worse, places: Mapping[str, str], result: Result) -> str:
    group = _("All families")
    if worse.dimension:
        group = f"{_dimension(worse.dimension)}, {group_name(worse.dimension, worse.key, places)}"
    if worse.harm is Harm.FEWER_MATCHED:
        count = count_words if result.is_coarse else str
        return str(
            _(
                "%(group)s: %(after)s would get a guide, not %(before)s.",
                group=group,
                before=count(worse.before),
                after=count(worse.after),
            )
        )
    if worse.harm is Harm.LONGER_WAIT:
        return _longer_wait(group, worse, in_weeks=result.is_coarse)
    return str(
        _(
            "%(group)s: the pairs would fit less well, %(after)s points instead of %(before)s.",
            group=group,
            before=worse.before,
            after=worse.after,
        )
    )


def _longer_wait(group: str, worse: Worse, *, in_weeks: bool) -> str:
    if in_weeks:
        return str(
            ngettext(
                "%(group)s: half would wait up to %(num)s week, not %(before)s.",
                "%(group)s: half would wait up to %(num)s weeks, not %(before)s.",
                worse.after // WEEK,
                group=group,
                before=worse.before // WEEK,
            )
        )
    return str(
        _(
            "%(group)s: half would wait up to %(after)s days, not %(before)s.",
            group=group,
            before=worse.before,
            after=worse.after,
        )
    )
