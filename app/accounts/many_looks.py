"""Who has opened many people's pages within an hour shows once more that it is them.

A session that was left open, or taken, does not read its way through a municipality. Whoever has
the day that needs it goes on after a code, and is not stopped.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, redirect, request, url_for

from app.accounts import browser_session
from app.permissions import Actor, is_staff
from app.web.context import now
from app.web.transactions import SAFE_METHODS

F = TypeVar("F", bound=Callable[..., object])
MOST = 60
WITHIN = dt.timedelta(hours=1)
WHY = "pages"


def asks_after_many(view: F) -> F:
    """Ask again before one page too many. Stands below `requires`, which does the counting."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> object:
        if request.method in SAFE_METHODS and _has_seen_many():
            wanted = request.full_path.rstrip("?")
            return redirect(url_for("accounts.confirm", next=wanted, why=WHY), 303)
        return view(*args, **kwargs)

    guarded.shows_a_person = True  # type: ignore[attr-defined]
    return cast("F", guarded)


def since() -> dt.datetime:
    """Return from when pages count: an hour ago, or since the person last showed who they are."""
    an_hour_ago, shown = now() - WITHIN, browser_session.confirmed_at()
    return max(an_hour_ago, shown) if shown else an_hour_ago


def _has_seen_many() -> bool:
    """Return whether somebody of staff has opened too many. A guide sees their own pairs alone."""
    actor: Actor | None = g.get("actor")
    return actor is not None and is_staff(actor.roles) and g.get("pages_seen", 0) >= MOST
