"""The room's blueprint, and what its pages share."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.accounts.models import Invitation, User
from app.accounts.notices import staff_url
from app.accounts.oidc import doors
from app.accounts.services import LinkMail
from app.accounts.sign_in import current_person as signed_in_user
from app.errors import NotFound
from app.municipalities.queries import list_municipalities
from app.web.context import current_session
from app.web.links import absolute_url

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
bp = Blueprint("accounts", __name__)
__all__ = ["bp", "by_mail", "for_staff", "known_words", "signed_in_user"]


def by_mail(endpoint: str) -> LinkMail:
    """Return the means to send a link that opens the endpoint."""
    return LinkMail(
        send=current_app.extensions["send_email"],
        link_url=lambda token: absolute_url(endpoint, token=token),
        staff_url=staff_url(),
    )


def known_words(person: User | Invitation) -> list[str]:
    """Return what anybody knows of somebody who chooses a password, and of where they work."""
    places = list_municipalities(current_session())
    return [
        person.name,
        person.email,
        *(word for each in places for word in (each.name, each.slug)),
    ]


def for_staff(view: View[P]) -> View[P]:
    """Let in whoever signed in with a password and a code; guides have neither. Below a guard.

    Nor who came in by a municipality's own sign-in: whoever administers that could change what
    opens the neighbours' doors.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if signed_in_user().password is None or doors.is_staff_door():
            raise NotFound("a password")
        return view(*args, **kwargs)

    return guarded
