"""Identifiers of a round turned into what a page may say: a reference, a name, a place."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor
from app.families.forms.words import PRIORITY
from app.families.models import FamilyStatus
from app.rounds.forms import FamilyLine, GuideLine, Names, Outcome
from app.rounds.queries.naming import Named, NamedFamily, NamedGuide, Wanted, name_all
from app.web.context import current_session, today
from app.wording import label

Partners = Mapping[uuid.UUID, uuid.UUID]


def names_of(wanted: Wanted, partners: Partners) -> Names:
    """Look up everybody a page speaks of; a couple is called by both its names."""
    guides = set(wanted.guides)
    guides |= {partners[guide] for guide in guides if guide in partners}
    found = name_all(current_session(), current_actor(), replace(wanted, guides=guides))
    return Names(
        {row.id: _family_line(row) for row in found.families.values()},
        {row.id: _guide_line(row, found, partners) for row in found.guides.values()},
        found.places,
    )


def _guide_line(row: NamedGuide, found: Named, partners: Partners) -> GuideLine:
    other = found.guides.get(partners[row.id]) if row.id in partners else None
    name = _("%(first)s and %(second)s", first=row.name, second=other.name) if other else row.name
    return GuideLine(row.id, str(name), row.place or "")


def _family_line(row: NamedFamily) -> FamilyLine:
    days = max(0, (today() - row.waiting_since).days)
    return FamilyLine(
        id=row.id,
        reference=row.reference,
        place=row.place or "",
        days=days,
        priority=row.priority,
        waited=ngettext("waited %(num)d day", "waited %(num)d days", days),
        urgency=str(PRIORITY[row.priority]) if row.priority else "",
        outcome=_outcome(row),
        takes_part=row.status is not FamilyStatus.WITHDRAWN,
        waits=row.status is FamilyStatus.WAITING,
    )


def _outcome(row: NamedFamily) -> Outcome | None:
    if row.match_id is None or row.match_status is None:
        return None
    return Outcome(url_for("matches.show", match_id=row.match_id), str(label(row.match_status)))
