"""How many pairs that meet have a guide who has shown no police certificate: for settings."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.certificates.models import CertificateTask
from app.certificates.queries import has_shown
from app.families.models import ChildrenInBand, Family, FamilyKind
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide, MatchStatus


def count_pairs_without(session: Session, task: CertificateTask) -> int:
    """Return how many matches that meet now a demand for a task would concern."""
    of = {
        CertificateTask.FAMILY_WITH_CHILDREN: Match.family_id.in_(
            select(ChildrenInBand.family_id)
            .join(Family, Family.id == ChildrenInBand.family_id)
            .where(Family.kind != FamilyKind.MINORS_GROUP)
        ),
        CertificateTask.MINORS_GROUP: Match.family_id.in_(
            select(Family.id).where(Family.kind == FamilyKind.MINORS_GROUP)
        ),
    }
    statement = (
        select(func.count(Match.id.distinct()))
        .join(MatchGuide, MatchGuide.match_id == Match.id)
        .join(Guide, Guide.id == MatchGuide.guide_id)
        .where(Match.status == MatchStatus.ACTIVE, MatchGuide.takes_part, ~has_shown(task))
    )
    if task in of:
        statement = statement.where(of[task])
    return session.scalar(statement) or 0
