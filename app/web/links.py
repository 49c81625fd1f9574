"""Addresses that leave the site in messages."""

from typing import Any

from flask import url_for

from app.web.context import settings


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return a page's whole address, built from the settings and never from the request."""
    return settings().BASE_URL + url_for(endpoint, **values)
