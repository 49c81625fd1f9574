"""A form, half filled in, drawn again in another language: what it loses on the way."""

from collections.abc import Iterator

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.trust.found_forms import Form


def faults_when_redrawn(client: FlaskClient, form: Form) -> list[str]:
    """Return what a change of the language does to a form, filled in and emptied."""
    if not (form.tag.get("id") or "").startswith("form-"):
        return []
    form = form_on(client.get(form.page).text, form)  # what was sent before may have changed it
    if form is None:
        return []
    faults: list[str] = []
    for typed in (form.filled(ticked=True), without_what_is_seen(form)):
        answer = client.post(form.action, data=typed | {"redraw_in": ["en"]})
        faults += faults_of(answer, form, only_seen(form, typed))
    return faults


def hidden_in(form: Form) -> set[str]:
    return {each["name"] for each in form.tag.select("input[type=hidden][name]")}


def only_seen(form: Form, typed: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in typed.items() if name not in hidden_in(form)}


def without_what_is_seen(form: Form) -> dict[str, list[str]]:
    """Return what a browser sends of a form in which everything has been emptied."""
    return {name: values for name, values in form.filled().items() if name in hidden_in(form)}


def shown_in(html: str, form: Form) -> dict[str, list[str]]:
    """Return what the same form holds after it was drawn again."""
    again = form_on(html, form)
    return again.filled() if again else {}


def form_on(html: str, form: Form) -> Form | None:
    """Return a form as it stands on a page now."""
    found = BeautifulSoup(html, "html.parser").find("form", action=form.action, method="post")
    return Form(form.page, str(found)) if found else None


def faults_of(answer, form: Form, typed: dict[str, list[str]]) -> Iterator[str]:
    if answer.status_code != 200:
        yield f"answers {answer.status_code}"
        return
    if "ds-error-summary" in answer.text:
        yield "speaks of faults"
    shown = shown_in(answer.text, form)
    for name, values in typed.items():
        if name not in shown and values != [""]:
            yield f"loses {name}"
        elif sorted(shown.get(name, values)) != sorted(values):
            yield f"shows {name} as {shown[name]}, not {values}"
