"""Two guides who guide together: one unit, which can do what both can."""

from app.matching.types import GuideProfile


def unite(lead: GuideProfile, partner: GuideProfile) -> GuideProfile:
    """Return two guides as one, under the lead's identifier."""
    raise NotImplementedError
