"""Where browsers report what the content security policy stopped."""

import logging

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

log = logging.getLogger(__name__)
LONGEST_REPORT = 2000

bp = Blueprint("web", __name__)


@bp.post("/csp-reports")
def csp_reports() -> ResponseReturnValue:
    """Note a report, cut short: it comes from anywhere and may hold anything."""
    log.warning("content security policy: %r", request.get_data(as_text=True)[:LONGEST_REPORT])
    return "", 204
