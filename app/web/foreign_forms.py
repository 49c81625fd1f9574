"""Forms come from our own pages: what the browser says of that, looked at beside their token."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFError

from app.web import reports
from app.web.context import settings
from app.web.transactions import SAFE_METHODS

OURS = frozenset({"same-origin", "none"})  # none: somebody typed the address, or reloaded the page


class ForeignForm(CSRFError):
    """A form that another site sent: nothing of it is shown again."""


def init_app(app: Flask) -> None:
    app.before_request(_refuse_foreign_forms)


def _refuse_foreign_forms() -> None:
    browsers_own = request.blueprint == reports.bp.name  # no form: what a browser reports itself
    if request.method not in SAFE_METHODS and not browsers_own and not _is_ours():
        raise ForeignForm("sent from another site")


def _is_ours() -> bool:
    """Return whether the browser says that one of our pages sent this.

    One that says nothing is let pass: it is old, and its form's token decides alone.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in OURS
    origin = request.headers.get("Origin")
    if origin == "null":  # a page at a secret address keeps silent; whoever knows it may answer
        return "token" in (request.view_args or {})
    return origin is None or origin in {_origin(settings().BASE_URL), _origin(request.host_url)}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
