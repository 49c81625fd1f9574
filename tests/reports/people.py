"""A year in a town: families and guides who came, so that there is something to replay."""

import datetime as dt
import uuid

from app.families.models import FamilyStatus
from app.guides.models import GuideStatus
from app.matches.models import Match, MatchGuide, MatchStatus
from app.reports.queries.history import Year
from tests import cast
from tests.cast import NOW, TODAY

YEAR = Year(TODAY)


def day(number: int) -> dt.date:
    """Return a day of the year as the replay counts it."""
    return YEAR.start + dt.timedelta(days=number)


def family_on(session, town, number, **changes):
    """Add a family that registered on a day of the year."""
    at = dt.datetime.combine(day(number), dt.time(12), dt.UTC)
    values = {"reference": f"F-{uuid.uuid4().hex[:8]}", "registered_at": at} | changes
    return cast.make_family(session, town, **values)


def guide_on(session, town, number, **changes):
    """Add a guide who was ready on a day of the year."""
    values = {
        "email": f"{uuid.uuid4().hex[:8]}@{town.slug}.example",
        "status": GuideStatus.READY,
        "ready_on": day(number),
    } | changes
    return cast.make_guide(session, town, **values)


def matched(session, family, guide, start, end=None):
    """Add a match that was agreed on a day, and ended on another or goes on."""
    match = Match(
        family_id=family.id,
        proposed_at=NOW,
        status=MatchStatus.ENDED if end is not None else MatchStatus.ACTIVE,
        agreed_on=day(start),
        ended_on=None if end is None else day(end),
    )
    match.guides.append(MatchGuide(guide_id=guide.id))
    session.add(match)
    if end is None:
        family.status = FamilyStatus.MATCHED
    session.flush()
    return match


def a_year(session, town, families=8, guides=6):
    """Add families and guides, one a fortnight, who fit each other."""
    for number in range(families):
        family_on(session, town, 14 * number, contact_name=f"Secret{number} {town.slug}")
    for number in range(guides):
        guide_on(session, town, 14 * number)
    session.commit()
