from app.privacy.forms import words
from app.privacy.views import copies, index, months, people, retention, who_sees
from app.privacy.views.blueprint import bp

__all__ = ["bp", "copies", "index", "months", "people", "retention", "who_sees", "words"]
