"""Addresses that leave the site, in messages: built from the settings, never from the request."""

from typing import Any

from flask import url_for

from app.web.context import settings


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return a page's whole address, as a message must carry it."""
    return settings().BASE_URL + url_for(endpoint, **values)
