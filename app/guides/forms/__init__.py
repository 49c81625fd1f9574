"""Forms of guides: sign-up's steps, staff's steps, and the words of the room's own list."""

from app.guides.forms import words

__all__ = ["words"]
