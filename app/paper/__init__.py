"""Documents to print."""

from app.paper.documents import Paper

__all__ = ["Paper"]
