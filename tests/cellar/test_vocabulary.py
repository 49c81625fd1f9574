"""The shared words: stable codes, the week as 21 bits, and numbers that must not be stored."""

import inspect
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import vocabulary
from app.vocabulary import (
    ALL_WEEK,
    SLOTS,
    Day,
    DayPart,
    Slot,
    availability_mask,
    find_address,
    find_personal_number,
    find_phone_number,
    slots_in,
    tells_of_protection,
)


def test_codes_are_short_and_lower_case() -> None:
    for _name, kind in inspect.getmembers(vocabulary, inspect.isclass):
        if issubclass(kind, str) and issubclass(kind, Enum) and list(kind):
            assert all(str(m) == str(m).lower() and len(str(m)) <= 20 for m in kind)


def test_the_week_has_21_slots_monday_morning_lowest() -> None:
    assert len(SLOTS) == 21
    assert [slot.bit for slot in SLOTS] == list(range(21))
    assert availability_mask([Slot(Day.MONDAY, DayPart.MORNING)]) == 1
    assert availability_mask([Slot(Day.SUNDAY, DayPart.EVENING)]) == 1 << 20
    assert availability_mask(SLOTS) == ALL_WEEK == 2**21 - 1
    assert Slot(Day.MONDAY, DayPart.EVENING).code == "0-2"


@given(st.sets(st.sampled_from(SLOTS)))
def test_slots_survive_the_way_through_a_mask(slots: set[Slot]) -> None:
    assert set(slots_in(availability_mask(slots))) == slots


def test_a_slot_named_twice_counts_once() -> None:
    slot = Slot(Day.FRIDAY, DayPart.AFTERNOON)
    assert availability_mask([slot, slot]) == 1 << slot.bit


def test_bits_outside_the_week_are_no_slots() -> None:
    assert list(slots_in(1 << 21)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("01019012345", "01019012345"),
        ("fnr 010190 12345.", "010190 12345"),
        ("01.01.90-12345", "01.01.90-12345"),
        ("010190\u00a012345", "010190\u00a012345"),
        ("DUF 201012345678 sier hun", "201012345678"),
        ("2010 1234 5678", "2010 1234 5678"),
        ("٠١٠١٩٠١٢٣٤٥", "٠١٠١٩٠١٢٣٤٥"),
        ("ring 22334455 eller 01019012345", "01019012345"),
        ("D-nummer:41019012345", "41019012345"),
        ("01019012345 99887766", "01019012345"),
        ("01 01 90 12345 ring 22 33 44 55", "01 01 90 12345"),
        ("010190 12345 99 88 77 66", "010190 12345"),
        ("201012345678 99887766", "201012345678"),
        ("01019012345, 3 barn", "01019012345"),
        ("01019012345 3 barn", "01019012345"),
        ("0047 22334455, 01019012345", "01019012345"),
        ("004722334455 01019012345", "01019012345"),
        ("010190 - 12345", "010190 - 12345"),
        ("010190\u201312345", "010190\u201312345"),
        ("010190\n12345", "010190\n12345"),
        ("010 190 123 45", "010 190 123 45"),
        ("01.01.1990 12345", "01.01.1990 12345"),
        ("0101 9012 345", "0101 9012 345"),
    ],
)
def test_a_number_that_may_be_an_identity_is_found_as_written(text: str, found: str) -> None:
    assert find_personal_number(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ring 22 33 44 55",
        "+47 22 33 44 55",
        "+380 50 123 4567",
        "0047 22 33 44 55",
        "00380501234567",
        "22334455 99887766",
        "22 33 44 55 99 88 77 66",
        "12.05.2026 17-21",
        "2026-05-12 17:00-21:00",
        "12.05.2026 12.06.2026",
        "22 33 44 55 / 99 88 77 66",
        "+4722334455 +4799887766",
        "1383 Asker",
        "kl. 17-21, 12.05.2026",
        "1234567890",
        "1234567890123",
    ],
)
def test_phone_numbers_dates_and_postcodes_are_left_alone(text: str) -> None:
    assert find_personal_number(text) is None


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text: str) -> None:
    found = find_personal_number(text)
    assert found is None or found in text


@given(
    st.text(st.characters(exclude_categories=["Nd"], exclude_characters="+")).map(
        lambda text: f"{text}|"
    ),
    st.from_regex(r"[1-9][0-9]{10}", fullmatch=True),
)
def test_eleven_digits_are_found_wherever_they_stand(words: str, number: str) -> None:
    assert find_personal_number(f"{words}{number}{words}") == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kirkeveien 12", "Kirkeveien 12"),
        ("de bor i kirkeveien 12, ring først", "kirkeveien 12"),
        ("KIRKEVEIEN 12", "KIRKEVEIEN 12"),
        ("Kirkeveien12", "Kirkeveien12"),
        ("Kirkeveien nr. 12", "Kirkeveien nr. 12"),
        ("Kirkevn. 12", "Kirkevn. 12"),
        ("Storgata 5B", "Storgata 5B"),
        ("Storgata 5 B", "Storgata 5 B"),
        ("Storgt. 5", "Storgt. 5"),
        ("Storgaten 101", "Storgaten 101"),
        ("Karl Johans gate 22", "Johans gate 22"),
        ("Dr. Holms vei 15", "Holms vei 15"),
        ("Gamle Drammensvei 3", "Drammensvei 3"),
        ("Fjellvegen 8", "Fjellvegen 8"),
        ("Bygdøy allé 23", "Bygdøy allé 23"),
        ("Skolealleen 4", "Skolealleen 4"),
        ("Hagabakken 7", "Hagabakken 7"),
        ("Solterrassen 4", "Solterrassen 4"),
        ("Åsterrasse 9c", "Åsterrasse 9c"),
        ("Solbergsvingen 3", "Solbergsvingen 3"),
        ("Askertorget 2", "Askertorget 2"),
        ("Bjerkelunden 14, Asker", "Bjerkelunden 14"),
        ("Kirkeveien ١٢", "Kirkeveien ١٢"),
    ],
)
def test_a_street_with_a_number_is_found_as_written(text: str, found: str) -> None:
    assert find_address(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "møtes kl 12",
        "møtes på torget kl. 12",
        "2 barn",
        "buss 265",
        "1. klasse",
        "Third floor, no lift.",
        "3. etasje, uten heis",
        "skoleveien 3 km",
        "arbeidsvei 20 min",
        "barnehageplass 2 barn",
        "Barnehageplassen 2 dager i uka",
        "Åsen, Heggedal og Vollen",
        "på vei 3 ganger",
        "alle 3",
        "Kalle 3 år",
        "underveis 2 timer",
        "F-2026-014",
        "Flyktningtjenesten, 12. mars",
        "ring 22 33 44 55",
        "Flyktningguide 4",
    ],
)
def test_what_only_looks_like_a_street_is_left_alone(text: str) -> None:
    assert find_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "kode 6",
        "KODE 7!",
        "har kode seks",
        "hemmelig adresse",
        "hemmeleg adresse",
        "sperret adresse",
        "sperra adresse",
        "skjermet adresse",
        "fortrolig adresse",
        "adressesperre",
        "secret address",
        "beskyttet adresse",
        "har adressebeskyttelse",
        "adressegradering",
        "adressesperret",
        "kode-6",
        "Kode: 6",
        "kode nr. 6",
        "kode VI",
        "K6",
        "skjulte adresser",
        "hemmelig bopel",
        "protected addresses",
        "address protection",
        "the address is confidential",
    ],
)
def test_words_for_a_protected_address_are_found(text: str) -> None:
    assert tells_of_protection(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dørkode 6",
        "kode 6789",
        "ny adresse i mars",
        "kodeks",
        "en kode vi bruker",
        "the address is new",
        "beskyttet område",
    ],
)
def test_other_codes_and_addresses_are_no_protection(text: str) -> None:
    assert not tells_of_protection(text)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through_for_a_street(text: str) -> None:
    found = find_address(text)
    assert found is None or found in text


@pytest.mark.parametrize(
    "number",
    [
        "90000123",
        "900 00 123",
        "22 33 44 55",
        "+47 900 00 123",
        "004790000123",
        "+380 44 123 45 67",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(number: str) -> None:
    assert find_phone_number(f"Ring {number}.") == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.11.2026",
        "2 h 30 min",
        "kl. 17.00",
        "2026-11-10",
        "4 x 100 m",
        "20 11 2026",
        "1383 Asker",
    ],
)
def test_what_is_no_telephone_number_is_left_alone(text: str) -> None:
    assert find_phone_number(text) is None
