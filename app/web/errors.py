"""Domain errors, and a database that cannot answer, become pages here and nowhere else."""

from collections.abc import Callable

import sqlalchemy.exc
from flask import Flask, Response, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.errors import Conflict, DomainError, NotFound, NotPermitted

# A record of another municipality, one that is not yours and one that does not exist look the same.
STATUS_CODES: dict[type[DomainError], int] = {NotFound: 404, NotPermitted: 404, Conflict: 409}
PAGES = (400, 403, 404, 405, 409, 413, 429, 500)
RETRY_AFTER_SECONDS = "5"
# SQLite calls a syntax error an OperationalError too: only these conditions mean "try again".
SQLITE_BUSY = ("database is locked", "database is busy", "disk is full", "unable to open database")
POSTGRES_BUSY = ("08", "53", "57P", "55P03", "57014")


def init_app(app: Flask) -> None:
    for error_class, code in STATUS_CODES.items():
        app.register_error_handler(error_class, _page(code))
    for code in PAGES:
        app.register_error_handler(code, _page(code))
    app.register_error_handler(CSRFError, _page(400))
    app.register_error_handler(sqlalchemy.exc.DBAPIError, _database_failed)


def _page(code: int) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        _forget_transaction()
        response = make_response(render_template("errors/error.html", code=code), code)
        if isinstance(error, HTTPException) and code == 405:  # noqa: PLR2004
            response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
        return response

    return answer


def _database_failed(error: sqlalchemy.exc.DBAPIError) -> Response:
    _forget_transaction()
    if not _is_busy(error):
        raise error
    response = make_response(render_template("errors/error.html", code=503), 503)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _is_busy(error: sqlalchemy.exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRES_BUSY)
    return error.connection_invalidated or any(w in str(error.orig) for w in SQLITE_BUSY)


def _forget_transaction() -> None:
    """Drop what the failed request began, so that drawing the page cannot fail on it."""
    if session := g.get("session"):
        session.rollback()
