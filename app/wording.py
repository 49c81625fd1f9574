"""The words people see for the closed lists of `app/vocabulary.py` and for languages.

Every label is a literal, so that extraction finds it. Rooms with lists of their own add them
with `register()`, next to the list's form; `label()` and `choices()` then work for them too.
Labels are lazy: they may be made once, at import, and still follow each reader's language.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import groupby
from typing import TypeVar

from babel.lists import format_list
from flask_babel import LazyString, get_locale, gettext
from flask_babel import lazy_gettext as _l

from app import languages
from app.travel import Band
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Day,
    DayPart,
    Gender,
    GenderWish,
    Interest,
    Level,
    Occupation,
    Rhythm,
    Slot,
    slots_in,
)

# Keyed by list first: members of two lists may be equal (Interest.CULTURE == Occupation.CULTURE).
_LABELS: dict[type[Enum], dict[Enum, LazyString]] = {}
E = TypeVar("E", bound=Enum)


def register(kind: type[E], labels: Mapping[E, LazyString]) -> None:
    """Give every member of a closed list its words; a list is complete or not registered."""
    if missing := [member.name for member in kind if member not in labels]:
        raise ValueError(f"{kind.__name__} lacks words for {', '.join(missing)}")
    _LABELS[kind] = {member: labels[member] for member in kind}


def label(member: Enum) -> LazyString:
    """Return the words for one member of a closed list."""
    return _LABELS[type(member)][member]


def choices(kind: type[Enum]) -> list[tuple[str, LazyString]]:
    """Return a closed list as a form's choices: posted value and words, in the list's order."""
    return [(str(member.value), words) for member, words in _LABELS[kind].items()]


def occupation_choices() -> list[tuple[str, str]]:
    """Return occupations by the alphabet of the reader's language, "something else" last."""
    rows = [(value, str(words)) for value, words in choices(Occupation)]
    other = Occupation.OTHER.value
    return sorted(rows, key=lambda row: (row[0] == other, languages.sort_key(row[1], _locale())))


def day_label(day: Day, *, short: bool = False) -> LazyString:
    """Return "Monday", or "Mon" for narrow places."""
    return _SHORT_DAYS[day] if short else label(day)


def part_label(part: DayPart) -> LazyString:
    """Return the hours of a part of the day: "8–12"."""
    return label(part)


def slot_label(slot: Slot) -> LazyString:
    """Return one cell of the weekly grid in words: "Monday 8–12"."""
    return _l("%(day)s %(hours)s", day=label(slot.day), hours=label(slot.part))


def availability_summary(mask: int) -> str:
    """Return a week's 21 bits in words, like days together: "Mon–Wed 17–21, Sat 8–17"."""
    week = [(day, _hours(mask, day)) for day in Day]
    if not mask:
        return str(gettext("No times given"))
    if all(hours == ((8, 21),) for _day, hours in week):
        return str(gettext("Any day 8–21"))
    return languages.listed(_day_groups(week), _locale())


def language_label(code: str) -> str:
    """Return a language's name in the reader's language, as in the middle of a sentence."""
    return languages.name_in(code, _locale())


def language_choices() -> list[tuple[str, str]]:
    """Return all languages as a form's choices, the common ones first, then by the alphabet.

    Each is named in the reader's language and in its own. Depends on the reader: call it per
    request (or give WTForms the function itself).
    """
    return [choice for group in language_groups().values() for choice in group]


def language_groups() -> dict[str, list[tuple[str, str]]]:
    """Return the same choices under two headings, for a select with option groups."""
    common = [languages.LANGUAGES[code] for code in languages.COMMON]
    others = [row for row in languages.sorted_for(_locale()) if row not in common]
    return {
        gettext("Common languages"): [_language_choice(row) for row in common],
        gettext("More languages"): [_language_choice(row) for row in others],
    }


def together(names: Iterable[str]) -> str:
    """Return the names of those who go together: "Berit Haugland and Olena Kravets"."""
    return str(format_list(list(names), locale=get_locale()))


def travel_label(band: str, minutes: int | None = None) -> LazyString:
    """Return the way between two homes as a band, never as a distance."""
    if band == Band.SAME:
        return _l("Same neighbourhood")
    if band == Band.ADJACENT:
        return _l("Next to each other")
    if band == Band.UNREACHABLE:
        return _l("No practical way between them")
    if band == Band.MINUTES and minutes is not None:
        return _l("About %(minutes)s minutes apart", minutes=max(5, (minutes + 2) // 5 * 5))
    return _l("Travel time unknown")


def _locale() -> str:
    return str(get_locale() or "en")


def _language_choice(language: languages.Language) -> tuple[str, str]:
    name = language.name(_locale())
    name = name[:1].upper() + name[1:]
    if language.autonym.casefold() == name.casefold():
        return language.code, name
    # Isolated, or a right-to-left name would pull the brackets over to its side.
    return language.code, f"{name} (\u2068{language.autonym}\u2069)"


def _hours(mask: int, day: Day) -> tuple[tuple[int, int], ...]:
    """Return the day's free hours as (from, to), parts that touch joined."""
    spans: list[tuple[int, int]] = []
    for start, end in (_CLOCK[slot.part] for slot in slots_in(mask) if slot.day == day):
        touches = spans and spans[-1][1] == start
        spans.append((spans.pop()[0] if touches else start, end))
    return tuple(spans)


def _day_groups(week: list[tuple[Day, tuple[tuple[int, int], ...]]]) -> Iterator[str]:
    """Yield "Mon–Wed 8–12 and 17–21" for each run of days with the same hours."""
    for spans, run in groupby(week, key=lambda row: row[1]):
        if not spans:
            continue
        days = [day for day, _spans in run]
        names = [str(day_label(day, short=True)) for day in dict.fromkeys((days[0], days[-1]))]
        hours = [f"{start}–{end}" for start, end in spans]
        if len(hours) > 1:
            hours = [gettext("%(first)s and %(second)s", first=hours[0], second=hours[1])]
        yield gettext("%(days)s %(hours)s", days="–".join(names), hours=hours[0])


_CLOCK = {DayPart.MORNING: (8, 12), DayPart.AFTERNOON: (12, 17), DayPart.EVENING: (17, 21)}

_SHORT_DAYS = {
    Day.MONDAY: _l("Mon"),
    Day.TUESDAY: _l("Tue"),
    Day.WEDNESDAY: _l("Wed"),
    Day.THURSDAY: _l("Thu"),
    Day.FRIDAY: _l("Fri"),
    Day.SATURDAY: _l("Sat"),
    Day.SUNDAY: _l("Sun"),
}

register(
    Gender,
    {
        Gender.WOMAN: _l("Woman"),
        Gender.MAN: _l("Man"),
        Gender.OTHER: _l("Another gender"),
    },
)
register(
    GenderWish,
    {
        GenderWish.NONE: _l("No preference"),
        GenderWish.WOMAN: _l("A woman"),
        GenderWish.MAN: _l("A man"),
    },
)
register(
    AgeGroup,
    {
        AgeGroup.FROM_16: _l("16–17 years"),
        AgeGroup.FROM_18: _l("18–29 years"),
        AgeGroup.FROM_30: _l("30–44 years"),
        AgeGroup.FROM_45: _l("45–59 years"),
        AgeGroup.FROM_60: _l("60–74 years"),
        AgeGroup.FROM_75: _l("75 years or older"),
    },
)
register(
    ChildAge,
    {
        ChildAge.TODDLER: _l("0–2 years"),
        ChildAge.KINDERGARTEN: _l("3–5 years"),
        ChildAge.SCHOOL: _l("6–12 years"),
        ChildAge.TEEN: _l("13–17 years"),
    },
)
register(
    Level,
    {
        Level.SOME: _l("A little"),
        Level.GOOD: _l("Well"),
        Level.FLUENT: _l("Fluently"),
        Level.MOTHER_TONGUE: _l("Mother tongue"),
    },
)
register(
    Rhythm,
    {
        Rhythm.WEEKLY: _l("Every week"),
        Rhythm.FORTNIGHTLY: _l("Every other week"),
        Rhythm.MONTHLY: _l("Once a month"),
    },
)
register(
    ChildrenWish,
    {
        ChildrenWish.NO_MATTER: _l("No preference"),
        ChildrenWish.WITH_CHILDREN: _l("A family with children"),
        ChildrenWish.WITHOUT_CHILDREN: _l("Adults without children"),
    },
)
register(
    Interest,
    {
        Interest.COOKING: _l("Cooking"),
        Interest.HIKING: _l("Walks and hikes"),
        Interest.FOOTBALL: _l("Football"),
        Interest.SPORT: _l("Exercise and sport"),
        Interest.SKIING: _l("Skiing"),
        Interest.CYCLING: _l("Cycling"),
        Interest.SWIMMING: _l("Swimming"),
        Interest.MUSIC: _l("Music"),
        Interest.READING: _l("Books and reading"),
        Interest.FILM: _l("Films and series"),
        Interest.CRAFTS: _l("Crafts and handiwork"),
        Interest.GARDENING: _l("Gardening"),
        Interest.GAMES: _l("Games"),
        Interest.ANIMALS: _l("Animals"),
        Interest.TECHNOLOGY: _l("Technology"),
        Interest.CULTURE: _l("Culture and museums"),
    },
)
register(
    Occupation,
    {
        Occupation.AGRICULTURE: _l("Farming, forestry and fishing"),
        Occupation.BUILDING: _l("Building and construction"),
        Occupation.CARE: _l("Care work"),
        Occupation.CHILDCARE: _l("Nursery and childcare"),
        Occupation.CLEANING: _l("Cleaning"),
        Occupation.CULTURE: _l("Culture and media"),
        Occupation.EDUCATION: _l("School and education"),
        Occupation.ENGINEERING: _l("Engineering"),
        Occupation.FOOD: _l("Restaurants and food"),
        Occupation.HEALTH: _l("Health care"),
        Occupation.INDUSTRY: _l("Industry"),
        Occupation.IT: _l("IT"),
        Occupation.OFFICE: _l("Office and administration"),
        Occupation.SALES: _l("Shops and sales"),
        Occupation.TRANSPORT: _l("Transport and driving"),
        Occupation.OTHER: _l("Something else"),
    },
)
register(
    Day,
    {
        Day.MONDAY: _l("Monday"),
        Day.TUESDAY: _l("Tuesday"),
        Day.WEDNESDAY: _l("Wednesday"),
        Day.THURSDAY: _l("Thursday"),
        Day.FRIDAY: _l("Friday"),
        Day.SATURDAY: _l("Saturday"),
        Day.SUNDAY: _l("Sunday"),
    },
)
register(
    DayPart,
    {
        DayPart.MORNING: _l("8–12"),
        DayPart.AFTERNOON: _l("12–17"),
        DayPart.EVENING: _l("17–21"),
    },
)
