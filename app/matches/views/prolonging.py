"""A pair that goes on: more months, noted by staff."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.matches import queries, services
from app.matches.forms.prolonging import ProlongForm
from app.matches.forms.starting import refuse_days
from app.matches.models import Match, MatchStatus
from app.matches.services.prolonging import prolong_agreement
from app.matches.views.blueprint import bp, words_for
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/matches/<uuid:match_id>/prolongation")
@requires(Permission.MATCHES_CONFIRM)
@looks_at(RecordKind.MATCH, "match_id")
def prolongation(match_id: uuid.UUID) -> ResponseReturnValue:
    match = queries.get_match(current_session(), current_actor(), match_id)
    if match.status is not MatchStatus.ACTIVE:
        return redirect(url_for("matches.show", match_id=match.id), 303)
    return _page(match, ProlongForm())


@bp.post("/matches/<uuid:match_id>/prolongation")
@requires(Permission.MATCHES_CONFIRM)
def prolong(match_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    match = queries.get_match(session, actor, match_id)
    form = ProlongForm()
    if not form.validate_on_submit():
        return _page(match, form), 422
    token = form.once_token.data or ""
    try:
        prolong_agreement(session, actor, match, form.to_more_time(), once_token=token, now=now())
    except services.SaidOutOfPlace as refusal:
        words = _("The day must lie between the day they began and today.")
        refuse_days(form, refusal.sides, words)
        return _page(match, form), 422
    except Conflict as refusal:
        form.form_errors.append(words_for(refusal))
        return _page(match, form), 409
    flash(_("Saved. They go on meeting."), "success")
    return redirect(url_for("matches.show", match_id=match.id), 303)


def _page(match: Match, form: ProlongForm) -> str:
    form.begin()
    until = queries.agreed_until(match)
    return render_template("matches/prolong.html", match=match, form=form, until=until)
