"""Views of the room; importing them registers them and the task."""

from app.reports import tasks
from app.reports.views import planning, recruiting, simulation
from app.reports.views.blueprint import bp

__all__ = ["bp", "planning", "recruiting", "simulation", "tasks"]
