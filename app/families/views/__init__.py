"""Pages of families, for staff."""

from app.families.views import groups, leaving, lists, registering  # noqa: F401 (adds the pages)
from app.families.views.blueprint import bp

__all__ = ["bp"]
