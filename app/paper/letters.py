"""The letters of documents: where the fonts are, and how far from the edge they keep."""

from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static" / "dist" / "paper"
FACES = {"": "regular.ttf", "B": "bold.ttf"}
FAMILY = "Paper"
MARGIN = 20.0  # millimetres


class PaperFontsMissing(RuntimeError):
    """The fonts have not been built: `make assets` does."""
