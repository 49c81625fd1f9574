"""Two guides who guide together: one unit, which can do what both can do together."""

from dataclasses import replace
from itertools import chain

from app.matching.languages import skills_by_code
from app.matching.types import GuideProfile
from app.vocabulary import AgeGroup, ChildrenWish, GenderWish, Rhythm

_RAREST_FIRST = tuple(reversed(Rhythm))


def unite(lead: GuideProfile, partner: GuideProfile) -> GuideProfile:
    """Return two guides as one, under the lead's identifier.

    Whatever forbids a family to one of them forbids it to both, but for languages: of two who
    come together, one may do the talking. Home and work are the lead's; both ages are kept. Two
    whose wishes exclude each other are not ready, for no family could meet both.

    Raises:
        ValueError: somebody is united with themselves.
    """
    if lead.guide_id == partner.guide_id:
        raise ValueError(f"guide {lead.guide_id} is no couple")
    both = (lead, partner)
    gender_wishes, children_wishes = _wishes(both)
    agree = len(gender_wishes) <= 1 and len(children_wishes) <= 1
    return replace(
        lead,
        partner_id=partner.guide_id,
        languages=tuple(skills_by_code(chain(lead.languages, partner.languages)).values()),
        availability=lead.availability & partner.availability,
        rhythm=_rarer(lead.rhythm, partner.rhythm),
        interests=lead.interests | partner.interests,
        occupation=lead.occupation or partner.occupation,
        gender=lead.gender if lead.gender is partner.gender else None,
        gender_wish=min(gender_wishes, default=GenderWish.NONE),
        partner_age_group=partner.age_group,
        lives_apart=lead.neighbourhood_id != partner.neighbourhood_id,
        age_group=AgeGroup.FROM_16 if AgeGroup.FROM_16 in _ages(both) else lead.age_group,
        children_wish=min(children_wishes, default=ChildrenWish.NO_MATTER),
        own_children=lead.own_children | partner.own_children,
        has_pets=lead.has_pets or partner.has_pets,
        max_travel_minutes=_shorter(lead.max_travel_minutes, partner.max_travel_minutes),
        free_places=min(one.free_places for one in both),
        is_ready=agree and all(one.is_ready for one in both),
        is_paused=any(one.is_paused for one in both),
        lacks_steps=any(one.lacks_steps for one in both),
        active_families=max(one.active_families for one in both),
        has_certificate=all(one.has_certificate for one in both),
        own_municipality_only=any(one.own_municipality_only for one in both),
    )


def _wishes(
    guides: tuple[GuideProfile, ...],
) -> tuple[set[GenderWish], set[ChildrenWish]]:
    """Return what any of them wishes, about the gender and about children."""
    genders = {guide.gender_wish for guide in guides} - {GenderWish.NONE}
    children = {guide.children_wish for guide in guides} - {ChildrenWish.NO_MATTER}
    return genders, children


def _ages(guides: tuple[GuideProfile, ...]) -> set[AgeGroup]:
    return {guide.age_group for guide in guides}


def _rarer(one: Rhythm | None, other: Rhythm | None) -> Rhythm | None:
    """Return how often both can: as often as the one who can less often."""
    return next((rhythm for rhythm in _RAREST_FIRST if rhythm in (one, other)), None)


def _shorter(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)
