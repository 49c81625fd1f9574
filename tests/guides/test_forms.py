"""What the steps of sign-up take and refuse."""

import pytest
from werkzeug.datastructures import MultiDict

from app.guides.forms.about import AboutForm
from app.guides.forms.staff import PauseForm, StepForm
from app.guides.forms.steps import ConfirmForm, SkillsForm, TermsForm
from app.guides.services.offers import Home
from app.vocabulary import Rhythm
from tests.cast import TODAY
from tests.guides.answers import ABOUT, CONFIRM, LANGUAGES, TIME


@pytest.fixture(autouse=True)
def request_context(flask_app):
    with flask_app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def about(**changes):
    form = AboutForm(MultiDict(ABOUT | changes))
    form.offer_places([("a", "Heggedal")], postcodes=True, addresses=True)
    return form


def skills(**changes):
    return SkillsForm(MultiDict(LANGUAGES | changes))


def terms(**changes):
    return TermsForm(MultiDict(TIME | changes))


def test_step_one_takes_a_whole_answer():
    form = about()
    assert form.validate(), form.errors
    assert form.email.data == "sinead@example.com"
    assert form.phone.data == "+4790000123"


def test_the_draft_never_holds_postcode_or_address():
    answers = about(address="Storgata 1, 1383 Asker").to_answers(Home())
    assert not {"postcode", "address"} & set(answers)
    assert "Storgata" not in str(answers) and "3470" not in str(answers)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Kari 010190 12345"}, "name"),
        ({"email": "kari@"}, "email"),
        ({"email": ""}, "email"),
        ({"phone": "12345"}, "phone"),
        ({"age_group": "0-15"}, "age_group"),
        ({"age_group": ""}, "age_group"),
        ({"gender": ""}, "gender"),
        ({"postcode": ""}, "postcode"),
        ({"postcode": "", "address": "01019012345"}, "address"),
        ({"neighbourhood": "not-on-the-list"}, "neighbourhood"),
        ({"trap": "https://spam.example"}, "trap"),
    ],
)
def test_step_one_says_what_is_wrong(changes, field):
    form = about(**changes)
    assert not form.validate()
    assert list(form.errors) == [field]


@pytest.mark.parametrize("name", ["O'Brien", "Suharto", "محمد الأحمد", "ሰላም", "x" * 120])
def test_nobody_is_refused_for_their_name(name):
    assert about(name=name).validate()


def test_postcode_address_and_neighbourhood_are_each_enough():
    assert about(postcode="", neighbourhood="a").validate()
    assert about(postcode="", neighbourhood="elsewhere").validate()
    assert about(postcode="", address="Storgata 1").validate()


def test_sixteen_year_olds_are_told_what_happens():
    hints = [choice.render_kw.get("hint") for choice in about().age_group.iter_choices()]
    assert "youth group" in hints[0]
    assert not any(hints[1:])


def test_norwegian_stands_ready_as_the_first_language():
    form = SkillsForm(formdata=None)
    assert form.lang.rows[0] == ("no", "")
    assert form.lang.languages[0][0] == "no"


def test_languages_become_codes_with_levels():
    form = skills(**{"lang-count": "3", "lang-2-code": "", "lang-2-level": ""})
    assert form.validate()
    assert SkillsForm.skills_in(form.to_answers()).languages == {"no": 4, "ti": 2}


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"lang-1-level": ""}, 1),
        ({"lang-1-level": "9"}, 1),
        ({"lang-1-code": "tlh"}, 1),
        ({"lang-1-code": "no"}, 1),
        ({"lang-0-code": "", "lang-0-level": "3"}, 0),
        ({"lang-count": "0"}, 0),
        ({"lang-count": "x"}, 0),
    ],
)
def test_each_language_row_has_its_own_error(changes, row):
    form = skills(**changes)
    assert not form.validate()
    assert [link for link, _message in form.lang.error_links] == [f"lang-{row}-code"]


def test_nobody_can_post_a_thousand_language_rows():
    assert len(skills(**{"lang-count": "1000"}).lang.rows) == 15


def test_step_three_becomes_terms():
    form = terms()
    assert form.validate(), form.errors
    result = TermsForm.terms_in(form.to_answers())
    assert result.rhythm is Rhythm.FORTNIGHTLY
    assert result.availability == (1 << 2) | (1 << 16)
    assert result.max_travel_minutes == 30
    assert TermsForm.terms_in(terms(max_travel_minutes="none").data).max_travel_minutes is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"availability": []}, "availability"),
        ({"availability": ["7-0"]}, "availability"),
        ({"rhythm": ""}, "rhythm"),
        ({"hours_per_meeting": "5"}, "hours_per_meeting"),
        ({"hours_per_meeting": "x"}, "hours_per_meeting"),
        ({"capacity": "4"}, "capacity"),
        ({"gender_wish": "child"}, "gender_wish"),
        ({"max_travel_minutes": "20"}, "max_travel_minutes"),
        ({"occupation": "spy"}, "occupation"),
        ({"own_children": ["18"]}, "own_children"),
    ],
)
def test_step_three_says_what_is_wrong(changes, field):
    form = terms(**changes)
    assert not form.validate()
    assert list(form.errors) == [field]


def test_consent_is_asked_for_and_its_text_is_the_current_one():
    assert ConfirmForm(MultiDict(CONFIRM)).validate()
    assert not ConfirmForm(MultiDict({"consent_version": "2026-11"})).validate()
    old = ConfirmForm(MultiDict(CONFIRM | {"consent_version": "2020-01"}))
    assert not old.validate()
    assert not old.consent.data and old.consent_version.data == "2026-11"


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        ("2026-03-02", True),
        ("2026-03-01", True),
        ("2026-03-03", False),
        ("2026-02-28", False),
        ("2/3/2026", False),
        ("", False),
        ("99999-01-01", False),
    ],
)
def test_a_step_is_dated_between_the_last_one_and_today(day, valid):
    form = StepForm(formdata=MultiDict({"day": day}), earliest=TODAY.replace(day=1), latest=TODAY)
    assert form.validate() is valid


@pytest.mark.parametrize(
    ("until", "valid"), [("", True), ("2026-03-03", True), ("2026-03-02", False), ("soon", False)]
)
def test_a_break_ends_in_the_future_or_is_open(until, valid):
    assert PauseForm(formdata=MultiDict({"until": until}), today=TODAY).validate() is valid
