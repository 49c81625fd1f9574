"""The room's pages."""

from app.rounds.views import deciding, family, show, waiting
from app.rounds.views.blueprint import bp

__all__ = ["bp", "deciding", "family", "show", "waiting"]
