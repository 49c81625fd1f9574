"""The first URL segment names the municipality; it binds the request's session."""

from typing import Any, cast

from flask import Flask, current_app, g

from app.municipalities import queries
from app.municipalities.models import Municipality
from app.tenancy import bind
from app.web.context import current_session


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_bind_municipality)
    app.url_defaults(_keep_municipality)


def current_municipality() -> Municipality:
    """Return the municipality that the URL names."""
    return cast("Municipality", g.municipality)


def _bind_municipality(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and (slug := values.pop("municipality", None)):
        municipality = queries.get_municipality_by_slug(current_session(), slug)
        bind(current_session(), municipality.id)
        g.municipality = municipality


def _keep_municipality(endpoint: str, values: dict[str, Any]) -> None:
    if "municipality" in values or "municipality" not in g:
        return
    known = endpoint in current_app.view_functions
    if known and current_app.url_map.is_endpoint_expecting(endpoint, "municipality"):
        values["municipality"] = g.municipality.slug
