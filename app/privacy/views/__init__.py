from app.privacy.forms import words
from app.privacy.views import index, months, people
from app.privacy.views.blueprint import bp

__all__ = ["bp", "index", "months", "people", "words"]
