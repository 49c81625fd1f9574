"""A form that somebody is filling in, drawn again in another language: nothing typed is lost.

The header's languages are then buttons of that form. What was typed travels as the form itself
travels, never in an address; the view draws the form as one that is not right yet, without a word
about faults; and nothing of such a request is kept.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session
from werkzeug.exceptions import HTTPException

FIELD = "redraw_in"
REDIRECTS = range(300, 400)
TYPED = re.compile(r'<(?:select|textarea|input(?![^>]*type="hidden"))\b')
# What is never shown again, and what is good once, is not carried anywhere.
NOT_CARRIED = re.compile(r'type="password"|autocomplete="one-time-code"')
FOREIGN = frozenset({"security"})  # its views act at once, and know nothing of this


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form on the page that one types into, and its first button, which Enter presses."""

    id: str
    name: str = ""
    value: str = ""


def init_app(app: Flask) -> None:
    app.before_request(_send_back_from_foreign)
    app.after_request(_answer)
    for function in (begin_page, form_id, page_form):
        app.add_template_global(function)


def redraw_in() -> str:
    """Return the language in which the form that was sent is to be drawn again, or ""."""
    if not request or request.method != "POST":
        return ""
    if "redraw_in" not in g:
        g.redraw_in = ""
        with suppress(HTTPException):  # what cannot be read asks for nothing
            g.redraw_in = request.form.get(FIELD, "")
    return str(g.redraw_in)


def begin_page() -> str:
    """Forget the forms of a page that was drawn before this one, within the same request."""
    g.page_forms = []
    return ""


def form_id(fields: str = "", name: str = "", value: str = "") -> str:
    """Return the id of a form with these fields; "" where there is nothing to carry."""
    if not TYPED.search(fields) or NOT_CARRIED.search(fields):
        return ""
    forms: list[PageForm] = g.setdefault("page_forms", [])
    forms.append(PageForm(f"form-{len(forms) + 1}", name, value))
    return forms[-1].id


def page_form() -> PageForm | None:
    """Return the first form of the page that one types into."""
    return next(iter(g.get("page_forms", ())), None)


def _send_back_from_foreign() -> Response | None:
    if redraw_in() and request.blueprint in FOREIGN:
        return _in_language(request.path)
    return None


def _answer(response: Response) -> Response:
    """Answer as a page that is drawn; a view that went on instead is as if it was never asked."""
    if not redraw_in():
        return response
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        response.status_code = HTTPStatus.OK
    elif response.status_code in REDIRECTS:
        session.pop("_flashes", None)
        came_from = urlsplit(request.referrer or "")
        ours = came_from.netloc == request.host
        return _in_language(came_from.path if ours else urlsplit(response.location or "/").path)
    return response


def _in_language(path: str) -> Response:
    address = f"{path}?{urlencode({'lang': redraw_in()})}"
    return current_app.make_response(redirect(address, HTTPStatus.SEE_OTHER))
