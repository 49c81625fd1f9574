"""The site's own address, from the settings: what a request says of its host is not believed."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Behind TLS, every address that is built begins with BASE_URL, also in redirects."""
    base = urlsplit(app.extensions["settings"].BASE_URL)
    if base.scheme == "https":
        app.wsgi_app = KnownAddress(app.wsgi_app, base.netloc)  # type: ignore[method-assign]


class KnownAddress:
    """Gives the application the address that people use, whatever the proxy or client says."""

    def __init__(self, inner: WSGI, host: str) -> None:
        self.inner, self.host = inner, host

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "https"
        environ["HTTP_HOST"] = self.host
        return self.inner(environ, start_response)
