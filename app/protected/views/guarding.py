"""To the two these pages are there, and each look leaves a row; to everybody else nothing is.

Who is not one of the two gets the page of what does not exist, before anything is looked up, and
before anybody is asked for a code.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, find_actor, requires
from app.permissions import Permission
from app.protected import queries, services
from app.protected.models import (
    HouseholdPage,
    ProtectedChoice,
    ProtectedHousehold,
    ProtectedLook,
)
from app.protected.views.blueprint import bp
from app.web.context import current_session, now
from app.web.transactions import add_after_all, adds_only

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def for_the_two(view: View[P]) -> View[P]:
    """Let in one of the two, who has shown a code within ten minutes."""
    asked_for_code = confirmed_lately(view)

    @requires(Permission.PROTECTED_KEEP)
    @adds_only(ProtectedLook)
    @wraps(asked_for_code)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.protected_choice = queries.get_choice(current_session(), current_actor())
        return asked_for_code(*args, **kwargs)

    return guarded


def current_choice() -> ProtectedChoice:
    """Return what the municipality has decided; only in a view `for_the_two`."""
    return cast("ProtectedChoice", g.protected_choice)


def shown(
    template: str,
    page: HouseholdPage,
    household_id: uuid.UUID | None = None,
    /,
    **values: object,
) -> str:
    """Draw a page and write that it was seen: no row, no look."""
    drawn = render_template(template, **values)
    noted(page, household_id)
    return drawn


def noted(page: HouseholdPage, household_id: uuid.UUID | None) -> None:
    """Write that something is seen. What a refused form has changed is dropped by it."""
    services.note_look(
        add_after_all(), current_actor().user_id, page, household_id=household_id, now=now()
    )


def household_of(household_id: uuid.UUID) -> ProtectedHousehold:
    """Return a household, locked where a form came."""
    locked = request.method == "POST"
    return queries.get_household(current_session(), current_choice(), household_id, locked=locked)


@bp.app_template_global()
def keeps_households() -> bool:
    """Return whether the reader is one of the two: only they are shown the way here."""
    actor = find_actor()
    return actor is not None and queries.is_named(current_session(), actor)
