"""Views of the room; importing them registers them, the task, and what is forgotten with whom."""

from app.reports import tasks
from app.reports.services import forgetting
from app.reports.views import planning, recruiting, simulation
from app.reports.views.blueprint import bp

__all__ = ["bp", "forgetting", "planning", "recruiting", "simulation", "tasks"]
