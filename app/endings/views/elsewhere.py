"""What other rooms' pages show of endings: they do not know this room."""

import datetime as dt
import uuid

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
    if endings.counts is None or endings.counts.is_known_to_guide:
        return endings.counts
    if not endings.counts.match.is_open:
        return endings.told or endings.counts  # it came as the guide said
    is_guides = limited_to_own(actor, Permission.MATCHES_END, endings.counts.match)
    return endings.told if is_guides else endings.counts


@bp.app_template_global()
def said_beside(match_id: uuid.UUID) -> MatchEnding | None:
    """Return what the guide has said where staff have planned something quietly, for staff."""
    actor = find_actor()
    if actor is None or not may(actor, Permission.MATCHES_CONFIRM):
        return None
    endings = queries.find_endings(current_session(), match_id)
    return endings.said if endings.decided else None


@bp.app_template_global()
def break_until(match: Match, ending: MatchEnding) -> dt.date | None:
    """Return the last day of the break that a match takes; None: there is none, or no last day."""
    guide = ending.guide or match.lead
    if ends_match(ending.wish) or guide.paused_until is None or guide.paused_until < today():
        return None
    return guide.paused_until


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
