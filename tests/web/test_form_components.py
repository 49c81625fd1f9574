"""The form macros: every control has a label, keeps its value and is tied to its error."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional

from app.vocabulary import SLOTS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Child(Form):
    age = IntegerField("Age")


class Sample(Form):
    name = StringField("Name", [InputRequired("Write a name")], description="As in the letter")
    phone = StringField("Phone", [Optional()])
    people = IntegerField("People")
    ok = BooleanField("Agreed", [InputRequired("Tick this")])
    place = SelectField(
        "Place",
        choices=[
            SelectChoice("a", "Vollen", optgroup="West"),
            SelectChoice("b", "Asker", optgroup="East"),
        ],
    )
    rhythm = RadioField(
        "How often", choices=[SelectChoice("w", "Weekly"), SelectChoice("m", "Monthly")]
    )
    likes = SelectMultipleField(
        "Likes",
        choices=[
            SelectChoice("h", "Hiking"),
            SelectChoice("ar", "Arabic", {"lang": "ar", "own": "العربية"}),
        ],
    )
    when = SelectMultipleField("When", choices=[SelectChoice(slot.code) for slot in SLOTS])
    children = FieldList(FormField(Child))


PAGE = """{% import "components/forms.html" as forms %}
{{ forms.error_summary(form) }}
{{ forms.text(form.name) }}{{ forms.text(form.phone, type="tel") }}{{ forms.number(form.people) }}
{{ forms.checkbox(form.ok) }}{{ forms.select(form.place) }}{{ forms.radios(form.rhythm, chips=true) }}
{{ forms.checkboxes(form.likes) }}{{ forms.availability(form.when) }}
{% for child in form.children %}{{ forms.number(child.age) }}{% endfor %}"""
SENT = [
    ("name", ""),
    ("phone", "400 <b>"),
    ("people", "many"),
    ("place", "b"),
    ("rhythm", "never"),
    ("likes", "ar"),
    ("when", "0-0"),
    ("when", "6-2"),
    ("children-0-age", "x"),
]


@pytest.fixture(scope="module")
def web():
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    app.secret_key = "a secret for tests"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    CSRFProtect(app)
    return app


def draw(web, source, **values):
    with web.test_request_context("/"):
        return BeautifulSoup(render_template_string(source, **values), "html5lib")


@pytest.fixture
def refused(web):
    form = Sample(MultiDict(SENT))
    form.validate()
    return draw(web, PAGE, form=form)


def test_every_control_has_a_name_a_screen_reader_can_say(refused):
    labelled = {
        label["for"] for label in refused.select("label[for]") if label.get_text(strip=True)
    }
    for control in refused.select("input, select, textarea"):
        assert control["id"] in labelled or control.get("aria-label"), control


def test_no_id_is_written_twice_and_every_reference_has_its_target(refused):
    ids = [tag["id"] for tag in refused.select("[id]")]
    assert len(ids) == len(set(ids))
    for tag in refused.select("[aria-describedby]"):
        assert set(tag["aria-describedby"].split()) <= set(ids)
    for link in refused.select(".ds-error-summary a"):
        assert link["href"].removeprefix("#") in ids


def test_the_summary_links_to_the_first_control_of_each_field_in_error(refused):
    links = [link["href"] for link in refused.select(".ds-error-summary a")]
    assert links == ["#name", "#people", "#ok", "#rhythm-0", "#children-0-age"]


def test_a_control_in_error_is_marked_and_described_by_hint_and_error(refused):
    name = refused.find(id="name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "name-hint name-error"
    assert not refused.find(id="phone").get("aria-invalid")


def test_controls_keep_what_was_sent(refused):
    assert refused.find(id="phone")["value"] == "400 <b>"
    assert refused.find(id="people")["value"] == "many"
    assert refused.select_one("#place option[selected]")["value"] == "b"
    assert [box["value"] for box in refused.select("#likes-group [checked]")] == ["ar"]
    assert [box["value"] for box in refused.select("#when-group [checked]")] == ["0-0", "6-2"]


def test_the_week_is_21_cells_named_by_day_and_time(refused):
    cells = refused.select(".availability input")
    assert [cell["value"] for cell in cells] == [slot.code for slot in SLOTS]
    assert cells[2]["aria-label"] == "Monday 17–21"


def test_a_language_s_own_name_is_marked_as_that_language(refused):
    assert refused.select_one(".own-name")["lang"] == "ar"


def test_an_optional_field_says_so(refused):
    assert "optional" in refused.select_one("label[for=phone]").get_text()
    assert "optional" not in refused.select_one("label[for=name]").get_text()


def test_language_rows_keep_their_choices_and_can_grow_without_script(web):
    page = draw(
        web,
        """{% import "components/forms.html" as forms %}{{ forms.language_rows(
        [("ar", "4"), ("", "")], [("ar", "Arabic")], [("4", "Mother tongue")], errors={1: "Choose"}) }}""",
    )
    assert page.select_one("#lang-0-code option[selected]")["value"] == "ar"
    assert page.select_one("#lang-0-level option[selected]")["value"] == "4"
    assert page.select_one("#lang-1-code")["aria-describedby"] == "lang-1-error"
    assert page.select_one("button[name=add_language]")["type"] == "submit"
    assert page.select_one("[name=lang-count]")["value"] == "2"


def test_a_post_form_carries_the_token_and_its_button(web):
    page = draw(
        web,
        """{% import "components/forms.html" as forms %}
        {% call forms.post_form("/save", "Save", once=true) %}<p>inside</p>{% endcall %}""",
    )
    form = page.find("form")
    assert (form["method"], form["action"]) == ("post", "/save")
    assert form.find("input", {"name": "csrf_token"})["value"]
    assert form.has_attr("data-once")
    assert form.find("button").get_text() == "Save"
