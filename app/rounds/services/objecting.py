"""A coordinator's "not these two" holds wherever two are put together, not in rounds alone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matches.models import Match
from app.matches.services.objections import OBJECTIONS, PairVetoed
from app.rounds.models import ChoiceKind, RoundChoice


def ensure_not_vetoed(session: Session, match: Match) -> None:
    """Raise PairVetoed if the family and one of the guides are never to be put together."""
    taking = [guide.id for guide in match.takers]
    vetoes = select(RoundChoice.guide_id).where(
        RoundChoice.family_id == match.family.id,
        RoundChoice.guide_id.in_(taking),
        RoundChoice.kind == ChoiceKind.VETO,
    )
    if vetoed := session.scalars(vetoes.order_by(RoundChoice.guide_id)).first():
        raise PairVetoed(f"{match.family.id}, {vetoed}")


OBJECTIONS.append(ensure_not_vetoed)
