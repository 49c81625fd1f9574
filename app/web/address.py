"""The site's own address, from the settings: what a request says of its host is not believed."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, make_response, request

from app.web.context import settings

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
FOREIGN = "flyktningguide.foreign_host"


def init_app(app: Flask) -> None:
    """Answer to the site's names only; behind TLS, every address that is built is BASE_URL's."""
    settings = app.extensions["settings"]
    names = THIS_MACHINE | {_name(host) for host in settings.TRUSTED_HOSTS.split()}
    app.wsgi_app = KnownAddress(app.wsgi_app, settings.BASE_URL, names)  # type: ignore[method-assign]
    app.before_request(_refuse_other_names)


class KnownAddress:
    """Gives the application the address that people use, whatever the proxy or client says."""

    def __init__(self, inner: WSGI, base_url: str, names: Iterable[str]) -> None:
        base = urlsplit(base_url)
        self.inner, self.host, self.has_tls = inner, base.netloc, base.scheme == "https"
        self.names = frozenset(names) | {_name(base.netloc)}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST") or ""
        environ[FOREIGN] = asked != "" and _name(asked) not in self.names
        if self.has_tls:
            environ["wsgi.url_scheme"] = "https"
        if self.has_tls or environ[FOREIGN]:
            environ["HTTP_HOST"] = self.host
        return self.inner(environ, start_response)


def _name(host: str) -> str:
    """Return a host without its port, "" if it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _refuse_other_names() -> None:
    """Say where the site is: whoever is here by another name was sent by mistake, or by somebody."""
    if request.environ.get(FOREIGN):
        words = f"This site answers at {settings().BASE_URL}\n"
        answer = make_response(words, HTTPStatus.BAD_REQUEST)
        answer.mimetype = "text/plain"
        abort(answer)
