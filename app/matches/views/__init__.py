"""The room's pages."""

from app.matches.views import answers, candidates, listing, protecting, record, steps
from app.matches.views.blueprint import bp

__all__ = ["answers", "bp", "candidates", "listing", "protecting", "record", "steps"]
