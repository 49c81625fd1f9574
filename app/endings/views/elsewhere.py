"""What other rooms' pages show of endings: they do not know this room."""

import uuid

from app.accounts.guards import find_actor
from app.endings import forms, queries
from app.endings.models import EndAnswer, MatchEnding
from app.endings.views.blueprint import bp
from app.permissions import Permission, limited_to_own, may
from app.web.context import current_session


@bp.app_template_global()
def ending_of(match_id: uuid.UUID) -> MatchEnding | None:
    """Return what was said about a match's end, for those who may end it. The page is theirs.

    What a guide has not been told yet is nothing on the guide's page.
    """
    actor = find_actor()
    if actor is None or not may(actor, Permission.MATCHES_END):
        return None
    ending = queries.find_ending(current_session(), match_id)
    if ending is None or ending.is_known_to_guide:
        return ending
    return None if limited_to_own(actor, Permission.MATCHES_END, ending.match) else ending


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
