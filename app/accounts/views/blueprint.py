"""The room's blueprint, and what its pages share."""

from flask import Blueprint, Response, current_app, make_response

from app.accounts.services import LinkMail
from app.accounts.sign_in import current_person as signed_in_user
from app.web.links import absolute_url

bp = Blueprint("accounts", __name__)
__all__ = ["bp", "by_mail", "secret_page", "signed_in_user"]


def by_mail(endpoint: str) -> LinkMail:
    """Return the means to send a link that opens the endpoint."""
    return LinkMail(
        send=current_app.extensions["send_email"],
        link_url=lambda token: absolute_url(endpoint, token=token),
    )


def secret_page(page: str, code: int = 200) -> Response:
    """Return a page whose address is a secret: no other site may learn it."""
    response = make_response(page, code)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
