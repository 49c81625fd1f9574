"""Pages of municipalities: the public ones, and the neighbourhoods and settings for staff."""

from app.municipalities.views import neighbourhoods, public, settings
from app.municipalities.views.blueprint import bp

__all__ = ["bp", "neighbourhoods", "public", "settings"]
