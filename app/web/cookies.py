"""Cookies that nobody else can set, and no script can read."""

from flask import Response, request

from app.web.context import settings


def read_cookie(name: str) -> str | None:
    """Return what a browser kept for us under a name."""
    return request.cookies.get(_full(name))


def keep_cookie(response: Response, name: str, value: str, *, seconds: int | None) -> None:
    """Let a browser keep a value; it is sent to us alone, and not with another site's forms.

    `seconds`: for how long; None: until the browser is closed.
    """
    response.set_cookie(
        _full(name),
        value,
        max_age=seconds,
        path="/",
        secure=settings().SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _full(name: str) -> str:
    # Nobody but us can set a cookie with this prefix, not even a sub-domain.
    return f"__Host-{name}" if settings().SESSION_COOKIE_SECURE else name
