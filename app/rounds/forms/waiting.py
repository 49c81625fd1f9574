"""Still waiting because …: the matching's answer in words. What is in the way, never who."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext

from app.matches.forms import rule_summary
from app.matching.advice.changes import WishChangeCode
from app.matching.advice.suggestions import (
    IdleKind,
    IdleReason,
    Kept,
    WaitingKind,
    WaitingReason,
)
from app.matching.types import RuleCode
from app.rounds.forms.names import FamilyLine, GuideLine, Names
from app.rounds.forms.needs import for_family, for_guide, recruit_phrase
from app.wording import label

MOST_CHANGES = 3
_PARTS = {
    WishChangeCode.MORE_TIME: "part-when",
    WishChangeCode.LONGER_TRIP: "part-when",
    WishChangeCode.OTHER_MUNICIPALITY: "part-when",
    WishChangeCode.NO_SHARED_LANGUAGE: "part-languages",
}


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


@dataclass(frozen=True, slots=True)
class KeptPair:
    """A guide who fits, and another family for which a coordinator keeps this guide."""

    guide: GuideLine
    family: FamilyLine
    words: str


@dataclass(frozen=True, slots=True)
class Because:
    """Why somebody is left over: a sentence, more about it, rules with counts, and what helps."""

    because: str
    more: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    newcomer: str = ""  # whom to look for where nothing else helps
    part: str = ""  # of the family's form, where what would help stands
    has_choice: bool = False  # somebody can be chosen, at somebody else's cost
    kept: list[KeptPair] = field(default_factory=list)  # what can be undone to let somebody come


def waiting_words(reason: WaitingReason, names: Names) -> Because:
    """Tell why a family is left over, and the smallest changes that would help."""
    changes = [for_family(one) for one in reason.changes[:MOST_CHANGES]]
    first = reason.changes[0].changes[0].code if reason.changes else None
    return Because(
        because=_BECAUSE[reason.kind](reason),
        more=[*_rivals(reason, names), *_in_the_way(reason)],
        rules=rule_summary(reason.rule_counts),
        changes=changes,
        newcomer=recruit_phrase(reason.recruit, names.places) if reason.recruit else "",
        part=_PARTS.get(first, "part-wishes") if first else "part-when",
        has_choice=reason.feasible > len(reason.kept),
        kept=kept_pairs(reason.kept, names),
    )


def kept_pairs(kept: Sequence[Kept], names: Names) -> list[KeptPair]:
    """Tell which guides are kept for which other families."""
    return [
        KeptPair(
            names.guides[one.guide],
            names.families[family],
            _(
                "You have kept %(guide)s for family %(family)s.",
                guide=names.guide(one.guide),
                family=names.family(family),
            ),
        )
        for one in kept
        for family in one.families
        if one.guide in names.guides and family in names.families
    ]


def idle_words(reason: IdleReason) -> Because:
    """Tell why a guide has room left, and the smallest changes that would help."""
    if reason.kind is IdleKind.ENOUGH_GUIDES:
        because = ngettext(
            "The %(num)s family that fits has another guide in the suggestions.",
            "The %(num)s families that fit have other guides in the suggestions.",
            reason.feasible,
        )
    elif not reason.families:
        because = _("No family waits just now.")
    else:
        because = ngettext(
            "The %(num)s family that waits does not fit with the times, places and wishes.",
            "None of the %(num)s families that wait fits with the times, places and wishes.",
            reason.families,
        )
    return Because(
        because=str(because),
        rules=_family_rules(reason),
        changes=[for_guide(one) for one in reason.changes[:MOST_CHANGES]],
    )


def _nobody(reason: WaitingReason) -> str:
    if not reason.guides:
        return _("There is no guide in the programme yet.")
    return str(
        ngettext(
            "The %(num)s guide that there is cannot be suggested just now.",
            "None of the %(num)s guides can be suggested just now.",
            reason.guides,
        )
    )


def _competition(reason: WaitingReason) -> str:
    return str(
        ngettext(
            "%(num)s guide fits, and is needed by others too.",
            "%(num)s guides fit, and are needed by others too.",
            reason.feasible - len(reason.kept),
        )
    )


def _all_kept(reason: WaitingReason) -> str:
    return str(
        ngettext(
            "%(num)s guide fits, and you have kept this guide for another family.",
            "%(num)s guides fit, and you have kept all of them for other families.",
            len(reason.kept),
        )
    )


_BECAUSE: Mapping[WaitingKind, Callable[[WaitingReason], str]] = {
    WaitingKind.NO_FEASIBLE_GUIDE: _nobody,
    WaitingKind.KEPT_FOR_OTHERS: _all_kept,
    WaitingKind.COMPETITION: _competition,
}


def _rivals(reason: WaitingReason, names: Names) -> Sequence[str]:
    """Tell who shares the guides. Together they are more than there are places, by one."""
    if not reason.rivals:
        return ()
    families = len(reason.rivals) + 1
    guides = ngettext("%(num)s guide", "%(num)s guides", len(reason.rival_guides))
    places = ngettext("%(num)s place", "%(num)s places", reason.places)
    shared = _(
        "%(families)s families share %(guides)s with %(places)s in all: this one, and %(others)s.",
        families=families,
        guides=guides,
        places=places,
        others=names.listed_families(reason.rivals),
    )
    return (shared,)


def _in_the_way(reason: WaitingReason) -> Sequence[str]:
    """Name the smallest hindrance: what alone keeps the most guides away.

    Where a change would help, that is told instead: these guides may be others' by now.
    """
    if not reason.rule_sets or reason.changes:
        return ()
    smallest = reason.rule_sets[0]
    words = [_small(label(code)) for code in smallest.rules]
    if len(words) > 1:
        told = ngettext(
            "For %(num)s of them these things together are in the way: %(rules)s.",
            "For %(num)s of them these things together are in the way: %(rules)s.",
            smallest.opened,
            rules="; ".join(words),
        )
    else:
        told = ngettext(
            "For %(num)s of them this alone is in the way: %(rules)s.",
            "For %(num)s of them this alone is in the way: %(rules)s.",
            smallest.opened,
            rules=words[0],
        )
    return (str(told),)


def _family_rules(reason: IdleReason) -> list[str]:
    """Return how many families each rule rules out, the most telling first."""
    telling = sorted(reason.rule_counts.items(), key=lambda item: -item[1].removed)
    return [_counted(code, count.removed) for code, count in telling if count.removed]


def _counted(code: RuleCode, number: int) -> str:
    return str(
        ngettext("%(rule)s: %(num)s family", "%(rule)s: %(num)s families", number, rule=label(code))
    )


def _small(words: object) -> str:
    text = str(words)
    return text[:1].lower() + text[1:]
