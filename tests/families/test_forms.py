"""The form of a household: what it lets through, and what it says of the rest."""

import datetime as dt
from contextlib import contextmanager

import pytest
from werkzeug.datastructures import MultiDict

from app.families.forms.registering import FamilyForm, RegisterForm, answers_of
from app.families.models import ContactWay
from app.families.services.registering import Speech
from app.vocabulary import ChildAge, Interest, Rhythm
from tests import cast
from tests.families.answers import answers

TODAY = dt.date(2026, 3, 2)
FREE_TEXT = ("reference", "contact_name", "contact_phone", "contact_email", "informed_by", "note")


@pytest.fixture
def filled_in(flask_app):
    @contextmanager
    def open_form(kind=RegisterForm, **changes):
        posted = MultiDict()
        for name, value in answers(**changes).items():
            posted.setlist(name, value if isinstance(value, list) else [value])
        with flask_app.test_request_context(method="POST", data=posted, headers=ENGLISH):
            yield kind(today=TODAY, neighbourhoods=[])

    return open_form


ENGLISH = {"Accept-Language": "en"}


def test_a_filled_in_form_becomes_a_registration(filled_in):
    with filled_in() as form:
        assert form.validate(), form.errors
        registration = form.to_registration()
    assert registration.contact.name == "Letebrhan"
    assert registration.contact.phone == "+4790000303"
    assert registration.household.children == {ChildAge.KINDERGARTEN: 1, ChildAge.SCHOOL: 2}
    assert registration.household.languages == (Speech("ti", 4, 4), Speech("am", 0, 0, True))
    assert registration.wishes.availability == 1 << 5 | 1 << 15
    assert registration.wishes.rhythm is Rhythm.WEEKLY
    assert registration.wishes.interests == {Interest.COOKING, Interest.MUSIC}
    assert registration.consent.consented_on == dt.date(2026, 2, 21)


@pytest.mark.parametrize("name", FREE_TEXT)
@pytest.mark.parametrize("number", ["01019012345", "010190 12345", "123456789012", "٠١٠١٩٠١٢٣٤٥"])
def test_an_identity_number_is_caught_in_every_free_text(filled_in, name, number):
    text = f"{number}@example.com" if name == "contact_email" else f"x {number}"
    with filled_in(**{name: text}) as form:
        assert not form.validate()
        assert name in form.errors
        kind = "DUF number" if number == "123456789012" else "national identity number"
        assert kind in str(form.errors[name][0])


@pytest.mark.parametrize("name", ["O'Brien", "Amal", "أمل", "ሰላም ኃይለ", "Ngũgĩ wa Thiong'o"])
def test_names_are_kept_as_people_have_them(filled_in, name):
    with filled_in(contact_name=f"  {name} ") as form:
        assert form.validate(), form.errors
        assert form.to_registration().contact.name == name


@pytest.mark.parametrize(
    "name, value",
    [
        ("contact_name", ""),
        ("contact_name", " \u200e\u2066 "),
        ("contact_name", "x" * 121),
        ("contact_way", None),
        ("contact_phone", ""),
        ("contact_phone", "12"),
        ("contact_is_adult", None),
        ("household_size", ""),
        ("household_size", "0"),
        ("household_size", "21"),
        ("household_size", "four"),
        ("household_size", "-4"),
        ("household_size", "9" * 5000),
        ("children_6_12", "-1"),
        ("children_6_12", "16"),
        ("availability", None),
        ("availability", ["9-9"]),
        ("rhythm", "daily"),
        ("max_travel_minutes", "5"),
        ("interests", ["cooking", "religion"]),
        ("gender_wish", "other"),
        ("age_wish", "16-17"),
        ("age_wish", "old"),
        ("occupation", "spy"),
        ("neighbourhood", "elsewhere"),
        ("reference", " "),
        ("reference", "x" * 31),
        ("settlement_category", None),
        ("settlement_category", "fled"),
        ("counts_against_quota", "perhaps"),
        ("settled_on", ""),
        ("settled_on", "1999-12-31"),
        ("settled_on", "2026-03-03"),
        ("settled_on", "last week"),
        ("priority", "3"),
        ("priority", "x"),
        ("note", "x" * 501),
        ("informed_by", ""),
        ("informed_on", ""),
        ("informed_on", "2026-03-03"),
        ("consented_on", ""),
        ("consented_on", "2026-03-03"),
        ("consented_on", "2026-02-19"),
        ("said_yes", None),
        ("address_status", None),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_question(filled_in, name, value):
    with filled_in(**{name: value}) as form:
        assert not form.validate()
        assert list(form.errors) == [name]
        assert str(form.errors[name][0])


def test_an_unreadable_date_is_explained_instead_of_called_missing(filled_in):
    with filled_in(informed_on="20.02.2026") as form:
        assert not form.validate()
        assert "2026-03-14" in str(form.errors["informed_on"][0])


@pytest.mark.parametrize(
    "size, children, fits",
    [("4", "3", True), ("4", "4", False), ("1", "1", False), ("1", "", True), ("2", "1", True)],
)
def test_children_leave_room_for_the_adult_who_is_the_contact(filled_in, size, children, fits):
    with filled_in(household_size=size, children_3_5="", children_6_12=children) as form:
        assert form.validate() is fits
        assert ("household_size" in form.errors) is not fits


@pytest.mark.parametrize(
    "way, phone, email, kept",
    [
        ("sms", "90000303", "letebrhan@example.com", ("+4790000303", "")),
        ("phone", "+46 70 123 45 67", "", ("+46701234567", "")),
        ("email", "", "Letebrhan@Example.com", ("", "letebrhan@example.com")),
        ("email", "90000303", "letebrhan@example.com", ("+4790000303", "letebrhan@example.com")),
        ("through_staff", "90000303", "letebrhan@example.com", ("", "")),
    ],
)
def test_only_what_the_way_of_contact_has_a_use_for_is_kept(filled_in, way, phone, email, kept):
    with filled_in(contact_way=way, contact_phone=phone, contact_email=email) as form:
        assert form.validate(), form.errors
        contact = form.to_registration().contact
    assert (contact.phone, contact.email) == kept
    assert contact.way is ContactWay(way)


def test_a_number_beside_an_address_is_a_whole_one(filled_in):
    with filled_in(
        contact_way="email", contact_phone="9000", contact_email="l@example.com"
    ) as form:
        assert not form.validate()
        assert list(form.errors) == ["contact_phone"]


def test_contact_by_email_needs_an_address(filled_in):
    with filled_in(contact_way="email", contact_email="letebrhan") as form:
        assert not form.validate()
        assert list(form.errors) == ["contact_email"]


@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"lang-0-code": "xx"}, "from the list"),
        ({"lang-0-understands": ""}, "understand"),
        ({"lang-0-speaks": "5"}, "speak"),
        ({"lang-1-code": "ti"}, "already"),
        ({"lang-0-code": "", "lang-0-understands": "", "lang-0-speaks": ""}, "at least one"),
        ({"lang-0-unacceptable": "y"}, "at least one"),
        ({"lang-0-understands": "0"}, "at least one"),
        ({"lang-count": "0"}, "at least one"),
    ],
)
def test_a_household_has_a_language_that_may_be_used(filled_in, changes, complaint):
    with filled_in(**changes) as form:
        assert not form.validate()
        assert list(form.errors) == ["lang"]
        assert complaint in str(form.errors["lang"][0])


@pytest.mark.parametrize(
    "category, answer, counts",
    [
        ("asylum", "by_category", True),
        ("collective_protection", "by_category", True),
        ("family_reunification", "by_category", False),
        ("family_reunification", "yes", True),
        ("asylum", "no", False),
    ],
)
def test_family_reunification_is_outside_the_quota_unless_staff_say_so(
    filled_in, category, answer, counts
):
    with filled_in(settlement_category=category, counts_against_quota=answer) as form:
        assert form.validate(), form.errors
        assert form.to_registration().household.counts_against_quota is counts


def test_what_is_on_record_fills_the_form_again_unchanged(flask_app, asker, session):
    family = cast.make_family(session, asker, reference="F-9", max_travel_minutes=45, note="a\nb")
    places = [(str(asker.centre.id), "Centre")]
    with flask_app.test_request_context():
        form = FamilyForm(
            formdata=None, data=answers_of(family), today=TODAY, neighbourhoods=places
        )
        assert form.validate(), form.errors
        registration = form.to_registration()
    assert registration.household.reference == "F-9"
    assert registration.household.neighbourhood_id == asker.centre.id
    assert registration.household.children == family.children_by_band
    assert registration.household.languages == (Speech("ar", 4, 4), Speech("no", 1, 1))
    assert registration.wishes.availability == family.availability
    assert registration.wishes.max_travel_minutes == 45
    assert registration.wishes.note == "a\nb"
    assert registration.contact.phone == family.contact_phone


def test_nothing_the_form_asks_for_is_what_we_never_store(flask_app):
    never = ("national", "duf", "religion", "health", "address_line", "birth", "nationality")
    with flask_app.test_request_context():
        names = list(RegisterForm(today=TODAY, neighbourhoods=[])._fields)
    assert [n for n in names if any(word in n for word in never)] == []


@pytest.mark.parametrize("name", ["note", "reference", "informed_by"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Kirkeveien 12", "We store no addresses"),
        ("har kode 6", "protected address"),
        ("DUF 201012345678", "looks like a DUF number"),
        ("01019012345", "looks like a national identity number"),
    ],
)
def test_an_address_or_an_official_number_is_refused_with_the_reason(filled_in, name, text, why):
    with filled_in(**{name: text}) as form:
        assert not form.validate()
        assert why in str(form[name].errors[0])
