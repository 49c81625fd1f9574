"""Domain errors, and a database that cannot answer, become pages here and nowhere else."""

import logging
from collections.abc import Callable
from math import ceil
from typing import TypeVar
from urllib.parse import urlsplit

import sqlalchemy.exc
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.database import read_only_from_now
from app.errors import Conflict, DomainError, NotFound, NotPermitted, TooOften, Unavailable
from app.web import context
from app.web.foreign_forms import ForeignForm

# A record of another municipality, one that is not yours and one that does not exist look the same.
STATUS_CODES: dict[type[DomainError], int] = {
    NotFound: 404,
    NotPermitted: 404,
    Conflict: 409,
    Unavailable: 503,
}
PAGES = (400, 403, 404, 405, 409, 413, 429, 500)
RETRY_AFTER_SECONDS = "5"
# SQLite calls a syntax error an OperationalError too: only these conditions mean "try again".
SQLITE_BUSY = ("database is locked", "database is busy", "disk is full", "unable to open database")
POSTGRES_BUSY = ("08", "40", "53", "57P", "55P03", "57014")
TOO_LATE = _l("This page was open for too long, or in another tab. Fill it in and send it again.")
log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    for error_class, code in STATUS_CODES.items():
        app.register_error_handler(error_class, _page(code))
    for code in PAGES:
        app.register_error_handler(code, _page(code))
    app.register_error_handler(CSRFError, _token_refused)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(sqlalchemy.exc.DBAPIError, _database_failed)
    app.log_exception = _log_without_address  # type: ignore[method-assign, assignment]


def drawn_again(draw: Callable[[], str]) -> Callable[[F], F]:
    """Declare how a view's page is drawn, with what was typed, if its form comes too late."""

    def declare(view: F) -> F:
        view.drawn_again = draw  # type: ignore[attr-defined]
        return view

    return declare


def _page(code: int) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        _forget_transaction()
        response = make_response(render_template("errors/error.html", code=code), code)
        if isinstance(error, HTTPException) and code == 405:  # noqa: PLR2004
            response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response

    return answer


def _too_often(refusal: TooOften) -> Response:
    """Say when it may be tried again; nothing else of the request is done."""
    _forget_transaction()
    page = render_template("errors/error.html", code=429, until=refusal.until)
    response = make_response(page, 429)
    seconds = (refusal.until - context.now()).total_seconds()
    response.headers["Retry-After"] = str(max(1, ceil(seconds)))
    return response


def _token_refused(error: CSRFError) -> Response:
    """A form came without its token: too late, or from somebody who is signed out by now.

    The page asks to sign in, and names where to come back to, if the form asks for signing in.
    """
    _forget_transaction()
    view = current_app.view_functions.get(request.endpoint or "")
    again = getattr(view, "drawn_again", None)
    if again and not isinstance(error, ForeignForm):
        return make_response(again(), 400)
    asks_to_sign_in = getattr(view, "access", "public") != "public"
    page = render_template(
        "errors/error.html", code=400, back=_page_before(), asks_to_sign_in=asks_to_sign_in
    )
    return make_response(page, 400)


def _page_before() -> str:
    """Return the path of the page whose form was sent, or of the site's first page."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        rule = request.url_rule
        return request.path if rule and "GET" in (rule.methods or ()) else "/"
    path = "/" + before.path.lstrip("/")  # with two it would be another site
    return f"{path}?{before.query}" if before.query else path


def _database_failed(error: sqlalchemy.exc.DBAPIError) -> Response:
    """Answer for the database. Its own words may quote a row, so they never reach the log."""
    _forget_transaction()
    if not _is_busy(error):
        return _refused_by_database(error)
    response = make_response(render_template("errors/error.html", code=503), 503)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _refused_by_database(error: sqlalchemy.exc.DBAPIError) -> Response:
    """A rule of the schema was broken by two at once (409), or a statement is wrong (500)."""
    if current_app.testing:
        raise error
    rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    state = getattr(error.orig, "sqlstate", None)
    log.error(
        "database: %s, state %s, constraint %s, at %s",
        type(error).__name__,
        state,
        rule,
        request.endpoint,
        exc_info=_trace_of(error),  # type: ignore[arg-type]
    )
    code = 409 if isinstance(error, sqlalchemy.exc.IntegrityError) else 500
    return make_response(render_template("errors/error.html", code=code), code)


def _trace_of(error: Exception) -> tuple[type[Exception], Exception, object]:
    """Return where it happened, without what the database said."""
    return (RuntimeError, RuntimeError("see the line above"), error.__traceback__)


def _log_without_address(info: object) -> None:
    """Log a fault by the name of its view: addresses may hold the token of a link."""
    log.error("fault at %s", request.endpoint, exc_info=info)  # type: ignore[arg-type]


def _is_busy(error: sqlalchemy.exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRES_BUSY)
    return error.connection_invalidated or any(w in str(error.orig) for w in SQLITE_BUSY)


def _forget_transaction() -> None:
    """Drop what the failed request began, so that drawing the page cannot fail on it."""
    if session := g.get("session"):
        read_only_from_now(session)
