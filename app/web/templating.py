"""Names every template may use, beyond Flask's own."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, url_for
from flask_babel import format_date, get_locale

from app import contact, wording
from app.oslo import OSLO, day_of
from app.web import context, headers, locale


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for function in (
        get_locale,
        context.today,
        locale.language_links,
        locale.is_machine_translated,
        municipality,
        home_url,
        privacy_url,
        accessibility_url,
        map_tiles,
    ):
        app.add_template_global(function)
    app.add_template_filter(wording.label, "label")
    app.add_template_filter(wording.language_label, "language")
    app.add_template_filter(wording.together, "together")
    app.add_template_filter(day, "day")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(clock, "clock")
    app.add_template_filter(contact.written_phone, "phone")
    app.context_processor(lambda: {"settings": context.settings()})


def municipality() -> Any:
    """Return the municipality whose pages these are, or None on the pages of the product."""
    return g.get("municipality")


def home_url() -> str:
    """Return the front page of what one is looking at."""
    return url_for("municipalities.home" if municipality() else "municipalities.index")


def privacy_url() -> str:
    return url_for("municipalities.privacy") if municipality() else ""


def accessibility_url() -> str:
    return url_for("municipalities.accessibility") if municipality() else ""


def map_tiles() -> str:
    """Return the address of a map's tiles, or "" for a plain ground.

    Only the page that asks may then load pictures from there.
    """
    url: str = context.settings().MAP_TILES_URL
    if url:
        parts = urlsplit(url)
        headers.allow_images_from(f"{parts.scheme}://{parts.netloc}")
    return url


def day(value: dt.date) -> str:
    """Return a date as people write it: `3 March 2026`, or with the year left out if this one."""
    if isinstance(value, dt.datetime):
        value = day_of(value)
    pattern = "d. MMMM" if get_locale().language in ("nb", "nn") else "d MMMM"
    if value.year != context.today().year:
        pattern += " y"
    return str(format_date(value, pattern))


def weekday(value: dt.date) -> str:
    """Return a date with its day of the week, for days that are near: `Tuesday 3 March`."""
    return f"{format_date(value, 'EEEE')} {day(value)}"


def moment(value: dt.datetime) -> str:
    """Return an instant in Oslo time: `3. mars kl. 14:05`."""
    local = value.astimezone(OSLO)
    return f"{day(local)} {local:%H:%M}"


def clock(value: dt.datetime) -> str:
    """Return the time of day in Norway, e.g. 17:30."""
    return value.astimezone(OSLO).strftime("%H:%M")
