"""Where browsers report what the content security policy stopped."""

import json
import logging
from urllib.parse import urlsplit

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

log = logging.getLogger(__name__)
LONGEST_PART = 80

bp = Blueprint("web", __name__)


@bp.post("/csp-reports")
def csp_reports() -> ResponseReturnValue:
    """Note what was stopped, and from which site.

    No more: a report comes from anywhere, and repeats the page's address with what somebody
    searched for or the secret of a link.
    """
    try:
        report = json.loads(request.get_data())["csp-report"]
        directive = str(report["effective-directive"])
        source = _site(str(report["blocked-uri"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", 400
    log.warning("content security policy: %r stopped %r", directive[:LONGEST_PART], source)
    return "", 204


def _site(address: str) -> str:
    """Return the site of an address, or a keyword such as `inline` as it is."""
    parts = urlsplit(address)
    return (parts.netloc.rpartition("@")[2] or parts.path.partition("/")[0])[:LONGEST_PART]
