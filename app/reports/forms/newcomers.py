"""Whom to look for, in words: for staff, and for a public call in three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import force_locale, gettext, ngettext
from flask_babel import gettext as _

from app import wording
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.recruits import RecruitGain
from app.reports.queries.recruiting import Call, Loss
from app.vocabulary import Gender

HIGHEST_PRIORITY = 2
# The languages of a public call, whatever language its writer reads.
CALLED_IN = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@dataclass(frozen=True, slots=True)
class CallText:
    """A public call in one language."""

    locale: str
    name: str
    text: str


def person_words(kind: RecruitType, places: Mapping[UUID, str]) -> str:
    """Return "A man who speaks Tigrinya, lives in or near Slemmestad and has time at weekends"."""
    parts = []
    if kind.language:
        language = wording.language_label(kind.language)
        parts.append(str(_("speaks %(language)s", language=language)))
    if kind.neighbourhood_id:
        place = places.get(kind.neighbourhood_id) or _("a former neighbourhood")
        parts.append(str(_("lives in or near %(place)s", place=place)))
    if kind.time:
        parts.append(_has_time(kind.time))
    if not parts:
        return _who(kind.gender)
    *first, last = parts
    what = _("%(first)s and %(last)s", first=", ".join(first), last=last) if first else last
    return str(_("%(who)s who %(what)s", who=_who(kind.gender), what=what))


def effect_words(gain: RecruitGain | None) -> str:
    """Return what one such guide would bring about."""
    if gain is None:
        return str(_("Nobody who waits now would get a guide."))
    if gain.priority >= HIGHEST_PRIORITY:
        return str(_("A family that needs a guide first of all would get one."))
    if gain.priority:
        return str(_("A family that should have a guide soon would get one."))
    return str(_("One more family would get a guide."))


def loss_words(loss: Loss) -> str:
    """Return what would happen if a guide left."""
    parts = []
    if loss.families_now:
        parts.append(
            ngettext(
                "%(num)s family has this guide now",
                "%(num)s families have this guide now",
                loss.families_now,
            )
        )
    if loss.next_round.families:
        parts.append(
            ngettext(
                "in the next round %(num)s family more would be left without one",
                "in the next round %(num)s families more would be left without one",
                loss.next_round.families,
            )
        )
    return "; ".join(str(part) for part in parts)


def language_words(code: str | None) -> str:
    """Return a language for a table; everybody is taken to speak Norwegian and English."""
    if code is None:
        return str(_("Norwegian and English"))
    name = wording.language_label(code)
    return name[:1].upper() + name[1:]


def time_words(time: TimeOfWeek | None) -> str:
    """Return a time of the week for a table."""
    if time is None:
        return str(_("Any time"))
    return str(
        {
            TimeOfWeek.WEEKDAY_EVENINGS: _("Weekday evenings"),
            TimeOfWeek.WEEKDAY_DAYTIME: _("Weekdays in the daytime"),
            TimeOfWeek.WEEKENDS: _("Weekends"),
        }[time]
    )


def call_texts(call: Call, *, municipality: str, address: str) -> list[CallText]:
    """Return the public call in bokmål, nynorsk and English."""
    texts = []
    for locale, name in CALLED_IN.items():
        with force_locale(locale):
            texts.append(CallText(locale, name, _call(call, municipality, address)))
    return texts


def _call(call: Call, municipality: str, address: str) -> str:
    paragraphs = [
        gettext("Would you show somebody around in %(place)s?", place=municipality),
        gettext(
            "People who have fled and are new in %(place)s are waiting to get to know somebody who"
            " lives here. As a flyktningguide you meet now and then: go for a walk, cook, talk,"
            " look at a letter from school together. You need no special knowledge.",
            place=municipality,
        ),
        " ".join(_missed(call)),
        gettext("Sign up or read more: %(address)s", address=address),
    ]
    return "\n\n".join(str(paragraph) for paragraph in paragraphs if paragraph)


def _missed(call: Call) -> list[str]:
    """Return the sentences on who is missed most just now, and that all are welcome."""
    sentences = []
    names = [wording.language_label(code) for code in call.languages]
    if call.others:
        names.append(str(gettext("other languages than Norwegian and English")))
    if names:
        sentences.append(
            gettext(
                "Just now we hope for people who speak %(languages)s.", languages=_listed(names)
            )
        )
    if welcomed := _welcomed(set(call.genders)):
        sentences.append(welcomed)
    if call.times:
        times = _listed([_free(time) for time in call.times])
        sentences.append(gettext("It is a help if you have time %(times)s.", times=times))
    if sentences:
        sentences.append(gettext("But everybody over 18 is welcome."))
    else:
        sentences.append(gettext("Everybody over 18 is welcome."))
    return [str(sentence) for sentence in sentences]


def _welcomed(genders: set[Gender]) -> str:
    """Return who is especially welcome; both alike where both are missed."""
    if genders >= {Gender.WOMAN, Gender.MAN}:
        return str(gettext("We need both women and men."))
    if Gender.MAN in genders:
        return str(gettext("Men are especially welcome."))
    return str(gettext("Women are especially welcome.")) if Gender.WOMAN in genders else ""


def _listed(words: Sequence[str]) -> str:
    """Return "Arabic, Somali or Tigrinya"."""
    if len(words) == 1:
        return words[0]
    return str(gettext("%(first)s or %(last)s", first=", ".join(words[:-1]), last=words[-1]))


def _who(gender: Gender | None) -> str:
    if gender is Gender.WOMAN:
        return str(_("A woman"))
    return str(_("A man") if gender is Gender.MAN else _("Somebody"))


def _has_time(time: TimeOfWeek) -> str:
    return str(
        {
            TimeOfWeek.WEEKDAY_EVENINGS: _("has time on weekday evenings"),
            TimeOfWeek.WEEKDAY_DAYTIME: _("has time on weekdays in the daytime"),
            TimeOfWeek.WEEKENDS: _("has time at weekends"),
        }[time]
    )


def _free(time: TimeOfWeek) -> str:
    return str(
        {
            TimeOfWeek.WEEKDAY_EVENINGS: gettext("on weekday evenings"),
            TimeOfWeek.WEEKDAY_DAYTIME: gettext("on weekdays in the daytime"),
            TimeOfWeek.WEEKENDS: gettext("at weekends"),
        }[time]
    )
