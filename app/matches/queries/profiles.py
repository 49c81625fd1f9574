"""From the columns of people to what the matching may know about them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from app.certificates.models import CertificateTask
from app.certificates.queries import is_cleared
from app.families.models import Family
from app.guides.models import CoupleGuide, Guide, GuideStatus
from app.guides.queries import lacks_steps
from app.matches.queries.history import Together
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill
from app.vocabulary import ChildAge

# How far along somebody is does not matter to the rule "not ready yet" once they are paused.
_BEEN_READY = frozenset({GuideStatus.READY, GuideStatus.PAUSED})
# Columns that a profile takes as they are.
_OF_FAMILY = (
    "neighbourhood_id",
    "must_share_language",
    "wants_norwegian_practice",
    "availability",
    "rhythm",
    "interests",
    "occupation",
    "contact_gender",
    "gender_wish",
    "age_wish",
    "no_pets",
    "max_travel_minutes",
    "household_size",
    "priority",
)
_OF_GUIDE = (
    "neighbourhood_id",
    "availability",
    "rhythm",
    "interests",
    "occupation",
    "gender",
    "gender_wish",
    "age_group",
    "children_wish",
    "own_children",
    "has_pets",
    "max_travel_minutes",
)
FAMILY_COLUMNS = (
    Family.id,
    Family.waiting_since,
    Family.interpreter_needed,
    *(getattr(Family, name) for name in _OF_FAMILY),
)
GUIDE_COLUMNS = (
    Guide.id,
    Guide.status,
    Guide.capacity,
    Guide.places_taken,
    lacks_steps().label("lacks_steps"),
    is_cleared(CertificateTask.FAMILY_WITH_CHILDREN).label("may_meet_children"),
    CoupleGuide.couple_id,
    CoupleGuide.position,
    *(getattr(Guide, name) for name in _OF_GUIDE),
)


class Traits(NamedTuple):
    """What stands in rows of its own beside a person."""

    languages: tuple[LanguageSkill, ...] = ()
    unacceptable: frozenset[str] = frozenset()
    children: Mapping[ChildAge, int] = {}


NO_TRAITS = Traits()


def family_profile(
    row: Row[Any], traits: Traits, together: Together, *, today: dt.date
) -> FamilyProfile:
    """Return what the matching may know about a family."""
    return FamilyProfile(
        family_id=row.id,
        languages=traits.languages,
        unacceptable_languages=traits.unacceptable,
        children=traits.children,
        needs_certificate=bool(traits.children),
        interpreter_agreed=row.interpreter_needed,
        waiting_days=max(0, (today - row.waiting_since).days),
        declined_guides=frozenset(together.declined.get(row.id, ())),
        matched_guides=frozenset(together.matched.get(row.id, ())),
        **{name: getattr(row, name) for name in _OF_FAMILY},
    )


def guide_profile(row: Row[Any], traits: Traits, *, held: int) -> GuideProfile:
    """Return what the matching may know about a guide.

    Args:
        row: of `GUIDE_COLUMNS`.
        traits: languages.
        held: places that the guide's own open proposals hold besides those taken.
    """
    return GuideProfile(
        guide_id=row.id,
        languages=traits.languages,
        free_places=max(0, row.capacity - row.places_taken - held),
        is_ready=row.status in _BEEN_READY,
        is_paused=row.status is GuideStatus.PAUSED,
        lacks_steps=row.lacks_steps,
        has_certificate=row.may_meet_children,  # all have where the municipality asks for none
        active_families=row.places_taken,
        **{name: getattr(row, name) for name in _OF_GUIDE},
    )
