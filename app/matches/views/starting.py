"""From two yeses to an active match: the start meeting, the agreement on paper, the signatures."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import LookKind, RecordKind
from app.errors import Conflict, NotFound
from app.matches import forms, queries, services
from app.matches.forms.starting import refuse_days
from app.matches.models import Match, MatchStatus
from app.matches.services.starting import (
    ChecksOpen,
    MeetingAhead,
    MeetingTooFar,
)
from app.matches.views.blueprint import addresses, bp, words_for
from app.matches.views.record import match_page
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.papers import paper_answer, prints

S = MatchStatus


@bp.get("/matches/<uuid:match_id>/start-meeting")
@requires(Permission.MATCHES_CONFIRM)
@looks_at(RecordKind.MATCH, "match_id")
def start(match_id: uuid.UUID) -> ResponseReturnValue:
    match = queries.get_match(current_session(), current_actor(), match_id)
    if match.status is not S.AGREED or not match.family.takes_part:
        return redirect(url_for("matches.show", match_id=match.id), 303)
    return _page(match)


@bp.post("/matches/<uuid:match_id>/start-meeting")
@requires(Permission.MATCHES_CONFIRM)
def plan_start(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match, form: forms.MeetingForm) -> str:
        meeting = services.plan_start_meeting(
            current_session(),
            current_actor(),
            match,
            form.to_plan(),
            addresses=addresses(),
            now=now(),
        )
        if not meeting.was_told:
            return str(_("Noted. The time has passed, so nobody gets a message."))
        return str(_("The start meeting is planned."))

    return _take(match_id, forms.MeetingForm, step)


@bp.post("/matches/<uuid:match_id>/agreement")
@requires(Permission.MATCHES_CONFIRM)
def agree(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match, form: forms.TermsForm) -> str:
        services.agree_on(current_session(), current_actor(), match, form.to_terms())
        return ""  # the paper itself is the answer

    return _take(match_id, forms.TermsForm, step, then="matches.agreement_paper")


@bp.post("/matches/<uuid:match_id>/signatures")
@requires(Permission.MATCHES_CONFIRM)
def sign(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match, form: forms.SignaturesForm) -> str:
        session, actor = current_session(), current_actor()
        services.tick_checks(session, actor, match, form.to_checks())
        services.note_signatures(session, actor, match, form.to_signatures(), now=now())
        if match.status is S.ACTIVE:
            return str(_("Everybody has signed. The match is active!"))
        return str(_("Saved. The match is active when everybody has signed."))

    return _take(match_id, forms.SignaturesForm, step)


@bp.get("/matches/<uuid:match_id>/agreement.pdf")
@requires(Permission.MATCHES_VIEW)
@looks_at(RecordKind.MATCH, "match_id", what=LookKind.PRINT)
@prints
def agreement_paper(match_id: uuid.UUID) -> ResponseReturnValue:
    """The agreement to print: for both sides and staff, and for nobody before both said yes."""
    match = queries.get_match(current_session(), current_actor(), match_id)
    if not match.both_said_yes:
        raise NotFound(f"no agreement yet for match {match_id}")
    terms = queries.terms_for(current_session(), match)
    content = forms.agreement_paper(match, terms, made_on=today())
    return paper_answer(content, name="agreement")


def _take(
    match_id: uuid.UUID,
    kind: type[Any],
    step: Callable[[Match, Any], str],
    then: str = "matches.start",
) -> ResponseReturnValue:
    match = queries.get_match(current_session(), current_actor(), match_id)
    form = _blank(kind, match, formdata=True)
    if not form.validate_on_submit():
        return _page(match, form), 422
    try:
        done = step(match, form)
    except services.SaidOutOfPlace as refusal:
        refuse_days(form, refusal.sides, words_for(refusal))
        return _page(match, form), 422
    except (services.DateOutOfPlace, MeetingTooFar) as refusal:
        form.on.errors = [words_for(refusal)]
        return _page(match, form), 422
    except (MeetingAhead, ChecksOpen) as refusal:
        form.ask(refusal)
        return _page(match, form), 422  # nothing is kept before somebody has said that it is right
    except Conflict as refusal:
        return _page(match, form, words_for(refusal)), 409
    if done:
        flash(done, "success")
    then = "matches.show" if match.status is S.ACTIVE else then
    return redirect(url_for(then, match_id=match.id), 303)


def _blank(kind: type[Any], match: Match, *, formdata: bool = False) -> Any:
    """Return one of the page's forms: as it was posted, or with what is on record."""
    form = kind() if formdata else kind(formdata=None)
    if isinstance(form, forms.MeetingForm):
        places = list(queries.list_meeting_places(current_session()))
        planned = match.start_meeting
        if planned and planned.place not in places:
            places.append(planned.place)
        form.offer(places, match.family)
    if isinstance(form, forms.SignaturesForm):
        form.speak_of(match)
    if formdata:
        return form
    if isinstance(form, forms.MeetingForm):
        form.show(match.start_meeting, match.family)
    elif isinstance(form, forms.TermsForm):
        form.show(queries.terms_for(current_session(), match))
    else:
        form.show(match.start_meeting, match.agreement)
    return form


def _page(match: Match, failed: BaseForm | None = None, refusal: str = "") -> str:
    """Return the page of the start, or of the match itself where there is nothing to start."""
    if match.status is not S.AGREED:
        return match_page(match, refusal=refusal)
    kinds = {
        "meeting": forms.MeetingForm,
        "terms": forms.TermsForm,
        "signatures": forms.SignaturesForm,
    }
    shown = {
        name: failed if isinstance(failed, kind) else _blank(kind, match)
        for name, kind in kinds.items()
    }
    return render_template(
        "matches/start.html",
        match=match,
        form=failed,
        refusal=refusal,
        forms_of=shown,
        terms=queries.terms_for(current_session(), match),
    )
