"""The composition root: the one place that knows every part."""

from time import monotonic

from flask import Flask

from app import keyed
from app.accounts import (
    browser_session,
    guards,
    looking,
    navigation,
    sign_in,
    sign_in_limits,
)
from app.accounts import views as account_views
from app.accounts.oidc import doors
from app.activities import views as activity_views
from app.certificates import views as certificate_views
from app.commands import (
    accounts,
    backup,
    demo,
    looks,
    matches,
    places,
    privacy,
    rounds,
    security,
    worker,
)
from app.courses import views as course_views
from app.database import make_session_factory
from app.desk import views as desk_views
from app.duties import views as duty_views
from app.endings import views as ending_views
from app.extensions import csrf
from app.families import views as family_views
from app.follow_ups import views as follow_up_views
from app.geocoding import make_locator
from app.guides import views as guide_views
from app.matches import views as match_views
from app.messages import views as message_views
from app.messages.services import send_email
from app.municipalities import routing
from app.municipalities import views as municipality_views
from app.my_page import views as my_page_views
from app.no_contact import views as no_contact_views
from app.privacy import views as privacy_views
from app.protected import views as protected_views
from app.reports import views as report_views
from app.rounds import views as round_views
from app.settlement import views as settlement_views
from app.web import (
    address,
    assets,
    errors,
    foreign_forms,
    headers,
    locale,
    papers,
    redrawing,
    reports,
    request_log,
    summaries,
    templating,
    transactions,
)
from config import Config

PARTS = (
    address,
    request_log,
    headers,
    foreign_forms,
    assets,
    csrf,
    locale,
    redrawing,
    summaries,
    transactions,
    browser_session,
    sign_in,
    doors,
    looking,
    papers,
    sign_in_limits,
    routing,
    templating,
    navigation,
    errors,
)
ROOMS = (
    municipality_views,
    account_views,
    message_views,
    duty_views,
    guide_views,
    family_views,
    no_contact_views,
    certificate_views,
    course_views,
    settlement_views,
    match_views,
    round_views,
    activity_views,
    ending_views,
    follow_up_views,
    desk_views,
    my_page_views,
    privacy_views,
    protected_views,
    report_views,
)
COMMANDS = (
    accounts.accounts,
    backup.backup,
    backup.drill,
    backup.restore,
    demo.demo,
    looks.looks,
    matches.matches,
    places.places,
    privacy.privacy,
    rounds.rounds,
    security.security,
    worker.worker,
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
    keyed.give(app.extensions["session_factory"], config.keys)
    app.extensions["send_email"] = send_email  # accounts stand below the room of messages
    for part in PARTS:
        part.init_app(app)
    app.register_blueprint(reports.bp)
    csrf.exempt(reports.bp)
    guards.mark_public(app, "web.csp_reports")
    for room in ROOMS:
        app.register_blueprint(room.bp)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app
