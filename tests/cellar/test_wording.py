"""Words for closed lists: all there, findable by extraction, and short in tables."""

import inspect
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask
from flask_babel import Babel, force_locale
from flask_babel import lazy_gettext as _l

from app import vocabulary, wording
from app.languages import COMMON, LANGUAGES
from app.vocabulary import (
    ALL_WEEK,
    SLOTS,
    Day,
    DayPart,
    Gender,
    GenderWish,
    Interest,
    Level,
    Occupation,
    Slot,
    availability_mask,
)
from app.wording import (
    availability_summary,
    choices,
    label,
    language_choices,
    language_groups,
    language_label,
    slot_label,
    travel_label,
)

LISTS = [
    kind
    for _name, kind in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(kind, Enum) and kind.__module__ == vocabulary.__name__
]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """A page in plain English source text, without any catalogue."""
    app = Flask(__name__)
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_every_member_of_every_list_has_its_own_words(kind: type[Enum]) -> None:
    words = [str(label(member)) for member in kind]
    assert all(words)
    assert len(set(words)) == len(words)
    assert [value for value, _words in choices(kind)] == [str(m.value) for m in kind]


def test_all_lists_of_the_vocabulary_are_looked_at() -> None:
    assert len(LISTS) >= 11


def test_extraction_finds_every_label() -> None:
    found = {
        message
        for _line, message, _comments, _context in extract_from_file(
            "python", Path(wording.__file__), keywords={"_l": None, "gettext": None}
        )
    }
    assert {str(label(member)) for kind in LISTS for member in kind} <= found
    assert "About %(minutes)s minutes apart" in found


def test_equal_members_of_different_lists_keep_their_own_words() -> None:
    assert str(label(Gender.WOMAN)) == "Woman"
    assert str(label(GenderWish.WOMAN)) == "A woman"
    assert str(label(Interest.CULTURE)) == "Culture and museums"
    assert str(label(Occupation.CULTURE)) == "Culture and media"
    assert str(label(Level.SOME)) == "A little"
    assert str(label(Day.TUESDAY)) == "Tuesday"


def test_a_room_adds_its_own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_LABELS", dict(wording._LABELS))
    wording.register(Colour, {Colour.RED: _l("Red"), Colour.BLUE: _l("Blue")})
    assert str(label(Colour.BLUE)) == "Blue"
    assert [(value, str(words)) for value, words in choices(Colour)] == [
        ("red", "Red"),
        ("blue", "Blue"),
    ]


def test_a_list_with_a_member_left_out_is_refused() -> None:
    with pytest.raises(ValueError, match="Colour lacks words for BLUE"):
        wording.register(Colour, {Colour.RED: _l("Red")})


def test_a_slot_is_a_day_and_its_hours() -> None:
    assert str(slot_label(Slot(Day.MONDAY, DayPart.MORNING))) == "Monday 8–12"
    assert len({str(slot_label(slot)) for slot in SLOTS}) == 21
    assert str(wording.day_label(Day.SUNDAY, short=True)) == "Sun"
    assert str(wording.part_label(DayPart.EVENING)) == "17–21"


M, A, E = DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING


@pytest.mark.parametrize(
    ("slots", "summary"),
    [
        ([], "No times given"),
        ([Slot(Day.MONDAY, E), Slot(Day.SATURDAY, M)], "Mon 17–21, Sat 8–12"),
        ([Slot(day, E) for day in Day], "Mon–Sun 17–21"),
        ([Slot(Day.TUESDAY, E), Slot(Day.WEDNESDAY, E)], "Tue–Wed 17–21"),
        ([Slot(Day.MONDAY, E), Slot(Day.WEDNESDAY, E)], "Mon 17–21, Wed 17–21"),
        ([Slot(Day.SUNDAY, M), Slot(Day.SUNDAY, A)], "Sun 8–17"),
        ([Slot(Day.SUNDAY, M), Slot(Day.SUNDAY, E)], "Sun 8–12 and 17–21"),
        ([Slot(Day.FRIDAY, part) for part in DayPart], "Fri 8–21"),
        (list(SLOTS), "Any day 8–21"),
    ],
)
def test_a_week_is_summed_up_with_like_days_together(slots: list[Slot], summary: str) -> None:
    assert availability_summary(availability_mask(slots)) == summary


def test_no_week_is_too_odd_to_sum_up() -> None:
    for mask in range(0, ALL_WEEK + 1, 997):
        assert availability_summary(mask)


def test_a_language_is_named_in_the_readers_language() -> None:
    assert language_label("prs") == "Dari"
    with force_locale("nb"):
        assert language_label("uk") == "ukrainsk"
        assert ("uk", "Ukrainsk (\u2068українська\u2069)") in language_choices()
    with force_locale("nn"):
        assert language_label("nsl") == "norsk teiknspråk"


def test_language_choices_start_with_the_common_ones_and_hold_each_once() -> None:
    codes = [code for code, _words in language_choices()]
    assert tuple(codes[: len(COMMON)]) == COMMON
    assert sorted(codes) == sorted(LANGUAGES)
    assert [len(group) for group in language_groups().values()] == [
        len(COMMON),
        len(LANGUAGES) - len(COMMON),
    ]


def test_a_name_that_is_the_languages_own_is_not_said_twice() -> None:
    assert dict(language_choices())["en"] == "English"


@pytest.mark.parametrize(
    ("band", "minutes", "words"),
    [
        ("same", None, "Same neighbourhood"),
        ("adjacent", 9, "Next to each other"),
        ("minutes", 13, "About 15 minutes apart"),
        ("minutes", 12, "About 10 minutes apart"),
        ("minutes", 1, "About 5 minutes apart"),
        ("minutes", None, "Travel time unknown"),
        ("unreachable", None, "No practical way between them"),
        ("unknown", 20, "Travel time unknown"),
    ],
)
def test_travel_is_told_in_bands(band: str, minutes: int | None, words: str) -> None:
    assert str(travel_label(band, minutes)) == words


def test_occupations_stand_by_the_alphabet_and_something_else_last() -> None:
    rows = wording.occupation_choices()
    words = [text for _value, text in rows[:-1]]
    assert words == sorted(words, key=str.casefold)
    assert rows[-1][0] == Occupation.OTHER
    assert len(rows) == len(Occupation)
