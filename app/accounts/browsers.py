"""The cookie by which a browser is known again. It opens nothing."""

import re
import secrets
import uuid

from flask import Response, after_this_request

from app.accounts.services import browsers
from app.web.context import current_session, now
from app.web.cookies import keep_cookie, read_cookie

COOKIE = "browser"
A_YEAR = 365 * 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# What a browser says of itself, in the order in which it must be asked: most claim to be others.
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def this_token() -> str:
    """Return this browser's token, "" if it has none."""
    token = read_cookie(COOKIE) or ""
    return token if TOKEN.fullmatch(token) else ""


def is_known(user_id: uuid.UUID) -> bool:
    """Return whether somebody has signed in with this browser before."""
    return browsers.is_known_browser(current_session(), user_id, this_token(), now=now())


def remember(user_id: uuid.UUID) -> bool:
    """Know this browser from now on. Return whether it is one more than before."""
    token = this_token() or secrets.token_urlsafe(32)

    @after_this_request
    def hand_over(response: Response) -> Response:
        keep_cookie(response, COOKIE, token, seconds=A_YEAR)
        return response

    return browsers.remember_browser(current_session(), user_id, token, now=now())


def words_for(user_agent: str) -> str:
    """Return what a browser is called by the person before it, e.g. "Firefox, Windows"."""
    known = (
        next((name for sign, name in signs if sign in user_agent), "")
        for signs in (FAMILIES, SYSTEMS)
    )
    return ", ".join(word for word in known if word)
