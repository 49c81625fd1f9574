"""Searching for people: what is searched for stays in the browser's session, out of every address.

An address is kept by browsers, proxies and whoever one shows the screen to; a name is not for them.
"""

from typing import Any

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.contact import one_line

LONGEST_SEARCH = 60
KEY = "searched"
FOUND = "found"  # in an address: the list is narrowed to what was searched for last


def keep_words(view: str, *filters: str) -> ResponseReturnValue:
    """Keep what was searched for, and go to the list that it narrows.

    Args:
        view: the list's endpoint.
        filters: the names of other fields of the form, which may stand in an address.
    """
    words = one_line(request.form.get("q", ""))[:LONGEST_SEARCH].strip()
    session[KEY] = {view: words} if words else {}
    kept: dict[str, Any] = {name: request.form[name] for name in filters if request.form.get(name)}
    return redirect(url_for(view, **kept, **searched(words)), 303)


def searched_words() -> str:
    """Return what this list was last searched for; nothing where its address does not say so."""
    if FOUND not in request.args:
        return ""
    words: str = session.get(KEY, {}).get(request.endpoint, "")
    return words


def searched(words: str) -> dict[str, Any]:
    """Return what an address of the list says of a search: that there was one."""
    return {FOUND: "1"} if words else {}
