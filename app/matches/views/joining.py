"""Asked to come into a running match: the question on the guide's own page, as behind the link."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.matches import forms, services
from app.matches.queries.joining import Joining, get_asked_to_join
from app.matches.views.blueprint import addresses, bp
from app.permissions import Permission
from app.web.context import current_session, now, today


@bp.get("/matches/<uuid:match_id>/joining")
@requires(Permission.MY_PAGE_VIEW)
@looks_at(RecordKind.MATCH, "match_id")
def join(match_id: uuid.UUID) -> ResponseReturnValue:
    return _question(_asked(match_id), forms.OwnAnswerForm(formdata=None))


@bp.post("/matches/<uuid:match_id>/joining")
@requires(Permission.MY_PAGE_VIEW)
@looks_at(RecordKind.MATCH, "match_id")
def answer_to_join(match_id: uuid.UUID) -> ResponseReturnValue:
    joining, form = _asked(match_id), forms.OwnAnswerForm()
    said = request.form.get("answer", "")
    if said not in {forms.YES, forms.NO} or not form.validate():
        return _question(joining, form), 422
    try:
        services.answer_oneself(
            current_session(),
            current_actor(),
            joining,
            refusal=None if said == forms.YES else form.to_reason(),
            addresses=addresses(),
            now=now(),
        )
    except Conflict:  # what is missing is not theirs to know: staff see it, and that they wait
        return render_template("matches/joining_closed.html"), 409
    flash(_("Thank you for your answer."), "success")
    return redirect(url_for("my_page.show"), 303)


def _asked(match_id: uuid.UUID) -> Joining:
    return get_asked_to_join(current_session(), current_actor(), match_id, today())


def _question(joining: Joining, form: forms.OwnAnswerForm) -> str:
    match = joining.match
    return render_template(
        "matches/answer.html",
        facts=forms.family_told_to_guide(match, joining.guide_id),
        people=match.family.household_size,
        of_group=match.family.is_group,
        is_running=True,
        last_day=joining.answer_by,
        form=form,
        action=url_for("matches.answer_to_join", match_id=match.id),
        back=url_for("my_page.show"),
    )
