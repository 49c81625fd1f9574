from app.privacy.forms import words
from app.privacy.views import index, people
from app.privacy.views.blueprint import bp

__all__ = ["bp", "index", "people", "words"]
