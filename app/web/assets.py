"""The front end's files: hashed names for templates, served compressed and for good."""

import json
import re
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from flask_compress import Compress
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from app.web.headers import STATIC_HEADERS

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
_HASHED = re.compile(r"\.[0-9A-Z]{8}\.\w+$")


class AssetsNotBuilt(RuntimeError):
    """static/dist is missing or older than the templates."""


class AssetNames:
    """The manifest, read once: WhiteNoise lists the files once too, and the two must agree."""

    def __init__(self, manifest: Path, prefix: str, *, follow_builds: bool) -> None:
        self._manifest = manifest
        self._prefix = prefix
        self._follow_builds = follow_builds
        self._names: dict[str, str] = {}

    def url(self, name: str) -> str:
        """Return the address of a bundle, such as `app.css`."""
        if self._follow_builds or not self._names:
            self._read()
        if name not in self._names:
            raise AssetsNotBuilt(f"{name} is not in {self._manifest}: run make assets")
        return self._prefix + self._names[name]

    def _read(self) -> None:
        try:
            self._names = json.loads(self._manifest.read_text("utf-8"))
        except FileNotFoundError:
            raise AssetsNotBuilt(f"{self._manifest} is missing: run make assets") from None


def init_app(app: Flask, dist: Path = DIST) -> None:
    """Give templates `asset()`, serve the built files, and compress the pages themselves."""
    root = str(app.config.get("APPLICATION_ROOT") or "/").rstrip("/")
    names = AssetNames(dist / "manifest.json", f"{root}/static/", follow_builds=app.debug)
    app.jinja_env.globals["asset"] = names.url
    # WhiteNoise lists the files when it starts: build before start, restart after a build.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(dist) if dist.is_dir() else None,
        prefix="static/",
        autorefresh=app.debug,
        max_age=60,
        immutable_file_test=_is_hashed,
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )
    # Only pages and JSON: the bundles lie compressed already. No secret stands beside reflected
    # input on any page, and session cookies are SameSite=Lax, so BREACH has nothing to measure.
    app.config.setdefault("COMPRESS_MIMETYPES", ["text/html", "application/json"])
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_BR_LEVEL", 4)
    app.config.setdefault("COMPRESS_MIN_SIZE", 500)
    app.config.setdefault("COMPRESS_STREAMS", False)
    Compress(app)


def _is_hashed(path: str, url: str) -> bool:
    return _HASHED.search(url) is not None


def _add_headers(headers: Headers, path: str, url: str) -> None:
    for name, value in STATIC_HEADERS.items():
        headers[name] = value
