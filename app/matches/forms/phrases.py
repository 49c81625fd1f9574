"""Facts of the matching in the reader's language: one phrase for each reason and term."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import flask_babel

from app.matching.types import ReasonCode, TermCode
from app.travel import Band
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildAge,
    Interest,
    Level,
    Occupation,
    Rhythm,
    Slot,
    availability_mask,
)
from app.wording import availability_summary, label, language_label, slot_label, travel_label

Facts = Mapping[str, Any]
Phrase = Callable[[Facts], str]
_SLOTS: Mapping[str, Slot] = {slot.code: slot for slot in SLOTS}


def _(message: str, **values: object) -> str:
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, several: str, number: int) -> str:
    return str(flask_babel.ngettext(one, several, number))


def travel_phrase(facts: Facts) -> str:
    """Return the way between two homes as a band, from `band` and `minutes`.

    With `of_one` it is the way of one of two guides who live apart.
    """
    way = str(travel_label(facts["band"], facts.get("minutes")))
    return _("%(way)s (one of the two)", way=way) if facts.get("of_one") else way


def reason_phrase(code: str, facts: Facts) -> str:
    """Return what speaks for or against a pair, in words."""
    return _REASONS[ReasonCode(code)](facts)


def term_phrase(code: str, facts: Facts) -> str:
    """Return what a term of the score rests on, in words; empty if on nothing."""
    return _TERMS[TermCode(code)](facts)


def times_phrase(codes: Iterable[str]) -> str:
    """Return slots of the week, e.g. "Tue and Thu 17-21"."""
    return availability_summary(availability_mask(_SLOTS[code] for code in codes))


def listed(words: Iterable[object]) -> str:
    """Return words one after the other, as in the middle of a sentence."""
    return ", ".join(_small(word) for word in words)


def slot_words(slot: Slot) -> str:
    """Return a time in the middle of a sentence: only English writes days with a capital."""
    words = str(slot_label(slot))
    return words if str(flask_babel.get_locale()).startswith("en") else _small(words)


def _small(words: object) -> str:
    text = str(words)
    # "CV" and "IT" stay as they are.
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _rhythm(value: str) -> str:
    return _small(label(Rhythm(value)))


def _interests(values: Iterable[str]) -> str:
    return listed(label(Interest(value)) for value in values)


def _ages(values: Iterable[str]) -> str:
    return ", ".join(str(label(ChildAge(value))) for value in values)


def _no_language(facts: Facts) -> str:
    if facts["interpreter_agreed"]:
        return _("No language in common; an interpreter is needed")
    if facts["wants_norwegian_practice"]:
        return _("No language in common; the family wants to practise Norwegian")
    return _("No language in common")


def _shared_language(facts: Facts) -> str:
    return _(
        "Both speak %(language)s – %(level)s",
        language=language_label(facts["language"]),
        level=_small(label(Level(facts["level"]))),
    )


def _close_language(facts: Facts) -> str:
    family, guide = language_label(facts["family"]), language_label(facts["guide"])
    return _("%(family)s and %(guide)s are close languages", family=family, guide=guide)


def _weak_language(facts: Facts) -> str:
    return _("Only a little %(language)s in common", language=language_label(facts["language"]))


def _different_rhythm(facts: Facts) -> str:
    family, guide = _rhythm(facts["family"]), _rhythm(facts["guide"])
    return _("The family wants to meet %(family)s, the guide %(guide)s", family=family, guide=guide)


def _already(facts: Facts) -> str:
    return ngettext(
        "Guides %(num)s family already", "Guides %(num)s families already", facts["families"]
    )


def _minutes(facts: Facts) -> str:
    return travel_phrase({"band": Band.MINUTES, **facts})


def _same_place(facts: Facts) -> str:
    if facts.get("of_one"):
        return _("One of the two lives in the same neighbourhood")
    return _("Live in the same neighbourhood")


def _next_door(facts: Facts) -> str:
    if facts.get("of_one"):
        return _("One of the two lives in a neighbourhood next to it")
    return _("Live in neighbourhoods next to each other")


_REASONS: Mapping[ReasonCode, Phrase] = {
    ReasonCode.SAME_NEIGHBOURHOOD: _same_place,
    ReasonCode.ADJACENT_NEIGHBOURHOOD: _next_door,
    ReasonCode.SHORT_TRIP: _minutes,
    ReasonCode.SHARED_MOTHER_TONGUE: lambda f: _(
        "Both speak %(language)s, the family's mother tongue",
        language=language_label(f["language"]),
    ),
    ReasonCode.SHARED_LANGUAGE: _shared_language,
    ReasonCode.CLOSE_LANGUAGE: _close_language,
    ReasonCode.NORWEGIAN_PRACTICE: lambda _f: _("The family can practise Norwegian"),
    ReasonCode.SHARED_TIMES: lambda f: _(
        "Free at the same time: %(times)s", times=times_phrase(f["slots"])
    ),
    ReasonCode.SAME_RHYTHM: lambda f: _(
        "Both want to meet %(rhythm)s", rhythm=_rhythm(f["rhythm"])
    ),
    ReasonCode.CHILDREN_SAME_AGE: lambda f: _(
        "Both have children of %(ages)s", ages=_ages(f["ages"])
    ),
    ReasonCode.AGE_AS_WISHED: lambda _f: _("Of the age the family wishes for"),
    ReasonCode.SHARED_INTERESTS: lambda f: _(
        "Both like %(interests)s", interests=_interests(f["interests"])
    ),
    ReasonCode.SAME_OCCUPATION: lambda f: _(
        "Same field of work: %(field)s", field=_small(label(Occupation(f["occupation"])))
    ),
    ReasonCode.LONG_WAIT: lambda f: ngettext(
        "The family has waited %(num)s day", "The family has waited %(num)s days", f["days"]
    ),
    ReasonCode.NO_FAMILY_NOW: lambda _f: _("Has no family now"),
    ReasonCode.TRAVEL_UNKNOWN: lambda _f: _("Travel time unknown"),
    ReasonCode.LONG_TRIP: _minutes,
    ReasonCode.UNREACHABLE: lambda _f: _("No practical way between them"),
    ReasonCode.NO_SHARED_LANGUAGE: _no_language,
    ReasonCode.WEAK_LANGUAGE: _weak_language,
    ReasonCode.NO_SHARED_TIME: lambda _f: _("No time in common"),
    ReasonCode.ONE_SHARED_TIME: lambda f: _(
        "Only one time in common: %(time)s", time=slot_words(_SLOTS[f["slot"]])
    ),
    ReasonCode.DIFFERENT_RHYTHM: _different_rhythm,
    ReasonCode.ALREADY_GUIDES: _already,
    ReasonCode.MATCHED_BEFORE: lambda _f: _("They have been matched before"),
}


def _language_term(facts: Facts) -> str:
    names = [language_label(code) for code in facts["shared"]]
    names += [" / ".join(map(language_label, codes.split("~"))) for codes in facts["close"]]
    if names:
        return ", ".join(names)
    return _("An interpreter is needed") if facts["interpreter"] else _("No language in common")


def _time_term(facts: Facts) -> str:
    return times_phrase(facts["slots"]) if facts["slots"] else _("No time in common")


def _children_term(facts: Facts) -> str:
    if facts["shared"]:
        return _ages(facts["shared"])
    if facts["family_has_children"] and facts["guide_has_children"]:
        return _("Both have children, of other ages")
    if facts["family_has_children"] == facts["guide_has_children"]:
        return _("Neither has children")
    return ""


def _age_term(facts: Facts) -> str:
    ages = dict.fromkeys(age for age in (facts["age"], facts.get("other")) if age)
    age = ", ".join(str(label(AgeGroup(one))) for one in ages)
    if facts["wish"] is None:
        return _("No wish")
    if set(ages) == {facts["wish"]}:
        return age
    wish = label(AgeGroup(facts["wish"]))
    return _("%(age)s, the family wishes for %(wish)s", age=age, wish=wish)


def _waiting_term(facts: Facts) -> str:
    days = facts["days"]
    return ngettext("%(num)s day", "%(num)s days", days) if days > 0 else _("new today")


def _burden_term(facts: Facts) -> str:
    if not facts["active_families"]:
        return _("None now")
    return ngettext("%(num)s family now", "%(num)s families now", facts["active_families"])


_TERMS: Mapping[TermCode, Phrase] = {
    TermCode.NEIGHBOURHOOD: travel_phrase,
    TermCode.LANGUAGE: _language_term,
    TermCode.AVAILABILITY: _time_term,
    TermCode.FAMILY_SITUATION: _children_term,
    TermCode.AGE: _age_term,
    TermCode.INTERESTS: lambda f: ", ".join(str(label(Interest(i))) for i in f["shared"]),
    TermCode.OCCUPATION: lambda f: str(label(Occupation(f["shared"]))) if f["shared"] else "",
    TermCode.WAITING: _waiting_term,
    TermCode.BURDEN: _burden_term,
}
