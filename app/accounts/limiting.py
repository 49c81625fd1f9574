"""The door to the limits: who tries it, counted before anything else of the request is done."""

import hmac
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

from flask import current_app, g
from flask import request as current_request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.services import limits
from app.accounts.services.limits import Limit
from app.accounts.services.security_log import Event, note
from app.errors import TooOften
from app.web import context
from app.web.origin import network
from app.web.transactions import SAFE_METHODS

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def limited(limit: Limit, *, looks: bool = False) -> Callable[[View[P]], View[P]]:
    """Let one person, or one network where nobody is signed in, do something so often only.

    What is sent counts; what is only looked at counts if `looks`. Stands below `requires`. The
    answer to one too many is 429.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if looks or current_request.method not in SAFE_METHODS:
                count(limit)
            return view(*args, **kwargs)

        guarded.limit = limit  # type: ignore[attr-defined]
        return guarded

    return decorate


def count(limit: Limit, who: str = "") -> str:
    """Count an attempt of whoever is signed in, of the network, or of `who`; return its key.

    In a transaction of its own, so that it counts whatever becomes of the request. What the
    request has read is dropped for that and read again: call it before anything is written.

    Raises:
        TooOften: the answer becomes 429.
    """
    key = _key(limit, who or _whoever())
    if "session" in g:
        context.current_session().rollback()  # SQLite has one writer at a time, and that is us
    try:
        with current_app.extensions["session_factory"].begin() as database:
            limits.sweep_attempts(database, now=context.now())
            limits.count_attempt(database, limit, key, now=context.now())
    except TooOften:
        user_id = current_user.id if current_user.is_authenticated else None
        note(Event.LIMIT_HIT, user_id=user_id, what=limit.name)
        raise
    return key


def take_back(keys: Iterable[str]) -> None:
    """Let attempts count for nothing: they succeeded. Kept with the rest of the request."""
    limits.take_back(context.current_session(), keys)


def _whoever() -> str:
    return str(current_user.id) if current_user.is_authenticated else network()


def _key(limit: Limit, who: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"attempts:{limit.name}:{who}".encode(), "sha256").hexdigest()
