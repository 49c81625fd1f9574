"""One request, one transaction: kept when a write succeeded, dropped otherwise."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import open_session

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
F = TypeVar("F", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    app.after_request(_end_transaction)
    app.teardown_appcontext(_close_session)


def reads_only(view: F) -> F:
    """Declare that a view writes nothing: its transaction never waits for a writer."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def open_request_session() -> Session:
    """Return a session of the kind that the request's view declared."""
    view = current_app.view_functions.get(request.endpoint or "") if request else None
    return open_session(
        current_app.extensions["session_factory"], reads_only=getattr(view, "reads_only", False)
    )


def is_kept(response: Response) -> bool:
    """Return whether what the request wrote is to be committed."""
    return request.method not in SAFE_METHODS and response.status_code < HTTPStatus.BAD_REQUEST


def keep_so_far() -> None:
    """Keep what the request has written up to here, whatever becomes of the rest.

    For a code that somebody has shown: it is used up, also if the form beside it has a fault.
    """
    g.session.commit()


def _end_transaction(response: Response) -> Response:
    """Commit a write that succeeded, before the browser session is stored after us."""
    if "session" not in g:
        return response
    if not is_kept(response):
        g.session.rollback()
        return response
    try:
        g.session.commit()
    except DBAPIError as failure:  # here nobody would ask the handlers of errors
        return current_app.make_response(current_app.handle_user_exception(failure))
    return response


def _close_session(_error: BaseException | None) -> None:
    if session := g.pop("session", None):
        session.close()
