"""Pages of municipalities: the public ones, and the neighbourhoods for staff."""

from app.municipalities.views import neighbourhoods, public
from app.municipalities.views.blueprint import bp

__all__ = ["bp", "neighbourhoods", "public"]
