"""What every view may ask about the request it serves."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, cast

from flask import current_app, g
from sqlalchemy.orm import Session

from app.oslo import OSLO
from app.web.transactions import open_request_session

if TYPE_CHECKING:
    from config import Config


def current_session() -> Session:
    """Return the request's session, opened on first use."""
    if "session" not in g:
        g.session = open_request_session()
    return cast("Session", g.session)


def request_id() -> uuid.UUID:
    """Return what names this request in the logs."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4()
    return cast("uuid.UUID", g.request_id)


def settings() -> "Config":
    """Return the settings that the site was started with."""
    return cast("Config", current_app.extensions["settings"])


def now() -> dt.datetime:
    """Return this instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the date in Oslo."""
    return now().astimezone(OSLO).date()
