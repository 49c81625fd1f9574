"""Who the identifiers of a round are: families by reference, guides by name."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class GuideLine:
    """What a round's pages show of a guide, or of a couple who guide together."""

    id: uuid.UUID
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of a suggestion: the family's open match."""

    url: str
    state: str
    guide: GuideLine | None = None
    score: int = 0
    is_asked: bool = False
    round_id: uuid.UUID | None = None
    is_of_round: bool = False  # taken from this round, or from one that it goes on from


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """What a round's pages show of a family. Never a name."""

    id: uuid.UUID
    reference: str
    place: str
    days: int  # of waiting
    priority: int
    waited: str
    urgency: str
    outcome: Outcome | None = None
    takes_part: bool = True
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody a page speaks of."""

    families: Mapping[uuid.UUID, FamilyLine]
    guides: Mapping[uuid.UUID, GuideLine]
    places: Mapping[uuid.UUID, str] = field(default_factory=dict)

    def family(self, family_id: uuid.UUID) -> str:
        """Return a family's reference, also of one that is not here any more."""
        line = self.families.get(family_id)
        return line.reference if line else str(_("a family that has left"))

    def guide(self, guide_id: uuid.UUID) -> str:
        """Return a guide's name, also of one who is not here any more."""
        line = self.guides.get(guide_id)
        return line.name if line else str(_("a guide who has left"))

    def listed_families(self, family_ids: Iterable[uuid.UUID]) -> str:
        return ", ".join(sorted(self.family(family_id) for family_id in family_ids))
