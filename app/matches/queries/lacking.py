"""What keeps a match that runs from going on, as one condition: for pages that show many."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.certificates.models import CertificateTask
from app.certificates.queries import has_shown
from app.families.models import ChildrenInBand, Family, FamilyKind
from app.families.queries import lacks_approval
from app.guides.models import ADULT_AGE_GROUPS, Guide
from app.guides.queries.steps import lacks_guardians
from app.matches.models import Match, MatchGuide, MatchKind


def lacks_something() -> ColumnElement[bool]:
    """Return whether anything is missing of a match, as a condition on `Match`.

    It says of approvals, certificates, ages and numbers what `find_lacks` says; who has a break
    or has said goodbye is looked at apart. Who is asked to come in, and has not said yes, is not
    there; a backup steps in without notice.
    """
    return or_(_household_lacks(), _family(lacks_approval()), _guide_lacks())


def find_something_lacking(session: Session, match: Match) -> bool:
    """Return whether anything is missing of one match as it is now."""
    return bool(find_lacking_among(session, [match]))


def find_lacking_among(session: Session, matches: Sequence[Match]) -> frozenset[uuid.UUID]:
    """Return of which matches anything is missing as it is now: one question for all of them."""
    if not matches:
        return frozenset()
    ours = Match.id.in_([match.id for match in matches])
    return frozenset(session.scalars(select(Match.id).where(ours, lacks_something())))


def _household_lacks() -> ColumnElement[bool]:
    children = (
        select(func.coalesce(func.sum(ChildrenInBand.count), 0))
        .where(ChildrenInBand.family_id == Family.id)
        .correlate(Family)
        .scalar_subquery()
    )
    return _family(Family.kind == FamilyKind.HOUSEHOLD, children >= Family.household_size)


def _family(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    row = select(Family.id).where(Family.id == Match.family_id, *wanted)
    return exists(row.correlate(Match))


def _guide_lacks() -> ColumnElement[bool]:
    of_group = or_(~has_shown(CertificateTask.MINORS_GROUP), lacks_guardians())
    row = (
        select(MatchGuide.id)
        .join(Guide, Guide.id == MatchGuide.guide_id)
        .where(
            MatchGuide.match_id == Match.id,
            MatchGuide.awaits_yes.is_(False),
            or_(
                and_(Match.kind == MatchKind.GROUP, of_group),
                and_(Match.kind != MatchKind.GROUP, Guide.age_group.not_in(ADULT_AGE_GROUPS)),
            ),
        )
    )
    return exists(row.correlate(Match))


def rests_since(match: Match, today: dt.date) -> dt.date:
    """Return since when they may not meet: the day the first of them was told, or today."""
    told = [match.family_rest_told_on, *(row.rest_told_on for row in match.guides)]
    return min((day for day in told if day), default=today)
