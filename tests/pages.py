"""Every page a test fetches is also checked for what every page must have."""

import warnings

import html5lib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.languages import WRITTEN_TO_FAMILIES

STRICTLY = True  # a fault of the markup fails the test


def get_page(client: FlaskClient, url: str, *, status: int = 200, **options) -> BeautifulSoup:
    """Fetch and check a page."""
    return check_page(client.get(url, **options), status)


def post_page(client: FlaskClient, url: str, data: dict, *, status: int = 422) -> BeautifulSoup:
    """Post a form that is answered by a page, and check it."""
    return check_page(client.post(url, data=data), status)


def search_page(client: FlaskClient, url: str, words: str, **fields: str) -> BeautifulSoup:
    """Search a list of people, whose form keeps names out of addresses."""
    return check_page(client.post(url, data={"q": words} | fields, follow_redirects=True), 200)


def fill(page: BeautifulSoup, action: str = "") -> dict:
    """Return what a browser would post from the page's form (the one whose action holds `action`)."""
    form = next(f for f in page.select("form[method=post]") if action in f.get("action", ""))
    answers: dict[str, list[str]] = {}
    for control in form.select("input[name], select[name], textarea[name]"):
        if control.get("type") in {"checkbox", "radio"} and not control.has_attr("checked"):
            continue
        if control.get("type") == "submit":
            continue
        if control.name == "select":
            options = control.select("option[selected]") or control.select("option")[:1]
            values = [o.get("value", o.text) for o in options]
        elif control.name == "textarea":
            values = [control.text]
        else:
            values = [control.get("value", "on" if control.get("type") == "checkbox" else "")]
        answers.setdefault(control["name"], []).extend(values)
    return {name: values if len(values) > 1 else values[0] for name, values in answers.items()}


def check_page(response, status: int) -> BeautifulSoup:
    assert response.status_code == status, response.location or response.text
    if STRICTLY:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            html5lib.HTMLParser(strict=True).parse(response.text)
    page = BeautifulSoup(response.text, "html.parser")
    assert page.html["lang"] in WRITTEN_TO_FAMILIES
    assert (page.html["dir"] == "rtl") is (page.html["lang"] == "ar")
    assert page.title.text.strip()
    assert len(page.select("h1")) == 1, [h.text for h in page.select("h1")]
    tags = page.find_all(True)  # read once: a selector of its own for each field took half the time
    ids = [tag["id"] for tag in tags if tag.has_attr("id")]
    known = set(ids)
    assert len(ids) == len(known), [i for i in ids if ids.count(i) > 1]
    for tag in tags:
        assert "None" not in tag.attrs.values(), tag
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(tag.get(name, "").split()) <= known, tag
        assert "style" not in tag.attrs, tag
        assert not [a for a in tag.attrs if a.startswith("on")], tag
    labelled = {tag.get("for") for tag in tags if tag.name == "label"}
    for control in (tag for tag in tags if tag.name in {"input", "select", "textarea"}):
        if control.name != "input" or control.get("type") not in {"hidden", "submit"}:
            assert control.get("aria-label") or control["id"] in labelled, control
    for form in page.select("form[method=post]"):
        assert form.select_one("input[name=csrf_token]"), form
    for script in page.select("script"):
        assert script.get("src"), script
    return page
