"""A town with enough people for a round: three families that wait, three guides who are ready."""

from dataclasses import dataclass

from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.permissions import Actor, Role
from app.rounds import services
from app.rounds.models import MatchingRound
from tests import cast
from tests.cast import NOW, Town


@dataclass
class Crowd:
    """Who is there, flushed, and the coordinator who acts."""

    session: object
    town: Town
    actor: Actor
    families: list[Family]
    guides: list[Guide]

    def compute(self, now=NOW) -> MatchingRound:
        return services.compute_round(self.session, self.actor, now=now)


def crowd_in(session, town: Town) -> Crowd:
    """Add three families and two guides; the town's own guide is the third, free for one family."""
    families = [
        cast.make_family(session, town, reference=f"{town.slug}-r{number}", priority=number)
        for number in range(3)
    ]
    guides = [
        cast.make_guide(session, town, name=f"Guide {number} {town.slug}", status=GuideStatus.READY)
        for number in range(2)
    ]
    guides.append(
        cast.make_guide(
            session,
            town,
            name=f"Guide far {town.slug}",
            status=GuideStatus.READY,
            neighbourhood_id=town.village.id,
            languages={"no": 4},
        )
    )
    return Crowd(session, town, cast.actor(town, Role.COORDINATOR), families, guides)
