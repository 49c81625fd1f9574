"""What other rooms' pages show of matches: they do not know this room."""

import uuid
from collections.abc import Sequence

from app.accounts.guards import current_actor
from app.families.models import Family
from app.guides.models import Guide
from app.matches import forms, queries
from app.matches.models import Match
from app.matches.queries.lacking import find_lacking_among
from app.matches.services.allowed import is_alone_on, rests_on
from app.matches.views.blueprint import bp
from app.permissions import Permission, limited_to_own, may
from app.web.context import current_session, today


@bp.app_template_global()
def open_matches_of(guide: Guide) -> Sequence[Match]:
    """Return a guide's open matches, for staff."""
    if not _staff():
        return ()
    return queries.list_open_matches(current_session(), current_actor(), guide_id=guide.id)


@bp.app_template_global()
def open_match_of(family: Family) -> Match | None:
    """Return a family's open match, for staff, or None."""
    if not _staff():
        return None
    found = queries.list_open_matches(current_session(), current_actor(), family_id=family.id)
    return next(iter(found), None)


bp.app_template_global("names_in")(queries.names_in)
bp.app_template_global("lead_at")(queries.lead_at)
bp.app_template_global("language_not_read")(forms.language_not_read)


@bp.app_template_global()
def rests(match: Match) -> bool:
    """Return whether nobody meets until staff have called."""
    return rests_on(current_session(), match, today())


@bp.app_template_global()
def resting_among(matches: Sequence[Match]) -> frozenset[uuid.UUID]:
    """Return which matches rest, of many at once."""
    alone = (match.id for match in matches if is_alone_on(current_session(), match, today()))
    return find_lacking_among(current_session(), matches) | frozenset(alone)


def _staff() -> bool:
    actor = current_actor()
    return may(actor, Permission.MATCHES_VIEW) and not limited_to_own(
        actor, Permission.MATCHES_VIEW
    )
