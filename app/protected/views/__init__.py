"""Pages of the two, and of the administrator who names them."""

from app.protected.views import choosing, households, meeting, requests  # noqa: F401 (adds the pages)
from app.protected.views.blueprint import bp

__all__ = ["bp"]
