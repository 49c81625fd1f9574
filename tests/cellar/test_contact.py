"""From what people type to what we store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contact import (
    is_email,
    is_phone,
    one_line,
    tidy_email,
    tidy_phone,
    tidy_postcode,
    written_phone,
)


@pytest.mark.parametrize(
    "name",
    [
        "Sinéad O'Brien",
        "Ronald McDonald",
        "Suharto",
        "Anne-Karin Ødegård",
        "محمد الأحمد",
        "ሰላም ተስፋይ",
        "Nguyễn Thị Minh Khai",
        "می‌نا",  # a joiner between letters belongs to the spelling
        "X Æ A-12",
    ],
)
def test_names_stay_as_people_have_them(name):
    assert one_line(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Kari \t Nordmann\n", "Kari Nordmann"),
        ("Kari\u00a0Nordmann", "Kari Nordmann"),
        ("\u202eirak", "irak"),  # a mark that turns the direction of the page
        ("A\u030asa", "Åsa"),
        ("\u200b\ufeff", ""),
        ("\u200d \u200c", ""),
        (None, ""),
    ],
)
def test_what_nobody_sees_is_left_out(typed, kept):
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("900 00 101", "+4790000101"),
        ("+47 900 00 101", "+4790000101"),
        ("0047 90000101", "+4790000101"),
        ("4790000101", "+4790000101"),
        ("(+47) 900-00-101", "+4790000101"),
        ("٩٠٠ ٠٠ ١٠١", "+4790000101"),
        ("+46 70 123 45 67", "+46701234567"),
        ("00 380 44 123 4567", "+380441234567"),
    ],
)
def test_phone_numbers_get_their_country_code(typed, stored):
    assert tidy_phone(typed) == stored
    assert is_phone(stored)


@pytest.mark.parametrize(
    "typed", ["12345", "10000101", "01019012345", "call me", "+47 12 34", "", "+"]
)
def test_what_is_no_phone_number_comes_back_for_the_reader(typed):
    assert tidy_phone(typed) == typed
    assert not is_phone(tidy_phone(typed))


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1383", "1383"), (" 1383 Asker", "1383"), ("N-1383", "1383"), ("١٣٨٣", "1383"), ("13", "13")],
)
def test_postcodes_are_four_digits(typed, code):
    assert tidy_postcode(typed) == code


def test_e_mail_is_lower_case_and_whole():
    assert tidy_email(" Kari@Example.COM ") == "kari@example.com"
    assert is_email("kari@asker.example")
    assert not is_email("kari@")
    assert not is_email("Kari <kari@example.com>")
    assert tidy_email("kari@") == "kari@"


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    for clean in (one_line, tidy_phone, tidy_postcode, tidy_email):
        assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+4790000123", "900 00 123"),
        ("+4741234567", "412 34 567"),
        ("+4780012345", "800 12 345"),
        ("+4722334455", "22 33 44 55"),
        ("66 00 00 00", "66 00 00 00"),
        ("+46701234567", "+46701234567"),
        ("116117", "116117"),
        ("the switchboard", "the switchboard"),
        ("", ""),
    ],
)
def test_phone_numbers_are_shown_as_norwegians_write_them(stored, shown):
    assert written_phone(stored) == shown
