"""Headers on every answer, and the refusal of input that no database can store."""

import secrets
from http import HTTPStatus

from flask import Flask, Response, abort, g, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:{more_images}",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "report-uri /csp-reports",
    )
)
STATIC_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"
# What residents shall find when they search; everything else asks not to be indexed.
SEARCHABLE = frozenset({"municipalities.index", "municipalities.home"})
ALLOWED_CONTROLS = frozenset("\t\n\r")
FORM_AGAIN = frozenset({HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY})
LONGEST_BODY = 256 * 1024


def init_app(app: Flask) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=LONGEST_BODY, MAX_FORM_MEMORY_SIZE=LONGEST_BODY, MAX_FORM_PARTS=1000
    )
    app.before_request(_make_nonce)
    app.before_request(_refuse_junk)
    app.after_request(_set_headers)
    app.add_template_global(nonce, "csp_nonce")


def nonce() -> str:
    return str(g.csp_nonce)


def allow_images_from(origin: str) -> None:
    """Let the page that answers this request, and no other, show pictures of one other site."""
    g.more_images = f" {origin}"


def _make_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _refuse_junk() -> None:
    """Answer 400 to control characters and lone surrogates: PostgreSQL cannot store them."""
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            if not (_is_text(name) and _is_text(value)):
                abort(400)
    if not _is_text(request.path):
        abort(400)


def _is_text(value: str) -> bool:
    if any((c < " " and c not in ALLOWED_CONTROLS) or "\x7f" <= c < "\xa0" for c in value):
        return False
    return not any("\ud800" <= c <= "\udfff" for c in value)


def _set_headers(response: Response) -> Response:
    for name, value in STATIC_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in SEARCHABLE:
        response.headers["X-Robots-Tag"] = "noindex"
    policy = CONTENT_SECURITY_POLICY.format(
        nonce=g.get("csp_nonce", secrets.token_urlsafe(16)), more_images=g.get("more_images", "")
    )
    response.headers["Content-Security-Policy"] = policy
    if "token" in (request.view_args or {}):  # the address is a secret: nobody learns or keeps it
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", _caching(response))
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def _caching(response: Response) -> str:
    """Return how long a page may be kept: not at all, but for a form that is shown again.

    Back to such a page would only bring "Confirm form resubmission", and what was typed would
    be gone: the browser may keep it for that, and asks for nothing else with it. No answer varies
    with the cookie: no cache but the browser's own keeps one, and there the page is to be found also
    when the next step has set a cookie.
    """
    form_again = request.method == "POST" and response.status_code in FORM_AGAIN
    return "private, no-cache" if form_again else "no-store"
