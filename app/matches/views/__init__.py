"""The room's pages."""

from app.matches.views import (
    answers,
    candidates,
    elsewhere,
    listing,
    protecting,
    reason,
    record,
    steps,
)
from app.matches.views.blueprint import bp

__all__ = [
    "answers",
    "bp",
    "candidates",
    "elsewhere",
    "listing",
    "protecting",
    "reason",
    "record",
    "steps",
]
