"""Addresses that leave the site in messages, and the answers at those that are secret."""

from typing import Any

from flask import Response, make_response, url_for

from app.web.context import settings


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return a page's whole address, built from the settings and never from the request."""
    return settings().BASE_URL + url_for(endpoint, **values)


def private(answer: Any, status: int | None = None) -> Response:
    """Return an answer at a secret address: no other site may learn it, and no cache keeps it."""
    response = make_response(answer) if status is None else make_response(answer, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
