"""`flask security`: the tables of docs/security, as the code has them."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.cli import AppGroup
from wtforms import Form
from wtforms.validators import DataRequired, InputRequired, Length

import app
from app.accounts.services.limits import HOUR, RULES
from app.web.forms import BaseForm
from app.who_sees import TABLE, WHO_SEES, Relation, Right, Viewer

security = AppGroup("security", help="Tables for docs/security.")
KINDS = {
    "BooleanField": "a tick",
    "ClockField": "time of day",
    "DayField": "date, as 2026-03-14",
    "HiddenField": "set by the page",
    "LanguageRows": "rows of a language and its level",
    "PairsField": "pairs of keys",
    "EmailField": "one line of text",
    "PasswordField": "a password, any signs",
    "PhoneField": "telephone number: 8 digits, or + and 7 to 15",
    "Picker": "one of the list shown",
    "RadioField": "one of a closed list",
    "SelectField": "one of a closed list",
    "SelectMultipleField": "any of a closed list",
    "SpeechRows": "rows of a language and its levels",
    "StringField": "one line of text",
    "TextAreaField": "text",
    "WholeNumber": "whole number",
}
CHECKS = {
    "_office_phone": "a telephone number",
    "no_address": "no street address, no word of a protected one",
    "no_protection": "no word of a protected address",
    "no_personal_number": "no national identity number",
    "no_phone_number": "no telephone number",
    "whole_email": "an e-mail address",
    "whole_phone": "a telephone number",
    "_given": "needed",
    "past_day.<locals>.check": "needed, not in the future, not before 2000",
    "UUID": "a key",
}
DOCUMENTS = Path(__file__).parents[2] / "docs" / "security"
MARK = "<!-- What follows is written by `flask security write`. -->"
REQUIRED = (DataRequired, InputRequired)


@security.command("write")
def write() -> None:
    """Write the tables of docs/security anew, after a field or a right has changed."""
    for document, table in (
        ("limits.md", write_limits()),
        ("access-table.md", write_access_table()),
    ):
        path = DOCUMENTS / document
        said, _, _ = path.read_text().partition(MARK)
        path.write_text(f"{said}{MARK}\n\n{table}\n")


def list_forms() -> list[type[Form]]:
    """Return every form of the site, in the order of their names."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if "forms" in module.name.rpartition(".")[2] or ".forms." in module.name:
            importlib.import_module(module.name)
    return sorted(set(_below(BaseForm)) | set(_below(Form)), key=_name)


def own_fields(form: type[Form]) -> Iterator[tuple[str, Any]]:
    """Yield the fields that a form itself has, not those that it takes from another."""
    fields = ((name, made) for name, made in vars(form).items() if hasattr(made, "_formfield"))
    yield from sorted(fields, key=lambda each: each[1].creation_counter)


def validators_of(made: Any) -> list[Any]:
    """Return what checks a field that is not bound to a form yet."""
    given = made.args[1] if len(made.args) > 1 else ()
    found = made.kwargs.get("validators") or given
    return [each for each in found if callable(each)] if isinstance(found, (list, tuple)) else []


def longest(made: Any) -> int | None:
    """Return the most signs that a field takes, or None if it says nothing of that."""
    lengths = [each.max for each in validators_of(made) if isinstance(each, Length)]
    return min((length for length in lengths if length > 0), default=None)


def write_limits() -> str:
    """Return how often what may be tried, and every field's kind and limits, in Markdown."""
    lines = ["## How often", "", "| What | At most | Within |", "| --- | --- | --- |"]
    lines += [
        f"| {limit.value} | {rule.most} | {'an hour' if rule.within == HOUR else 'a day'} |"
        for limit, rule in sorted(RULES.items())
    ]
    lines += ["", "## Every field", ""]
    lines += ["| Form | Field | Kind | Limits |", "| --- | --- | --- | --- |"]
    for form in list_forms():
        for name, made in own_fields(form):
            kind = KINDS.get(made.field_class.__name__, "one line of text")
            lines.append(f"| {_name(form)} | `{name}` | {kind} | {_limits(made)} |")
    return "\n".join(lines)


def write_access_table() -> str:
    """Return who sees what as a table in Markdown, in words."""
    viewers = list(Viewer)
    head = " | ".join(viewer.value.replace("_", " ") for viewer in viewers)
    lines = [f"| Facts | {head} |", "| --- |" + " --- |" * len(viewers)]
    for row in TABLE.strip().splitlines()[1:]:
        facts = next(each for each in WHO_SEES if each.value == row.split()[0])
        sights = WHO_SEES[facts]
        cells = [
            "; ".join(
                f"{relation.value}: {_in_words(sights[viewer, relation])}"
                for relation in Relation
                if (viewer, relation) in sights
            )
            for viewer in viewers
        ]
        lines.append(f"| {facts.value.replace('_', ' ')} | {' | '.join(c or '–' for c in cells)} |")
    return "\n".join(lines)


def _in_words(rights: frozenset[Right]) -> str:
    return ", ".join(right.name.lower() for right in Right if right in rights)


def _below(kind: type[Form]) -> Iterator[type[Form]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("app."):
            yield each
        yield from _below(each)


def _name(form: type[Form]) -> str:
    return f"{form.__module__.removeprefix('app.').replace('.forms', '')}.{form.__qualname__}"


def _limits(made: Any) -> str:
    words = ["needed"] if any(isinstance(v, REQUIRED) for v in validators_of(made)) else []
    if "least" in made.kwargs:
        words.append(f"{made.kwargs['least']} to {made.kwargs['most']}")
    least = max((v.min for v in validators_of(made) if isinstance(v, Length)), default=0)
    if least > 0:
        words.append(f"at least {least} signs")
    if most := longest(made):
        words.append(f"at most {most} signs")
    for each in validators_of(made):
        called = each.__qualname__ if inspect.isfunction(each) else type(each).__name__
        words += [CHECKS[called]] if called in CHECKS else []
    return ", ".join(words) or "–"
