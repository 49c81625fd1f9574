"""The composition root: the one place that knows every part."""

from importlib import import_module
from importlib.util import find_spec
from time import monotonic

from flask import Flask

from app.accounts import browser_session, guards, navigation, sign_in
from app.commands import accounts, demo, places, worker
from app.database import make_session_factory
from app.extensions import csrf
from app.geocoding import make_locator
from app.messages.services import send_email
from app.municipalities import routing
from app.web import assets, errors, headers, locale, reports, templating, transactions
from config import Config

PARTS = (
    headers,
    assets,
    csrf,
    locale,
    transactions,
    browser_session,
    sign_in,
    routing,
    templating,
    navigation,
    errors,
)
ROOMS = (
    "municipalities",
    "accounts",
    "messages",
    "guides",
    "families",
    "settlement",
    "matches",
    "activities",
    "desk",
    "my_page",
)


def create_app(config: Config | None = None) -> Flask:
    """Return the application, ready to serve; settings come from the environment by default."""
    config = config or Config.from_environment()
    app = Flask("app", template_folder="../templates", static_folder=None)
    app.config.update(
        SECRET_KEY=config.SECRET_KEY,
        TESTING=config.TESTING,
        SESSION_COOKIE_SECURE=config.SESSION_COOKIE_SECURE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # Pages with a secret address send no referrer, so it cannot be asked for: the token can.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["settings"] = config
    app.extensions["locator"] = make_locator(
        config.GEOCODER, clock=monotonic, user_agent=f"flyktningguide ({config.BASE_URL})"
    )
    app.extensions["session_factory"] = make_session_factory(config.DATABASE_URL)
    app.extensions["send_email"] = send_email  # accounts stand below the room of messages
    for part in PARTS:
        part.init_app(app)
    app.register_blueprint(reports.bp)
    csrf.exempt(reports.bp)
    guards.mark_public(app, "web.csp_reports")
    for room in ROOMS:
        _open(app, room)
    for command in (accounts.accounts, demo.demo, places.places, worker.worker):
        app.cli.add_command(command)
    return app


def _open(app: Flask, room: str) -> None:
    """Register a room's pages: `app.<room>.views` has one `bp` or several `blueprints`."""
    if find_spec(f"app.{room}.views") is None:
        return
    try:  # TEMPORARY while rooms are being built at the same time
        views = import_module(f"app.{room}.views")
    except (ImportError, AttributeError) as error:
        import sys
        print(f"ROOM {room} CLOSED FOR NOW: {error}", file=sys.stderr)
        return
    for blueprint in getattr(views, "blueprints", None) or filter(None, (getattr(views, "bp", None),)):
        app.register_blueprint(blueprint)
