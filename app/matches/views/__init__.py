"""The room's pages."""

from app.matches.views import (
    answers,
    candidates,
    elsewhere,
    family_link,
    joining,
    listing,
    meeting_places,
    own_page,
    prolonging,
    protecting,
    reason,
    record,
    returning,
    starting,
    steps,
    together,
    uncleared,
)
from app.matches.views.blueprint import bp

__all__ = [
    "answers",
    "bp",
    "candidates",
    "elsewhere",
    "family_link",
    "joining",
    "listing",
    "meeting_places",
    "own_page",
    "prolonging",
    "protecting",
    "reason",
    "record",
    "returning",
    "starting",
    "steps",
    "together",
    "uncleared",
]
