"""The way to tell people what happened to their account."""

from flask import current_app, g

from app.accounts.services import LinkMail
from app.web.links import absolute_url


def notices() -> LinkMail:
    """Return the means to tell people what happened to their account."""
    return LinkMail(
        send=current_app.extensions["send_email"],
        link_url=lambda _token: absolute_url("accounts.me"),
        staff_url=staff_url(),
    )


def staff_url() -> str:
    """Return where the list of this municipality's staff is; "" where there is no municipality."""
    if "municipality" not in g:
        return ""
    return absolute_url("accounts.staff", municipality=g.municipality.slug)
