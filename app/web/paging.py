"""Which page of a long list an address asks for."""

from flask import request


def asked_page() -> int:
    """Return the number of the page; 1 where it cannot be read."""
    return request.args.get("page", 1, type=int)
