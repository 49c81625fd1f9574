"""One line in the log for every request: which view, by whose session, how it ended. No address."""

import logging
import time

from flask import Flask, Response, g, has_request_context, request

from app.logs import write_json_lines
from app.web.context import request_id

log = logging.getLogger("app.requests")
UNTOLD = frozenset({"static"})


class NamesRequest(logging.Filter):
    """Gives every record that a request causes the request's own number."""

    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context():
            record.request = str(request_id())
        return True


def init_app(app: Flask) -> None:
    if not app.testing:
        write_json_lines(NamesRequest())
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    g.began = time.monotonic()


def _tell(response: Response) -> Response:
    if request.endpoint not in UNTOLD:
        facts = {
            "method": request.method,
            "view": request.endpoint or "",
            "status": response.status_code,
            "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000),
        }
        log.info("request", extra={"event": "request", "facts": facts})
    return response
