"""Pages of families, for staff."""

from app.families.views import groups, leaving, lists, reached, registering
from app.families.views.blueprint import bp

__all__ = ["bp", "groups", "leaving", "lists", "reached", "registering"]
