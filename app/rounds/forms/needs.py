"""Changes that people could make, and guides to look for, in words."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask_babel import gettext, ngettext

from app.matches.forms.phrases import slot_words
from app.matching.advice.changes import WishChange, WishChangeCode
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.suggestions import Suggestion
from app.vocabulary import SLOTS, Gender, Slot
from app.wording import language_label

_SLOTS: Mapping[str, Slot] = {slot.code: slot for slot in SLOTS}


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


def for_family(suggestion: Suggestion) -> str:
    """Return what a family could change and how many guides that opens for."""
    return str(
        ngettext(
            "%(change)s: %(num)s guide would be possible",
            "%(change)s: %(num)s guides would be possible",
            suggestion.opened,
            change=_both(suggestion, _OF_FAMILIES),
        )
    )


def for_guide(suggestion: Suggestion) -> str:
    """Return what a guide could change and how many families that opens for."""
    return str(
        ngettext(
            "%(change)s: %(num)s family would be possible",
            "%(change)s: %(num)s families would be possible",
            suggestion.opened,
            change=_both(suggestion, _OF_GUIDES),
        )
    )


def recruit_phrase(wanted: RecruitType, places: Mapping[UUID, str]) -> str:
    """Return whom to look for: "a woman who speaks Tigrinya, in Heggedal, on weekday evenings"."""
    who = _who(wanted.gender)
    if wanted.language:
        who = _(
            "%(who)s who speaks %(language)s", who=who, language=language_label(wanted.language)
        )
    parts = [who]
    if wanted.neighbourhood_id and wanted.neighbourhood_id in places:
        parts.append(_("in or near %(place)s", place=places[wanted.neighbourhood_id]))
    if wanted.time:
        parts.append(_TIMES[wanted.time]())
    return ", ".join(parts)


def _who(gender: Gender | None) -> str:
    if gender is Gender.WOMAN:
        return _("a woman")
    return _("a man") if gender is Gender.MAN else _("somebody")


_TIMES: Mapping[TimeOfWeek, Callable[[], str]] = {
    TimeOfWeek.WEEKDAY_EVENINGS: lambda: _("with time on weekday evenings"),
    TimeOfWeek.WEEKDAY_DAYTIME: lambda: _("with time on weekdays before 17"),
    TimeOfWeek.WEEKENDS: lambda: _("with time at weekends"),
}
Phrase = Callable[[WishChange], str]


def _both(suggestion: Suggestion, phrases: Mapping[WishChangeCode, Phrase]) -> str:
    words = [phrases[change.code](change) for change in suggestion.changes]
    if len(words) == 1:
        return words[0]
    first, *others = words
    return _("%(first)s, and %(second)s", first=first, second="; ".join(map(_small, others)))


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _more_time(change: WishChange) -> str:
    time = slot_words(_SLOTS[str(change.facts["slot"])])
    return _("One more time, %(time)s", time=time)


def _longer_trip(change: WishChange) -> str:
    return _("A longer way, up to %(minutes)s minutes", minutes=change.facts["minutes"])


_OF_BOTH: Mapping[WishChangeCode, Phrase] = {
    WishChangeCode.MORE_TIME: _more_time,
    WishChangeCode.LONGER_TRIP: _longer_trip,
}
_OF_FAMILIES: Mapping[WishChangeCode, Phrase] = {
    **_OF_BOTH,
    WishChangeCode.OTHER_MUNICIPALITY: lambda _c: _("A guide from another municipality"),
    WishChangeCode.PETS_WELCOME: lambda _c: _("A guide who has pets"),
    WishChangeCode.NO_SHARED_LANGUAGE: lambda _c: _("A guide without a language in common"),
    WishChangeCode.ANY_GENDER: lambda _c: _("A guide of any gender"),
}
_OF_GUIDES: Mapping[WishChangeCode, Phrase] = {
    **_OF_BOTH,
    WishChangeCode.OTHER_MUNICIPALITY: lambda _c: _("A family in another municipality"),
    WishChangeCode.ANY_CHILDREN: lambda _c: _("Families with and without children"),
    WishChangeCode.ANY_GENDER: lambda _c: _("A contact person of any gender"),
}
