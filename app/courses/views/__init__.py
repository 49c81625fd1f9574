"""Pages of the room: staff plan courses, guides book them from their page or by secret link."""

from app.courses.views import own, planning
from app.courses.views.blueprint import bp

__all__ = ["bp", "own", "planning"]
