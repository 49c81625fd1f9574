from app.privacy.forms import words
from app.privacy.views import (
    copies,
    index,
    looks,
    looks_paper,
    looks_week,
    months,
    notices,
    people,
    requests,
    retention,
    who_sees,
)
from app.privacy.views.blueprint import bp

__all__ = [
    "bp",
    "copies",
    "index",
    "looks",
    "looks_paper",
    "looks_week",
    "months",
    "notices",
    "people",
    "requests",
    "retention",
    "who_sees",
    "words",
]
