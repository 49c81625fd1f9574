"""What a family may be told about a guide, in the family's language: no words for staff here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.families.models import Family
from app.guides.models import Guide
from app.languages import listed
from app.matches.models import Match
from app.travel import Band
from app.vocabulary import Gender, GenderWish, Level
from app.wording import availability_summary, label, language_label, travel_label

FullFact = tuple[str, str | list[str] | None]


def guide_told_to_family(match: Match) -> list[FullFact]:
    """Return what a family may know about its guides before both have said yes.

    The gender only where the family asked for it, so that it sees its wish is met.
    """
    family, guide = match.family, match.lead
    return [
        (_("Age"), _age_of(guide, family)),
        (_("Speaks"), guide_languages(guide)),
        (_("Likes"), _listed(str(label(i)) for i in sorted(guide.interests)) or None),
        (_("Distance"), travel_words(match)),
        when_all_can(family, match.takers),
        (_("Comes together with"), _others(match)),
    ]


def when_all_can(family: Family, guides: Sequence[Guide]) -> FullFact:
    """Return at which times the family and everybody who comes to it is free."""
    shared = family.availability
    for guide in guides:
        shared &= guide.availability
    words = _("When you are both free") if len(guides) == 1 else _("When all can come")
    if shared or not family.availability:
        return words, availability_summary(shared) if shared else None
    return words, _("At no time that we know of: you agree on one together")


def _others(match: Match) -> list[str] | None:
    """Return the other guides who would come, each by age and languages."""
    others = (guide for guide in match.takers if guide is not match.lead)
    return [f"{_age_of(guide, match.family)}: {guide_languages(guide)}" for guide in others] or None


def guide_languages(guide: Guide) -> str:
    """Return a guide's languages, each with how well."""
    return _listed(language_words(row.code, row.level, row.level) for row in guide.languages)


def _listed(parts: Iterable[str]) -> str:
    return listed(parts, str(get_locale()))


def language_words(code: str, understands: int, speaks: int) -> str:
    """Return a language with how well it is known: "Arabic (fluently)"."""
    if understands == speaks:
        return f"{language_label(code)} ({_level(speaks)})" if speaks else language_label(code)
    both = _(
        "understands: %(understands)s, speaks: %(speaks)s",
        understands=_level(understands),
        speaks=_level(speaks),
    )
    return f"{language_label(code)} ({both})"


def _level(level: int) -> str:
    return str(label(Level(level))).lower() if level else str(_("not at all"))


def travel_words(match: Match) -> str | None:
    """Return how far apart the two live, as a band; None where a record does not tell."""
    trip = record_of(match).get("inputs", {}).get("trip")
    return str(travel_label(trip["band"], trip.get("minutes"))) if trip else None


def travel_words_for_guide(match: Match) -> str | None:
    """Return how far a guide has to a family that they have not met, in three steps.

    A finer band, read from a home of one's choice, often leaves one neighbourhood.
    """
    trip = record_of(match).get("inputs", {}).get("trip") or {}
    minutes = 0 if trip.get("band") in (Band.SAME, Band.ADJACENT) else trip.get("minutes")
    if minutes is None:
        return None
    steps = {20: _("At most 20 minutes"), 40: _("20 to 40 minutes")}
    words = (words for most, words in steps.items() if minutes <= most)
    return str(next(words, _("More than 40 minutes")))


def record_of(match: Match) -> Mapping[str, Any]:
    """Return what the matching said of the guide who leads; {} where another one leads by now."""
    told_of = match.explanation.get("inputs", {}).get("guide", {}).get("guide_id")
    return match.explanation if told_of in (None, str(match.lead.id)) else {}


def _age_of(guide: Guide, family: Family) -> str:
    age = str(label(guide.age_group))
    if family.gender_wish is GenderWish.NONE or guide.gender is None:
        return age
    if guide.gender is Gender.WOMAN:
        return str(_("A woman, %(age)s", age=age))
    return str(_("A man, %(age)s", age=age)) if guide.gender is Gender.MAN else age
