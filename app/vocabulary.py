"""The words guides, families and matching share: closed lists and the week's time slots.

Pure: no Flask, no ORM. What the words are called for people is in `app/wording.py`.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class GenderWish(StrEnum):
    """A wish about the other side. A hard rule both ways; never shown to the other side."""

    NONE = "none"
    WOMAN = "woman"
    MAN = "man"


class AgeGroup(StrEnum):
    """A guide's age group. Those of 16 and 17 meet groups alone, with somebody grown up."""

    FROM_16 = "16-17"
    FROM_18 = "18-29"
    FROM_30 = "30-44"
    FROM_45 = "45-59"
    FROM_60 = "60-74"
    FROM_75 = "75+"


class ChildAge(StrEnum):
    """Age bands of children. Children are counts in bands and nothing more."""

    TODDLER = "0-2"
    KINDERGARTEN = "3-5"
    SCHOOL = "6-12"
    TEEN = "13-17"


class Level(IntEnum):
    """How well somebody uses a language, rising."""

    SOME = 1
    GOOD = 2
    FLUENT = 3
    MOTHER_TONGUE = 4


class Rhythm(StrEnum):
    """How often somebody wants to meet."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class ChildrenWish(StrEnum):
    """A guide's wish about children in the family."""

    NO_MATTER = "no_matter"
    WITH_CHILDREN = "with_children"
    WITHOUT_CHILDREN = "without_children"


class Interest(StrEnum):
    """What people like to do together. A closed list: free text would tell too much."""

    COOKING = "cooking"
    HIKING = "hiking"
    FOOTBALL = "football"
    SPORT = "sport"
    SKIING = "skiing"
    CYCLING = "cycling"
    SWIMMING = "swimming"
    MUSIC = "music"
    READING = "reading"
    FILM = "film"
    CRAFTS = "crafts"
    GARDENING = "gardening"
    GAMES = "games"
    ANIMALS = "animals"
    TECHNOLOGY = "technology"
    CULTURE = "culture"


class Occupation(StrEnum):
    """Fields of work, for the work track; optional on both sides."""

    AGRICULTURE = "agriculture"
    BUILDING = "building"
    CARE = "care"
    CHILDCARE = "childcare"
    CLEANING = "cleaning"
    CULTURE = "culture"
    EDUCATION = "education"
    ENGINEERING = "engineering"
    FOOD = "food"
    HEALTH = "health"
    INDUSTRY = "industry"
    IT = "it"
    OFFICE = "office"
    SALES = "sales"
    TRANSPORT = "transport"
    OTHER = "other"


class Day(IntEnum):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class DayPart(IntEnum):
    MORNING = 0  # 8-12
    AFTERNOON = 1  # 12-17
    EVENING = 2  # 17-21


class Slot(NamedTuple):
    """One cell of the weekly grid."""

    day: Day
    part: DayPart

    @property
    def bit(self) -> int:
        return int(self.day) * len(DayPart) + int(self.part)

    @property
    def code(self) -> str:
        """What a form posts for this cell, e.g. `0-2` for Monday evening."""
        return f"{int(self.day)}-{int(self.part)}"


SLOTS = tuple(Slot(day, part) for day in Day for part in DayPart)
ALL_WEEK = (1 << len(SLOTS)) - 1


def availability_mask(slots: Iterable[Slot]) -> int:
    """Return the slots as 21 bits: bit `3 * day + part`, Monday morning lowest."""
    mask = 0
    for slot in slots:
        mask |= 1 << slot.bit
    return mask


def slots_in(mask: int) -> Iterator[Slot]:
    """Yield the slots of a 21-bit mask, Monday morning first."""
    return (slot for slot in SLOTS if mask >> slot.bit & 1)


# Eleven or twelve digits in the groups people write them in. A date and five digits
# (010190 12345, 01.01.1990 - 12345) and twelve digits on end count whatever stands around them;
# other groups only with one and the same mark between them and no number next to them, or
# two phone numbers in a row and a date with hours would count too.
_MARK = r"[\s.\-\u2010-\u2015/:_]"
_LONG_NUMBER = re.compile(
    rf"""(?<![\d+])(?:
        (?:\d\d{_MARK}?\d\d{_MARK}?\d\d|\d\d{_MARK}\d\d{_MARK}\d{{4}}){_MARK}{{0,3}}\d{{5}}(?!\d)
      | \d{{12}}(?!\d)
      | (?<!\d{_MARK})(?=\d+(?P<mark>{_MARK}))\d(?:(?P=mark)?\d){{10,11}}(?!{_MARK}?\d)
    )""",
    re.VERBOSE,
)


def find_personal_number(text: str) -> str | None:
    """Return eleven or twelve digits that may be an identity number, or None.

    Norwegian identity numbers and D-numbers have eleven digits, DUF numbers twelve, in any
    script's digits. Phone numbers with a country code (`+47 ...`, `0047 ...`) are left alone.
    """
    western = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    for match in _LONG_NUMBER.finditer(western):
        if not match.group().startswith("00"):
            return text[match.start() : match.end()]
    return None


# A street's name ends in one of these and a house number follows. The first are streets in any
# spelling; the second are common words too, so only a name with a capital counts, and only
# where no sentence goes on after the number ("Torget 3 ganger").
_STREET = (
    "veien|vegen|vei|veg|vn|gata|gaten|gate|gt|all[eé]en|allé"
    "|terrassen|terrasse|bakken|bakke|svingen"
)
_PLACE = (
    "plassen|plass|torget|torg|sving|stien|ringen|kroken|tunet|faret|haugen|åsen|lia|løkka"
    "|stubben|bryggen|brygge|kaia|jordet|toppen|lunden|sletta"
)
_COUNTED = r"(?:km|min\w*|met\w*|time\w*|dag\w*|gang\w*|barn\w*|år|kr|uke\w*|stk|person\w*)\b"
_HOUSE = r"\.?,?\s*(?:nr\.?\s*)?\d{1,3}(?!\d)\s?(?:[A-Za-z]\b)?"
_ADDRESS = re.compile(
    rf"""\b[^\W\d_]{{2,}}?(?i:{_STREET}){_HOUSE}(?!\s*{_COUNTED})
      | \b[A-ZÆØÅ][\w.]*\s+(?i:{_STREET}){_HOUSE}(?!\s*{_COUNTED})
      | \b[A-ZÆØÅ][^\W\d_]+(?i:{_PLACE}){_HOUSE}(?!\s*[^\W\d_]{{2}})""",
    re.VERBOSE,
)
_PROTECTED = re.compile(
    r"\b(?:kode|code)[\s:.-]*(?:nr\.?|nummer)?\s*(?:6|7|seks|sju|syv|six|seven|(?-i:VII?))\b|\bk[67]\b"
    r"|\b(?:hemm?eli?e?ge?|sperr(?:et|a|ede|te)|gradert?e?|fortrolige?|fortrulege?|skjulte?"
    r"|skjerm(?:et|a|ede)|beskytt(?:et|a|ede)|verna|vernede|secret|protected|hidden|confidential)"
    r"\s+(?:add?ress?e?[nr]?|addresses|adressa|bopel|bustad|bosted)\b"
    r"|\badresse(?:sperr|beskytt|grader|skjerm)\w*"
    r"|\baddress (?:protection|is (?:secret|protected|hidden|confidential))\b",
    re.IGNORECASE,
)


def find_address(text: str) -> str | None:
    """Return a street with a house number, as Norwegians write it, or None."""
    western = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    match = _ADDRESS.search(western)
    return text[match.start() : match.end()] if match else None


# A mobile or a landline in the groups people write them in. Dots and slashes are left to dates.
_PHONE = re.compile(
    r"(?<![\d.,/])(?:(?:\+|00)47 ?)?"
    r"(?:[2-9]\d{7}|[2-9]\d(?: \d\d){3}|[489]\d\d \d\d \d{3}|[489]\d\d-\d\d-\d{3})(?![\d/]|[.,]\d)"
    r"|(?<![\d+.:,])(?:\+|00)[1-9]\d(?:[ -]?\d){5,12}"
)


def find_phone_number(text: str) -> str | None:
    """Return what may be a telephone number, or None."""
    western = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    match = _PHONE.search(western)
    return text[match.start() : match.end()] if match else None


def tells_of_protection(text: str) -> bool:
    """Tell whether a text says that somebody's address is protected: kode 6 or kode 7."""
    return _PROTECTED.search(text) is not None
