"""The room's pages."""

from app.endings.views import elsewhere, papers, plan, questions, stopping, transfers
from app.endings.views.blueprint import bp

__all__ = ["bp", "elsewhere", "papers", "plan", "questions", "stopping", "transfers"]
