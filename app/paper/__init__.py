"""Documents to print."""

from app.paper.documents import Paper, make_ready

__all__ = ["Paper", "make_ready"]
