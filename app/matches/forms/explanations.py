"""Why this guide: the matching's answer for a person to read, and what each side may be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.families.models import Family
from app.guides.models import Guide
from app.matches.forms.phrases import reason_phrase, term_phrase, travel_phrase
from app.matches.models import Match
from app.matching.types import ReasonCode, RuleCode, RuleCount, TermCode
from app.vocabulary import Level
from app.wording import availability_summary, label, language_label

HIGHEST_SCORE = 1000
FullFact = tuple[str, str | list[str] | None]


@dataclass(frozen=True, slots=True)
class Told:
    """One pair's score with all its terms, the reasons on both sides and the rules against it."""

    score: int
    terms: list[tuple[str, int, int, str]]
    reasons: list[str]
    against: list[str]
    travel: str
    failing: list[str]


def tell(record: Mapping[str, Any], *, about_family: bool = True) -> Told:
    """Put a stored or fresh record of the matching into words.

    Args:
        record: from `as_record`, with `failing` added where a rule forbids the pair.
        about_family: whether to repeat what holds for the family whoever the guide is, such as
            its wait; a page that says so at its top leaves it out.
    """
    against = {reason["code"] for reason in record["counter_reasons"]}
    repeated = set() if about_family else {ReasonCode.LONG_WAIT.value}
    if ReasonCode.WEAK_LANGUAGE in against:  # "a little in common" is told once, as what it is
        repeated.add(ReasonCode.SHARED_LANGUAGE.value)
    return Told(
        score=record["score"],
        terms=[_term(term) for term in record["terms"]],
        reasons=_phrases(r for r in record["reasons"] if r["code"] not in repeated),
        against=_phrases(record["counter_reasons"]),
        travel=travel_phrase(record["inputs"]["trip"]),
        failing=rule_words(record.get("failing", ())),
    )


def rule_words(codes: Iterable[str]) -> list[str]:
    """Return the rules that exclude a guide, in words."""
    return [str(label(RuleCode(code))) for code in codes]


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


def family_told_to_guide(match: Match) -> list[FullFact]:
    """Return what a guide may know about the family before both have said yes.

    No name, reference, place, wish or reason to be here; the distance only as a band.
    """
    family, guide = match.family, match.lead
    shared = family.availability & guide.availability
    return [
        (_("Household"), household_words(family)),
        (_("Languages"), family_languages(family)),
        (_("Distance"), _travel_of(match)),
        (_("When you are both free"), availability_summary(shared) if shared else None),
        (_("Wants to meet"), str(label(family.rhythm)) if family.rhythm else None),
    ]


def guide_told_to_family(match: Match) -> list[FullFact]:
    """Return what a family may know about the guide before both have said yes."""
    family, guide = match.family, match.lead
    shared = family.availability & guide.availability
    return [
        (_("Age"), str(label(guide.age_group))),
        (_("Speaks"), guide_languages(guide)),
        (_("Likes"), ", ".join(str(label(i)) for i in sorted(guide.interests)) or None),
        (_("Distance"), _travel_of(match)),
        (_("When you are both free"), availability_summary(shared) if shared else None),
    ]


def household_words(family: Family) -> str:
    """Return how many they are, and the children by age: "4 people, 2 children 6-12 years"."""
    people = ngettext("%(num)s person", "%(num)s people", family.household_size)
    children = [
        ngettext("%(num)s child %(age)s", "%(num)s children %(age)s", count, age=label(age))
        for age, count in family.children_by_band.items()
    ]
    return ", ".join((people, *children))


def family_languages(family: Family) -> str:
    """Return the languages a family is glad to use, each with how well."""
    rows = (row for row in family.languages if not row.unacceptable)
    return ", ".join(_language(row.code, max(row.understands, row.speaks)) for row in rows)


def guide_languages(guide: Guide) -> str:
    """Return a guide's languages, each with how well."""
    return ", ".join(_language(row.code, row.level) for row in guide.languages)


def _language(code: str, level: int) -> str:
    if not level:
        return language_label(code)
    return f"{language_label(code)} ({str(label(Level(level))).lower()})"


def _travel_of(match: Match) -> str | None:
    trip = match.explanation.get("inputs", {}).get("trip")
    return travel_phrase(trip) if trip else None


def _phrases(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    return [reason_phrase(reason["code"], reason["facts"]) for reason in reasons]


def _term(term: Mapping[str, Any]) -> tuple[str, int, int, str]:
    words = str(label(TermCode(term["code"])))
    return words, term["points"], term["max_points"], term_phrase(term["code"], term["facts"])
