from app.privacy.views import index
from app.privacy.views.blueprint import bp

__all__ = ["bp", "index"]
