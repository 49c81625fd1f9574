import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.families.models import Family
from app.families.queries import shown_to
from app.guides.models import Guide
from app.matches.queries.people import IS_HOUSEHOLD, GuideCard, load_around, load_people
from app.matches.queries.settings import config_for
from app.matching import MatchingConfig, explain_pair, rank_guides
from app.matching.pairs.facts import too_far_for
from app.matching.pairs.pair import Pair
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.matching.types import (
    Candidate,
    FamilyProfile,
    PairExplanation,
    Ranking,
    RuleCode,
    Travel,
)
from app.permissions import Actor, Permission, ensure_may


@dataclass(frozen=True)
class FamilyRanking:
    """Everybody who could guide a family, ranked or excluded, and what it rests on."""

    ranking: Ranking
    family: FamilyProfile
    guides: Mapping[uuid.UUID, GuideCard]
    travel: Travel
    config: MatchingConfig

    @property
    def candidates(self) -> Sequence[Candidate]:
        return self.ranking.candidates

    def rank_of(self, guide_id: uuid.UUID) -> int | None:
        """Return the guide's place among the candidates, 1 for the best; None if excluded."""
        order = self.ranking.order
        return order.index(guide_id) + 1 if guide_id in order else None

    def too_far_for(self, guide_id: uuid.UUID) -> tuple[str, ...]:
        """Return whose travel limit the way to a guide passes: "family", "guide" or both."""
        return too_far_for(
            Pair.of(self.family, self.guides[guide_id].profile, self.travel, self.config)
        )

    def explain(self, guide_id: uuid.UUID) -> PairExplanation:
        """Return one pair told whole, also one that a rule forbids.

        Raises:
            NotFound: nobody here has this id, or they have left the programme.
        """
        if guide_id not in self.guides:
            raise NotFound(f"guide {guide_id}")
        return explain_pair(self.family, self.guides[guide_id].profile, self.travel, self.config)


def get_family_to_match(session: Session, actor: Actor, family_id: uuid.UUID) -> Family:
    """Return a household with all that the matching asks about; raise NotFound if there is none."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    statement = (
        select(Family)
        .where(Family.id == family_id, IS_HOUSEHOLD, *shown_to(actor))
        .options(
            joinedload(Family.languages),
            joinedload(Family.children),
            joinedload(Family.neighbourhood),
        )
    )
    family = session.scalars(statement).unique().one_or_none()
    if family is None:
        raise NotFound(f"family {family_id}")
    return family


def rank_for(session: Session, actor: Actor, family: Family, *, today: dt.date) -> FamilyRanking:
    """Rank the municipality's guides for one family: candidates best first, then the excluded.

    Guides who have left are not among them; everybody else is in one of the two lists.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    people, cards = load_around(session, family, today=today)
    config = config_for(session)
    (profile,) = people.families
    return FamilyRanking(
        ranking=rank_guides(profile, people.guides, people.travel, config),
        family=profile,
        guides=cards,
        travel=people.travel,
        config=config,
    )


def never_allowed(
    session: Session, family: Family, *, today: dt.date
) -> Mapping[uuid.UUID, frozenset[RuleCode]]:
    """Return of each grown-up guide the rules against coming to a family that nobody overrides."""
    people = load_people(
        session,
        today=today,
        families=[family.id],
        proposals_hold_places=False,
        as_couples=False,
    )
    (profile,) = people.families
    ranking = rank_guides(
        profile, people.guides, Travel(), MatchingConfig()
    )  # these rules know no settings
    failing = {one.guide_id: frozenset(one.rules) for one in ranking.excluded}
    return {
        guide.guide_id: failing.get(guide.guide_id, frozenset()) & NEVER_OVERRIDDEN
        for guide in people.guides
    }


def rules_against(
    session: Session, family: Family, guide: Guide, *, today: dt.date
) -> frozenset[RuleCode]:
    """Return the rules that forbid one pair as it is now; the way between them is left out."""
    people = load_people(
        session,
        today=today,
        families=[family.id],
        guides=[guide.id],
        proposals_hold_places=False,
        as_couples=False,
    )
    (of_family,), (of_guide,) = people.families, people.guides
    told = explain_pair(of_family, of_guide, Travel(), config_for(session))
    return frozenset(told.failing)
