"""Pages of families, for staff."""

from app.families.views import (  # noqa: F401 (adds the pages)
    groups,
    leaving,
    lists,
    reached,
    registering,
)
from app.families.views.blueprint import bp

__all__ = ["bp"]
