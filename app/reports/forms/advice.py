"""What waiting for rounds would have cost, in sentences. Advice, never a rule."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from app.matching.simulation.coarse import WEEK
from app.matching.simulation.comparing import Waited
from app.matching.simulation.pace import Pace
from app.reports.queries.results import Result


def advice(result: Result) -> list[str]:
    """Return what waiting for rounds would have cost, a sentence or two for each pace."""
    told = _roughly if result.is_coarse else _waited
    return [" ".join(told(one)) for one in result.advice]


def waiting_never_paid(result: Result) -> bool:
    """Return whether nothing would have been won by waiting, at any pace. Exact figures tell it."""
    return (
        bool(result.advice)
        and not result.is_coarse
        and all(
            one.fewer_families >= 0 and (one.longer_days is None or one.longer_days >= 0)
            for one in result.advice
        )
    )


def _roughly(one: Waited) -> Iterator[str]:
    """Say it in steps: nothing that one family more or less would change."""
    weekly = one.pace is Pace.WEEKLY
    if one.fewer_families == 0:
        yield (
            _("Had you waited for weekly rounds, about as many families would have got a guide.")
            if weekly
            else _(
                "Had you waited for monthly rounds, about as many families would have got a guide."
            )
        )
    elif one.fewer_families > 0:
        yield _fewer(one.fewer_families, weekly=weekly)
    else:
        yield _more(-one.fewer_families, weekly=weekly)
    if one.longer_days:
        yield _weeks_longer(one.longer_days // WEEK)


def _weeks_longer(weeks: int) -> str:
    if weeks > 0:
        return str(
            ngettext(
                "The wait in the middle would have been %(num)s week longer.",
                "The wait in the middle would have been %(num)s weeks longer.",
                weeks,
            )
        )
    return str(
        ngettext(
            "The wait in the middle would have been %(num)s week shorter.",
            "The wait in the middle would have been %(num)s weeks shorter.",
            -weeks,
        )
    )


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
