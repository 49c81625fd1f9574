"""Forms as they stand on the pages, filled in as an honest person would."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
LINK = re.compile(r'href="(/[^"]*\?[^"]*)"')
# What nobody presses here: it ends the tour, or only draws the form again with one more line.
LEFT_ALONE = ("sign-out", "/me/")
TYPED = {
    "time": "17:00",
    "number": "3",
    "tel": "+4790000999",
    "email": "somebody.new@post.example",
    "password": "correct horse battery staple",
}


# What some fields ask for that goes together with others.
BY_NAME = {
    "accessibility_url": "",
    "ends": "19:00",
    "household_size": "2",
    "lang-1-code": "",
    "latitude": "59.83",
    "longitude": "10.43",
    "year": "2025",
} | dict.fromkeys(
    (
        "children_0_2",
        "children_3_5",
        "children_6_12",
        "children_13_17",
        "minors_over_15",
        "minors_under_15",
    ),
    "0",
)
BY_KEYS = {"numeric": "4", "decimal": "59.8", "email": TYPED["email"], "tel": TYPED["tel"]}


@dataclass(frozen=True)
class Form:
    """A form on a page that somebody may open: where it leads, and what a browser would send."""

    page: str
    html: str

    @cached_property
    def tag(self) -> Tag:
        return BeautifulSoup(self.html, "html.parser").form

    @cached_property
    def action(self) -> str:
        return self.tag.get("action") or self.page

    @cached_property
    def posts(self) -> bool:
        return self.tag.get("method", "get").lower() == "post"

    @cached_property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """Return what tells one sort of form from another, whatever record it is about."""
        names = {re.sub(r"\d+", "#", each["name"]) for each in self.tag.select("[name]")}
        return ID.sub("ID", urlsplit(self.action).path), tuple(sorted(names))

    @cached_property
    def offered(self) -> dict[str, list[str]]:
        """Return every value that the form offers, by the name of its control."""
        values: dict[str, list[str]] = {}
        for control in self.tag.select("input[name], button[name], select[name]"):
            for each in control.select("option") or [control]:
                values.setdefault(control["name"], []).append(each.get("value", ""))
        return values

    @cached_property
    def words(self) -> list[tuple[str, str]]:
        """Return the names of controls that take text, with its sort."""
        texts = self.tag.select(
            "input[type=text], input[type=search], input[type=email], input[type=tel],"
            " input:not([type]), textarea"
        )
        return [(each["name"], each.get("type", "text")) for each in texts if each.get("name")]

    def filled(self, *, ticked: bool = False, on: str = "2026-11-30") -> dict[str, list[str]]:
        """Return an honest filling: what stands there, and something where an answer is missing.

        Args:
            ticked: whether something is ticked wherever nothing is.
            on: the day that is written wherever one is asked for and none stands there.
        """
        filling: dict[str, list[str]] = {}
        for control in self.tag.select("input[name], select[name], textarea[name]"):
            for value in _values_of(control, on):
                filling.setdefault(control["name"], []).append(value)
        boxes = "input[type=radio], input[type=checkbox]" if ticked else "input[type=radio]"
        for box in self.tag.select(boxes):
            filling.setdefault(box["name"], [box.get("value", "on")])
        buttons = self.tag.select("button, input[type=submit]")
        if buttons and all(button.get("name") for button in buttons):
            filling[buttons[0]["name"]] = [buttons[0].get("value", "")]
        return filling


def forms_on(page: str, html: str) -> Iterator[Form]:
    """Yield the forms of a page that somebody on a tour may send."""
    for found in FORM.findall(html):
        form = Form(page, found)
        if not any(part in form.action for part in LEFT_ALONE):
            yield form


def questions_on(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the addresses with a question in them that a page links to: filters, pages, sorts."""
    for link in LINK.findall(html):
        parts = urlsplit(link.replace("&amp;", "&"))
        yield parts.path, dict(parse_qsl(parts.query))


def with_other_ids(values: list[str], new_id: uuid.UUID) -> list[str]:
    return [ID.sub(str(new_id), value) for value in values]


def _values_of(control: Tag, on: str) -> list[str]:
    kind = control.get("type", "text") if control.name == "input" else control.name
    if kind in {"checkbox", "radio"}:
        wanted = control.has_attr("checked") or (
            kind == "checkbox" and control.has_attr("required")
        )
        return [control.get("value", "on")] if wanted else []
    if kind in {"submit", "button", "image"}:
        return []
    if kind == "select":
        return _chosen(control)
    given = control.text.strip() if kind == "textarea" else control.get("value", "").strip()
    if given or kind == "hidden" or control["name"] == "trap":  # what nobody sees, nobody fills in
        return [given]
    return [_typed(control, kind, on)]


def _chosen(control: Tag) -> list[str]:
    if control["name"] in BY_NAME:
        return [BY_NAME[control["name"]]]
    values = [(o.get("value", o.text), o.has_attr("selected")) for o in control.select("option")]
    filled = sorted((each for each in values if each[0]), key=lambda each: not each[1])
    return [filled[0][0]] if filled else []


def _typed(control: Tag, kind: str, on: str) -> str:
    if kind == "date":
        return on
    if control["name"] in BY_NAME:
        return BY_NAME[control["name"]]
    return TYPED.get(kind) or BY_KEYS.get(control.get("inputmode"), "Word")
