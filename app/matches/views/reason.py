import uuid

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import NotFound
from app.matches import forms, queries
from app.matches.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session


@bp.get("/matches/<uuid:match_id>/reason")
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.MATCH, "match_id")
def reason(match_id: uuid.UUID) -> ResponseReturnValue:
    """One page to print: who decided, what was looked at and what it rested on."""
    match = queries.get_match(current_session(), current_actor(), match_id)
    if not match.explanation:
        raise NotFound(f"nothing is kept of how match {match_id} was made")
    return render_template("matches/reason.html", match=match, paper=forms.paper_for(match))
