"""One request, one transaction: kept when a write succeeded, dropped otherwise."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import Base, open_session, turn_to_adding
from app.web.redrawing import redraw_in

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
F = TypeVar("F", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    app.after_request(_end_transaction)
    app.teardown_appcontext(_close_session)


def reads_only(view: F) -> F:
    """Declare that a view writes nothing: its transaction never waits for a writer."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def kept_on_get(view: F) -> F:
    """Declare that what a GET writes is kept.

    For the way back from another site, which we cannot make a POST. A secret in its address that
    is good once takes the place of a form's token.
    """
    view.kept_on_get = True  # type: ignore[attr-defined]
    return view


def adds_only(*tables: type[Base]) -> Callable[[F], F]:
    """Declare that a GET adds rows to these tables, and changes nothing else."""

    def declare(view: F) -> F:
        view.adds_only = tables  # type: ignore[attr-defined]
        return view

    return declare


def open_request_session() -> Session:
    """Return a session of the kind that the request's view declared."""
    view = current_app.view_functions.get(request.endpoint or "") if request else None
    adds = getattr(view, "adds_only", ()) if request and request.method in SAFE_METHODS else ()
    return open_session(
        current_app.extensions["session_factory"],
        reads_only=getattr(view, "reads_only", False),
        adds_only=adds,
    )


def add_after_all() -> Session:
    """Return the request's session for rows that are kept although nothing else is.

    What a refused form has changed is dropped here.
    """
    session: Session = g.session
    if request.method in SAFE_METHODS:
        turn_to_adding(session)
    else:
        session.rollback()
    g.keep_added = True
    return session


def is_kept(response: Response) -> bool:
    """Return whether what the request wrote is to be committed."""
    return _may_write() and response.status_code < HTTPStatus.BAD_REQUEST and not redraw_in()


def keep_so_far() -> None:
    """Keep what the request has written up to here, whatever becomes of the rest.

    For a code that somebody has shown: it is used up, also if the form beside it has a fault.
    """
    g.session.commit()


def _may_write() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE_METHODS or getattr(view, "kept_on_get", False)


def _end_transaction(response: Response) -> Response:
    """Commit a write that succeeded, before the browser session is stored after us."""
    if "session" not in g:
        return response
    if not (is_kept(response) or g.get("keep_added")):
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
