"""Every form on the site, half filled in, is drawn again in another language as it was."""

import os
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from app.web.context import now
from tests.trust import tour
from tests.trust.found_forms import Form
from tests.trust.test_other_municipality import signed_in
from tests.trust.test_sent_twice import count_rows, forms_for, people, unlimited  # noqa: F401

FULL = os.environ.get("FULL") == "1"
TRIES = 5 if FULL else 1  # of each sort of form, on different records


def carried(form: Form) -> bool:
    return (form.tag.get("id") or "").startswith("form-")


def hidden_in(form: Form) -> set[str]:
    return {each["name"] for each in form.tag.select("input[type=hidden][name]")}


def only_seen(form: Form, typed: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in typed.items() if name not in hidden_in(form)}


def without_what_is_seen(form: Form) -> dict[str, list[str]]:
    """Return what a browser sends of a form in which everything has been emptied."""
    return {name: values for name, values in form.filled().items() if name in hidden_in(form)}


def shown_in(html: str, form: Form) -> dict[str, list[str]]:
    """Return what the same form holds after it was drawn again."""
    page = BeautifulSoup(html, "html.parser")
    again = page.find("form", action=form.action, method="post")
    return Form(form.page, str(again)).filled() if again else {}


def faults_of(answer, form: Form, typed: dict[str, list[str]]):
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


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_no_form_loses_what_is_typed_when_the_language_changes(flask_app, session_factory):
    instant = now()
    ids = tour.build(flask_app, now=instant)
    towns = tour.look_around(flask_app, ids, {}, now=instant)
    tries, faults = Counter(), {}
    before = count_rows(session_factory, ids[0])
    for visitor in people(towns):
        client = signed_in(flask_app, visitor.user) if visitor.user else flask_app.test_client()
        for view, form in forms_for(flask_app, towns, visitor):
            tries[view] += carried(form)
            if not carried(form) or tries[view] > TRIES:
                continue
            for typed in (form.filled(ticked=True), without_what_is_seen(form)):
                answer = client.post(form.action, data=typed | {"redraw_in": ["en"]})
                if found := list(faults_of(answer, form, only_seen(form, typed))):
                    faults[view] = found
    assert faults == {}
    assert count_rows(session_factory, ids[0]) == before
    assert len(+tries) > 30, +tries
