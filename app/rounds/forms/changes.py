"""What is other than in the round before, and why, in words."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from app.matches.forms import rule_words
from app.matching.planning import Change, ChangeCode
from app.rounds.forms.names import Names


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


def change_phrase(change: Change, names: Names) -> str:
    """Return what is other: "Family F-1 gets Kari instead of Ola"."""
    family = names.family(change.family_id)
    if change.code is ChangeCode.FAMILY_LEFT:
        return _("Family %(family)s is not in the suggestions any more", family=family)
    before = names.guide(change.before) if change.before else ""
    after = names.guide(change.after) if change.after else ""
    if before and after:
        return _(
            "Family %(family)s gets %(after)s instead of %(before)s",
            family=family,
            after=after,
            before=before,
        )
    if after:
        return _("Family %(family)s gets %(guide)s", family=family, guide=after)
    if before:
        return _("Family %(family)s does not get %(guide)s any more", family=family, guide=before)
    return _("Family %(family)s waits", family=family)


def change_reason(change: Change, names: Names) -> str:
    """Return why it is other, as a sentence."""
    return _REASONS[change.code](change, names)


def _guide_gone(change: Change, names: Names) -> str:
    guide = names.guide(change.before) if change.before else ""
    if not change.rules:
        return _("%(guide)s is not in the programme any more.", guide=guide)
    rules = "; ".join(rule_words(change.rules))
    return _("%(guide)s cannot guide them now: %(rules)s.", guide=guide, rules=rules)


def _freed_for(change: Change, names: Names) -> str:
    guide = names.guide(change.before) if change.before else ""
    return str(
        ngettext(
            "%(guide)s is suggested for family %(families)s.",
            "%(guide)s is suggested for families %(families)s.",
            len(change.families),
            guide=guide,
            families=names.listed_families(change.families),
        )
    )


def _guide_free(change: Change, names: Names) -> str:
    guide = names.guide(change.after) if change.after else ""
    if not change.families:
        return _("%(guide)s has a free place now.", guide=guide)
    return str(
        ngettext(
            "%(guide)s is not suggested for family %(families)s any more.",
            "%(guide)s is not suggested for families %(families)s any more.",
            len(change.families),
            guide=guide,
            families=names.listed_families(change.families),
        )
    )


_REASONS: Mapping[ChangeCode, Callable[[Change, Names], str]] = {
    ChangeCode.NEW_FAMILY: lambda _c, _n: _("The family is new since last time."),
    ChangeCode.FAMILY_BACK: lambda _c, _n: _(
        "The family waits for a guide again: its proposal or match has ended."
    ),
    ChangeCode.FAMILY_LEFT: lambda _c, _n: _("The family has a proposal, a guide, or has left."),
    ChangeCode.PINNED: lambda _c, _n: _("You have chosen this guide."),
    ChangeCode.VETOED: lambda _c, _n: _("You have said: not these two."),
    ChangeCode.GUIDE_GONE: _guide_gone,
    ChangeCode.FREED_FOR: _freed_for,
    ChangeCode.GUIDE_FREE: _guide_free,
    ChangeCode.NOW_POSSIBLE: lambda _c, _n: _(
        "The two were not possible last time: something about the family, the guide or your "
        "choices has changed."
    ),
    ChangeCode.BETTER_TOTAL: lambda _c, _n: _("All together fit better this way."),
}
