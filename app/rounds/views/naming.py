"""Identifiers of a round turned into what a page may say: a reference, a name, a place."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor
from app.families.forms.words import PRIORITY
from app.families.models import FamilyStatus
from app.matches.models import MatchStatus
from app.rounds.forms import FamilyLine, GuideLine, Names, Outcome
from app.rounds.queries.naming import Named, NamedFamily, NamedGuide, Wanted, name_all
from app.web.context import current_session, today
from app.wording import label, together

Partners = Mapping[uuid.UUID, uuid.UUID]


def names_of(wanted: Wanted, partners: Partners) -> Names:
    """Look up everybody a page speaks of; a couple is called by both its names."""
    guides = set(wanted.guides)
    guides |= {partners[guide] for guide in guides if guide in partners}
    found = name_all(current_session(), current_actor(), replace(wanted, guides=guides))
    return Names(
        {row.id: _family_line(row, wanted.taken_since) for row in found.families.values()},
        {row.id: _guide_line(row, found, partners) for row in found.guides.values()},
        found.places,
    )


def _guide_line(row: NamedGuide, found: Named, partners: Partners) -> GuideLine:
    other = found.guides.get(partners[row.id]) if row.id in partners else None
    return GuideLine(row.id, _together(row.name, other.name if other else None), row.place or "")


def _together(first: str, second: str | None) -> str:
    return together(name for name in (first, second) if name)


def _family_line(row: NamedFamily, since: dt.datetime | None) -> FamilyLine:
    days = max(0, (today() - row.waiting_since).days)
    return FamilyLine(
        id=row.id,
        reference=row.reference,
        place=row.place or "",
        days=days,
        priority=row.priority,
        waited=_waited(days),
        urgency=str(PRIORITY[row.priority]) if row.priority else "",
        outcome=_outcome(row, since),
        takes_part=row.status is not FamilyStatus.WITHDRAWN,
        waits=row.status is FamilyStatus.WAITING,
    )


def _waited(days: int) -> str:
    if not days:
        return str(_("waiting since today"))
    return str(ngettext("waited %(num)d day", "waited %(num)d days", days))


def _outcome(row: NamedFamily, since: dt.datetime | None) -> Outcome | None:
    """Return the match that there is, whatever a round has suggested."""
    if row.match_id is None or row.match_status is None:
        return None
    guide = None
    if row.lead_id and row.lead_name:
        guide = GuideLine(row.lead_id, _together(row.lead_name, row.second_name), "")
    return Outcome(
        url=url_for("matches.show", match_id=row.match_id),
        state=str(label(row.match_status)),
        guide=guide,
        score=row.match_score or 0,
        is_asked=row.match_status is not MatchStatus.PROPOSED,
        round_id=row.round_id,
        is_of_round=bool(since and row.round_asked_at and row.round_asked_at >= since),
    )
