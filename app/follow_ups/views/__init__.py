"""The room's pages."""

from app.follow_ups.views import answers, concerns, own_page, pairs, rules
from app.follow_ups.views.blueprint import bp

__all__ = ["answers", "bp", "concerns", "own_page", "pairs", "rules"]
