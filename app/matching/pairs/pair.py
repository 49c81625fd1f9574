"""A family and a guide side by side, with what rules, terms and reasons all look at."""

from dataclasses import dataclass
from typing import Self

from app.matching.config import MatchingConfig
from app.matching.languages import SharedLanguage, norwegian_to_practise, shared_languages
from app.matching.types import FamilyProfile, GuideProfile, Travel
from app.travel import Trip
from app.vocabulary import Slot, slots_in


@dataclass(frozen=True, slots=True)
class Pair:
    """One family, one guide, and what follows from the two: computed once, used by all."""

    family: FamilyProfile
    guide: GuideProfile
    trip: Trip
    shared: tuple[SharedLanguage, ...]
    practice: int
    slots: tuple[Slot, ...]
    config: MatchingConfig

    @classmethod
    def of(
        cls, family: FamilyProfile, guide: GuideProfile, travel: Travel, config: MatchingConfig
    ) -> Self:
        """Put the two side by side."""
        return cls(
            family=family,
            guide=guide,
            trip=travel.between(family.neighbourhood_id, guide.neighbourhood_id),
            shared=shared_languages(family, guide, config),
            practice=norwegian_to_practise(family, guide),
            slots=tuple(slots_in(family.availability & guide.availability)),
            config=config,
        )

    @property
    def best(self) -> SharedLanguage | None:
        """The way they can talk best, or None."""
        return self.shared[0] if self.shared else None
