"""A seeded, synthetic Norway: real centres roughly, everybody in it invented."""

from tests.matching.norway.world import CONFIG, World, draw

__all__ = ["CONFIG", "World", "draw"]
