"""Pages of the two, and of the administrator who names them."""

from app.protected.views import choosing, households, meeting, requests
from app.protected.views.blueprint import bp

__all__ = ["bp", "choosing", "households", "meeting", "requests"]
