"""Why this guide: the matching's answer for a person to read, and what each side may be told."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.families.models import Family
from app.guides.models import Guide
from app.matches.forms.phrases import reason_phrase, term_phrase, travel_phrase
from app.matches.forms.told import FullFact, language_words, travel_words_for_guide, when_all_can
from app.matches.models import Match
from app.matching.types import GuideProfile, ReasonCode, RuleCode, RuleCount, TermCode
from app.personal import Facts
from app.vocabulary import ChildAge, Level
from app.who_sees import Viewer
from app.wording import availability_summary, label, language_label, together

HIGHEST_SCORE = 1000
_TOO_FAR: Mapping[tuple[str, ...], LazyString] = {
    ("family",): _l("Farther than the family wants to travel"),
    ("guide",): _l("Farther than the guide wants to travel"),
    ("family", "guide"): _l("Farther than either of them wants to travel"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One pair's score with all its terms, the reasons on both sides and the rules against it."""

    score: int
    terms: list[tuple[str, int, int, str]]
    reasons: list[str]
    against: list[str]
    travel: str
    failing: list[str]


def tell(record: Mapping[str, Any], *, about_family: bool = True, begun: bool = False) -> Told:
    """Put a stored or fresh record of the matching into words.

    Args:
        record: from `as_record`, with `failing` added where a rule forbids the pair.
        about_family: whether to repeat what holds for the family whoever the guide is, such as
            its wait; a page that says so at its top leaves it out.
        begun: whether the guide has been asked since, so that "no family now" is over.
    """
    against = {reason["code"] for reason in record["counter_reasons"]}
    repeated = set() if about_family else {ReasonCode.LONG_WAIT.value}
    if begun:
        repeated.add(ReasonCode.NO_FAMILY_NOW.value)
    if ReasonCode.WEAK_LANGUAGE in against:  # "a little in common" is told once, as what it is
        repeated.add(ReasonCode.SHARED_LANGUAGE.value)
    return Told(
        score=record["score"],
        terms=[_term(term) for term in record["terms"]],
        reasons=_phrases(r for r in record["reasons"] if r["code"] not in repeated),
        against=_phrases(record["counter_reasons"]),
        travel=_way(record["inputs"]),
        failing=rule_words(record.get("failing", ()), _whose_limit(record["inputs"])),
    )


def _way(inputs: Mapping[str, Any]) -> str:
    return travel_phrase(inputs["trip"] | {"of_one": inputs["guide"].get("lives_apart")})


def _whose_limit(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whose travel limit a stored or fresh record passes."""
    minutes = inputs["trip"]["minutes"]
    limits = {who: inputs[who]["max_travel_minutes"] for who in ("family", "guide")}
    return tuple(w for w, limit in limits.items() if limit is not None and (minutes or 0) > limit)


def rule_words(codes: Iterable[str], too_far: tuple[str, ...] = ()) -> list[str]:
    """Return the rules that exclude a guide, in words; `too_far` says whose limit it is."""
    return [
        str(_TOO_FAR.get(too_far) or label(code)) if code is RuleCode.TRAVEL else str(label(code))
        for code in map(RuleCode, codes)
    ]


def rule_summary(counts: Mapping[RuleCode, RuleCount]) -> list[str]:
    """Return how many guides each rule excludes, the most telling rule first."""
    telling = sorted(counts.items(), key=lambda item: -item[1].removed)
    return [
        ngettext(
            "%(rule)s: %(num)s guide", "%(rule)s: %(num)s guides", count.removed, rule=label(code)
        )
        for code, count in telling
        if count.removed
    ]


def family_told_to_guide(match: Match, guide_id: uuid.UUID | None = None) -> list[FullFact]:
    """Return what a guide may know about the family before both have said yes.

    No name, reference, place, wish or reason to be here; the distance only in three steps, and only to
    the one who leads, of whom it was computed: that is who reads it unless another is named.
    """
    family = match.family
    guide = next((row.guide for row in match.guides if row.guide_id == guide_id), match.lead)
    others = _others(match, guide)
    knows = match.both_said_yes and guide in match.present
    return [
        (_("Household"), household_words(family)),
        (_("Languages"), family_languages(family)),
        (_("Must not be used"), unacceptable_languages(family) if knows else None),
        (_("Distance"), travel_words_for_guide(match) if guide is match.lead else None),
        when_all_can(family, [guide, *others]),
        (_("Wants to meet"), str(label(family.rhythm)) if family.rhythm else None),
        (_("You come together with"), _company(match, guide, others)),
    ]


def _others(match: Match, guide: Guide) -> list[Guide]:
    """Return who else comes: those who do already, or all who are asked together."""
    others = match.present if match.both_said_yes else match.takers
    return [one for one in others if one is not guide]


def _company(match: Match, guide: Guide, others: list[Guide]) -> str | None:
    """Return who comes along: how many, and by first name when all have said yes."""
    if not others:
        return None
    if guide in match.present and match.tells(Viewer.GUIDE, Facts.GUIDE_NAME):
        return together([one.given_names for one in others])
    return str(ngettext("%(num)s more guide", "%(num)s more guides", len(others)))


def household_words(family: Family) -> str:
    """Return how many they are: "4 people, of them 2 children (6–12 years, 13–17 years)"."""
    if family.is_group:
        return _young_words(family)
    people = ngettext("%(num)s person", "%(num)s people", family.household_size)
    counts = family.children_by_band
    bands = {age: counts[age] for age in ChildAge if counts.get(age)}
    if not bands:
        return str(people)
    children = ngettext(
        "of them %(num)s child (%(ages)s)",
        "of them %(num)s children (%(ages)s)",
        sum(bands.values()),
        ages=", ".join(str(label(age)) for age in bands),
    )
    return f"{people}, {children}"


def _young_words(group: Family) -> str:
    """Return how many a group is: "A group of 4 young people (13–17 years)"."""
    counts = group.children_by_band
    ages = ", ".join(str(label(age)) for age in ChildAge if counts.get(age))
    return str(
        ngettext(
            "A group of %(num)s young person (%(ages)s)",
            "A group of %(num)s young people (%(ages)s)",
            group.household_size,
            ages=ages,
        )
    )


def family_languages(family: Family) -> str:
    """Return the languages a family is glad to use, each with how well."""
    rows = (row for row in family.languages if not row.unacceptable)
    return ", ".join(language_words(row.code, row.understands, row.speaks) for row in rows)


def language_not_read(family: Family) -> str | None:
    """Return the languages to call a family in, where we write Norwegian and it reads little of it.

    Another language than Norwegian was chosen by the family itself: that one it reads.
    """
    usable = [row for row in family.languages if not row.unacceptable]
    levels = {row.code: row.understands for row in usable}
    if family.locale not in {"", "nb", "nn"} or levels.get("no", 0) >= Level.GOOD:
        return None
    best = sorted(levels, key=lambda code: -levels[code])
    return together(language_label(code) for code in best if code != "no") or None


def no_language_in_common(match: Match) -> bool:
    """Return whether a group and its guides cannot talk: nobody matched them by languages."""
    family = match.family
    theirs = {row.code for row in family.languages if not row.unacceptable}
    spoken = {row.code for guide in match.takers for row in guide.languages}
    return family.is_group and match.is_open and not theirs & spoken


def unacceptable_languages(family: Family) -> str | None:
    """Return the languages nobody may use with a family, or None."""
    rows = [language_label(row.code) for row in family.languages if row.unacceptable]
    return ", ".join(rows) or None


def guide_offers(guide: GuideProfile) -> list[FullFact]:
    """Return what staff weigh besides the score: a guide's own languages, times and limits."""
    limit = guide.max_travel_minutes
    return [
        (
            _("Languages"),
            ", ".join(language_words(s.code, s.understands, s.speaks) for s in guide.languages),
        ),
        (_("Times"), availability_summary(guide.availability)),
        (
            _("Travels at most"),
            ngettext("%(num)s minute", "%(num)s minutes", limit) if limit else None,
        ),
        (_("Pets"), _("Yes") if guide.has_pets else _("No")),
    ]


def _phrases(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    return [reason_phrase(reason["code"], reason["facts"]) for reason in reasons]


def _term(term: Mapping[str, Any]) -> tuple[str, int, int, str]:
    words = str(label(TermCode(term["code"])))
    return words, term["points"], term["max_points"], term_phrase(term["code"], term["facts"])
