from app.certificates.views import listing, own, settings, showing
from app.certificates.views.blueprint import bp

__all__ = ["bp", "listing", "own", "settings", "showing"]
