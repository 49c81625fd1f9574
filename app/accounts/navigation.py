"""What the page frame says of whoever looks at it: name, menu, home."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.guards import find_actor, visitor_may
from app.permissions import Actor, Permission, limited_to_own, may


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. `within` is how the endpoints begin that belong to it.

    Whoever holds the permission `unless` finds the page elsewhere: their menu is long enough.
    """

    label: LazyString
    endpoint: str
    permission: Permission
    within: str
    unless: Permission | None = None


MENU = (
    Entry(_l("Desk"), "desk.show", Permission.DESK_VIEW, "desk."),
    Entry(_l("Suggestions"), "rounds.show", Permission.MATCHES_PROPOSE, "rounds."),
    Entry(_l("My page"), "my_page.show", Permission.MY_PAGE_VIEW, "my_page."),
    Entry(_l("Guides"), "guides.index", Permission.GUIDES_VIEW, "guides."),
    Entry(
        _l("Police certificates"),
        "certificates.index",
        Permission.CERTIFICATES_SEE,
        "certificates.",
        unless=Permission.GUIDES_VIEW,  # there is a link on the guides' list, and on each record
    ),
    Entry(_l("Families"), "families.index", Permission.FAMILIES_VIEW, "families."),
    Entry(_l("Matches"), "matches.index", Permission.MATCHES_VIEW, "matches."),
    Entry(_l("Meetings"), "activities.index", Permission.ACTIVITIES_VIEW, "activities."),
    Entry(_l("Planning"), "reports.planning", Permission.SIMULATION_VIEW, "reports."),
    Entry(_l("Settlement"), "settlement.show", Permission.SETTLEMENT_VIEW, "settlement."),
    Entry(
        _l("Neighbourhoods"),
        "municipalities.neighbourhoods",
        Permission.PLACES_VIEW,
        "municipalities.neighbourhood",
    ),
    Entry(
        _l("Access log"),
        "privacy.looks",
        Permission.ACCESS_LOG_VIEW,
        "privacy.looks",
        unless=Permission.PRIVACY_HANDLE,  # there is a link on that page
    ),
    Entry(_l("Data protection"), "privacy.index", Permission.PRIVACY_HANDLE, "privacy."),
    Entry(_l("Staff"), "accounts.staff", Permission.STAFF_VIEW, "accounts.staff"),
    Entry(
        _l("Settings"),
        "municipalities.settings",
        Permission.MUNICIPALITY_CHANGE,
        "municipalities.settings",
    ),
)


def init_app(app: Flask) -> None:
    for function in (signed_in_name, navigation, home_url, my_account_url, visitor_may):
        app.add_template_global(function)


def signed_in_name() -> str:
    """Return the name of whoever is signed in, or ""."""
    try:
        return str(current_user.name) if current_user.is_authenticated else ""
    except SQLAlchemyError:  # the page that says so must still be drawn
        return ""


def navigation() -> list[dict[str, object]]:
    """Return the menu: the pages of this municipality that the reader may open."""
    try:
        actor = find_actor()
    except SQLAlchemyError:
        return []
    if actor is None:
        return []
    return [
        {
            "label": entry.label,
            "url": url_for(entry.endpoint),
            "current": (request.endpoint or "").startswith(entry.within),
        }
        for entry in MENU
        if _is_offered(entry, actor)
    ]


def home_url() -> str:
    """Return the front page: of the municipality, or of the product where there is none."""
    if "municipality" in g and "municipalities.home" in current_app.view_functions:
        return url_for("municipalities.home")
    return "/"


def my_account_url() -> str:
    return url_for("accounts.me")


def _is_offered(entry: Entry, actor: Actor) -> bool:
    if entry.endpoint not in current_app.view_functions or not may(actor, entry.permission):
        return False
    if entry.unless and may(actor, entry.unless):
        return False
    # A guide's own matches and meetings are on their page: lists are for staff.
    return entry.endpoint == "my_page.show" or not limited_to_own(actor, entry.permission)
