"""Forms of families: registering and correcting a household, and the words of the room's lists."""

from app.families.forms import words  # noqa: F401 (registers the words)
