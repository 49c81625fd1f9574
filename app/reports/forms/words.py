"""What a replay came to, in sentences. Computed figures, fixed sentences, no person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app import wording
from app.matching.simulation.comparing import Harm, Waited, Worse
from app.matching.simulation.figures import REST, UNKNOWN, Averages, Dimension, Figures
from app.matching.simulation.pace import Pace
from app.matching.types import TermCode
from app.reports.queries.results import Result
from app.vocabulary import Gender, GenderWish

FEW_FAMILIES = 30


@dataclass(frozen=True, slots=True)
class Change:
    """A figure as it was and as it is tried; None where it must not be told."""

    now: int | None
    tried: int | None

    @property
    def is_one(self) -> bool:
        return self.now == self.tried


@dataclass(frozen=True, slots=True)
class Line:
    """One group's figures, now and tried."""

    name: str
    families: int
    matched: Change
    median_days: Change
    p95_days: Change
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
                _line(group_name(dimension, now.key, places), now.figures, tried.figures)
                for now, tried in zip(groups, result.tried.groups[dimension], strict=True)
            ],
        )
        for dimension, groups in result.now.groups.items()
    ]


def whole(result: Result) -> Line:
    """Return the figures of all families together."""
    return _line(_("All families"), result.now.total, result.tried.total)


def shares(result: Result) -> list[tuple[str, Change]]:
    """Return what the pairs have in common, term by term, in percent of the most there is."""
    return [
        (str(wording.label(code)), Change(result.now.shares.get(code), share))
        for code, share in result.tried.shares.items()
        if code in TermCode
    ]


def warnings(result: Result, places: Mapping[str, str]) -> list[str]:
    """Return a sentence for each group that would be worse off."""
    return [_worse(one, places) for one in result.comparison.worse]


def advice(result: Result) -> list[str]:
    """Return what waiting for rounds would have cost, a sentence or two for each pace."""
    return [" ".join(_waited(one)) for one in result.advice]


def waiting_never_paid(result: Result) -> bool:
    """Return whether nothing would have been won by waiting, at any pace."""
    return bool(result.advice) and all(
        one.fewer_families >= 0 and (one.longer_days is None or one.longer_days >= 0)
        for one in result.advice
    )


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


def _line(name: str, now: Figures, tried: Figures) -> Line:
    before, after = now.averages, tried.averages
    return Line(
        name=name,
        families=now.families,
        matched=Change(now.matched, tried.matched),
        median_days=Change(_told(before, "median_days"), _told(after, "median_days")),
        p95_days=Change(_told(before, "p95_days"), _told(after, "p95_days")),
        mean_fit=Change(_told(before, "mean_fit"), _told(after, "mean_fit")),
    )


def _told(averages: Averages | None, name: str) -> int | None:
    return getattr(averages, name, None)


def _worse(worse: Worse, places: Mapping[str, str]) -> str:
    group = _("All families")
    if worse.dimension:
        group = f"{_dimension(worse.dimension)}, {group_name(worse.dimension, worse.key, places)}"
    values = {"group": group, "before": worse.before, "after": worse.after}
    sentences = {
        Harm.FEWER_MATCHED: _("%(group)s: %(after)s would get a guide, not %(before)s.", **values),
        Harm.LONGER_WAIT: _(
            "%(group)s: half would wait up to %(after)s days, not %(before)s.", **values
        ),
        Harm.POORER_FIT: _(
            "%(group)s: the pairs would fit less well, %(after)s points instead of %(before)s.",
            **values,
        ),
    }
    return str(sentences[worse.harm])


def _waited(one: Waited) -> Iterator[str]:
    count = abs(one.fewer_families)
    weekly = one.pace is Pace.WEEKLY
    if one.fewer_families == 0:
        yield (
            _("Had you waited for weekly rounds, just as many families would have got a guide.")
            if weekly
            else _(
                "Had you waited for monthly rounds, just as many families would have got a guide."
            )
        )
    elif one.fewer_families > 0:
        yield _fewer(count, weekly=weekly)
    else:
        yield _more(count, weekly=weekly)
    if one.longer_days is not None:
        yield _longer(one.longer_days)


def _fewer(count: int, *, weekly: bool) -> str:
    if weekly:
        return str(
            ngettext(
                "Had you waited for weekly rounds, %(num)s family fewer would have got a guide.",
                "Had you waited for weekly rounds, %(num)s fewer families would have got a guide.",
                count,
            )
        )
    return str(
        ngettext(
            "Had you waited for monthly rounds, %(num)s family fewer would have got a guide.",
            "Had you waited for monthly rounds, %(num)s fewer families would have got a guide.",
            count,
        )
    )


def _more(count: int, *, weekly: bool) -> str:
    if weekly:
        return str(
            ngettext(
                "Had you waited for weekly rounds, %(num)s family more would have got a guide.",
                "Had you waited for weekly rounds, %(num)s more families would have got a guide.",
                count,
            )
        )
    return str(
        ngettext(
            "Had you waited for monthly rounds, %(num)s family more would have got a guide.",
            "Had you waited for monthly rounds, %(num)s more families would have got a guide.",
            count,
        )
    )


def _longer(days: int) -> str:
    if days > 0:
        return str(
            ngettext(
                "The wait in the middle would have been %(num)s day longer.",
                "The wait in the middle would have been %(num)s days longer.",
                days,
            )
        )
    if days < 0:
        return str(
            ngettext(
                "The wait in the middle would have been %(num)s day shorter.",
                "The wait in the middle would have been %(num)s days shorter.",
                -days,
            )
        )
    return str(_("The wait in the middle would have been the same."))
