"""Where people go when they have signed in: where they wanted to, or where they work."""

import re

from flask import current_app, session, url_for

from app.permissions import Actor, Permission, may

# A path here. Not `//host`, `/\host`, `https:host`, `/a@b`, a tab or a space in between: browsers
# read some of these as another site. What our own addresses never hold is refused as a whole.
OWN_PATH = re.compile(r"/(?!/)(?:(?!//)[A-Za-z0-9._~%&=?/+,-])*")
LONGEST_PATH = 500
KEY = "after_sign_in"

# Who goes where, the busiest desk first.
WORKPLACES = (
    (Permission.DESK_VIEW, "desk.show"),
    (Permission.FAMILIES_REGISTER, "families.index"),
    (Permission.STAFF_INVITE, "accounts.staff"),
    (Permission.SETTLEMENT_VIEW, "settlement.show"),
    (Permission.CERTIFICATES_SEE, "certificates.index"),
    (Permission.MY_PAGE_VIEW, "my_page.show"),
)


def own_path(text: str | None) -> str | None:
    """Return the path if it certainly leads to a page of ours, else None."""
    if text and len(text) <= LONGEST_PATH and OWN_PATH.fullmatch(text):
        return text
    return None


def remember(path: str | None) -> None:
    """Note in the browser's session where somebody wanted to go."""
    if path := own_path(path):
        session[KEY] = path


def suggest(path: str) -> None:
    """Note where to go first, unless somebody wanted to go elsewhere."""
    session.setdefault(KEY, path)


def recall() -> str | None:
    """Return where somebody wanted to go, once."""
    return own_path(session.pop(KEY, None)) if KEY in session else None


def workplace(slug: str, actor: Actor) -> str:
    """Return the first page of somebody who signs in to one municipality."""
    for permission, endpoint in WORKPLACES:
        if may(actor, permission) and endpoint in current_app.view_functions:
            return url_for(endpoint, municipality=slug)
    return url_for("accounts.me")
