"""What other rooms' pages show of endings: they do not know this room."""

import datetime as dt
import uuid
from collections.abc import Sequence

from app.accounts.guards import current_actor, find_actor
from app.endings import forms, queries
from app.endings.consequences import ends_match
from app.endings.models import EndAnswer, MatchEnding, Transfer
from app.endings.views.blueprint import bp
from app.matches.models import Match
from app.permissions import Permission, limited_to_own, may
from app.web.context import current_session, today


@bp.app_template_global()
def ending_of(match_id: uuid.UUID) -> MatchEnding | None:
    """Return what counts about a match's end, for those who may end it. The page is theirs.

    What a guide has not been told yet changes nothing on the guide's page.
    """
    actor = find_actor()
    if actor is None or not may(actor, Permission.MATCHES_END):
        return None
    endings = queries.find_endings(current_session(), match_id)
    if endings.counts is None:
        return None
    match = endings.counts.match
    if limited_to_own(actor, Permission.MATCHES_END, match):
        return _told(endings, match)
    said = next(iter(endings.said), None)
    came_as_said = not match.is_open and not endings.counts.is_known_to_guide
    return said if said and came_as_said else endings.counts


@bp.app_template_global()
def endings_told(matches: Sequence[Match]) -> dict[uuid.UUID, MatchEnding | None]:
    """Return by match what a guide of all of them goes by."""
    found = queries.find_endings_of_many(current_session(), [match.id for match in matches])
    return {match.id: _told(found[match.id], match) for match in matches}


def _told(endings: queries.Endings, match: Match) -> MatchEnding | None:
    """Return what the actor goes by as one of a match's guides, a backup among them."""
    own = (row.guide_id for row in match.guides if row.guide.user_id == current_actor().user_id)
    guide_id = next(own, None)
    return endings.told_to(guide_id) if guide_id else None


@bp.app_template_global()
def said_beside(match_id: uuid.UUID, ending: MatchEnding) -> Sequence[MatchEnding]:
    """Return what guides have said beside what counts, for staff."""
    actor = find_actor()
    if actor is None or not may(actor, Permission.MATCHES_CONFIRM):
        return ()
    said = queries.find_endings(current_session(), match_id).said
    return [row for row in said if row is not ending]


@bp.app_template_global()
def break_until(match: Match, ending: MatchEnding) -> dt.date | None:
    """Return the last day of the break that a match takes; None: there is none, or no last day."""
    guide = ending.guide or match.lead
    if ends_match(ending.wish) or guide.paused_until is None or guide.paused_until < today():
        return None
    return guide.paused_until


@bp.app_template_global()
def ends_when_told(ending: MatchEnding) -> bool:
    """Return whether a match ends at once when the guide has been told: its last day has come."""
    return ending.last_meeting_on is not None and ending.last_meeting_on <= today()


@bp.app_template_global()
def transfer_of(family_id: uuid.UUID) -> Transfer | None:
    """Return the prepared move of a family, for staff who tell the other municipality."""
    actor = find_actor()
    if actor is None or not may(actor, Permission.MATCHES_CONFIRM):
        return None
    return queries.find_pending_transfer(current_session(), family_id)


@bp.app_template_global()
def moves_to(transfer: Transfer) -> str:
    """Return where a family moves, "" for staff who need not know."""
    return transfer.place_for(current_actor().user_id)


@bp.app_template_global()
def has_met(guide_id: uuid.UUID) -> bool:
    """Let a guide's page offer the proof of the time given, where there is some."""
    return queries.find_service(current_session(), guide_id) is not None


@bp.app_template_global()
def end_answers_of(match_id: uuid.UUID) -> list[tuple[EndAnswer, list[tuple[str, str]]]]:
    """Return what both sides said afterwards, for staff."""
    actor = find_actor()
    if actor is None or limited_to_own(actor, Permission.MATCHES_END):
        return []
    if not may(actor, Permission.MATCHES_CONFIRM):
        return []
    answers = queries.list_answers(current_session(), match_id)
    return [(answer, forms.shown_answers(answer)) for answer in answers]
