"""A guide who would like to stop: from the own page, without a reason and without a call."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looks_at
from app.accounts.models import RecordKind
from app.endings import services
from app.endings.views.blueprint import bp
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.queries import find_guide_for_user
from app.guides.services.leaving import GuideHasFamily
from app.matches.models import BOTH_SAID_YES, MatchStatus
from app.matches.queries import list_matches_of_guide
from app.permissions import Permission, ensure_may
from app.web.context import current_session, now
from app.web.forms import BaseForm


@bp.route("/my-page/stop", methods=["GET", "POST"])
@requires(Permission.MY_PAGE_VIEW)
@looks_at(RecordKind.MATCH)
def stop() -> ResponseReturnValue:
    guide = _own_guide()
    if request.form.get("answer") == "stop" and BaseForm().validate_on_submit():
        try:
            services.stop_as_guide(current_session(), current_actor(), guide, now=now())
        except GuideHasFamily:
            return _page(guide), 409
        return redirect(url_for("guides.withdrawn"), 303)
    return _page(guide), 422 if request.method == "POST" else 200


def _page(guide: Guide) -> str:
    matches = list_matches_of_guide(current_session(), current_actor())
    active = [m for m in matches if m.status is MatchStatus.ACTIVE and m.both_said_yes]
    looked_at(RecordKind.MATCH, *(match.id for match in active))
    return render_template(
        "endings/stop.html",
        guide=guide,
        active=active,
        closing=any(m.status in BOTH_SAID_YES and not m.both_said_yes for m in matches),
        has_open=guide.places_taken > 0,
    )


def _own_guide() -> Guide:
    guide = find_guide_for_user(current_session(), current_actor().user_id)
    if guide is None:
        raise NotFound(f"user {current_actor().user_id} is no guide")
    ensure_may(current_actor(), Permission.MY_PAGE_VIEW, guide)
    return guide
