"""The steps of a match's life: one resource each, posted to."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.errors import Conflict
from app.matches import forms, queries, services
from app.matches.models import BOTH_SAID_YES, AnswerWay, Match, Side
from app.matches.services import Refusal
from app.matches.views.blueprint import addresses, bp, words_for
from app.matches.views.record import match_page
from app.messages.services import To, can_reach
from app.messages.words import on_its_way
from app.permissions import Permission, limited_to_own
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.transactions import reads_only

Step = Callable[[Match], object]


@bp.get("/matches/<uuid:match_id>/confirmation")
@bp.get("/matches/<uuid:match_id>/guide-answer")
@bp.get("/matches/<uuid:match_id>/family-question")
@bp.get("/matches/<uuid:match_id>/family-answer")
@bp.get("/matches/<uuid:match_id>/agreement")
@bp.get("/matches/<uuid:match_id>/signatures")
@bp.get("/matches/<uuid:match_id>/withdrawal")
@requires(Permission.MATCHES_VIEW)
@reads_only
def back_to_match(match_id: uuid.UUID) -> ResponseReturnValue:
    """A step's own address holds no page: whoever changes language on its answer comes here."""
    match = queries.get_match(current_session(), current_actor(), match_id)
    return redirect(url_for("matches.show", match_id=match.id, lang=request.args.get("lang")), 303)


@bp.post("/matches/<uuid:match_id>/confirmation")
@requires(Permission.MATCHES_CONFIRM)
def confirm(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match) -> None:
        services.confirm_match(
            current_session(), current_actor(), match, addresses=addresses(), now=now()
        )

    asked = _("The question is sent.")  # not within the f-string: its texts are not gathered there
    return _take(match_id, forms.StepForm(), step, f"{asked} {on_its_way(now())}")


@bp.post("/matches/<uuid:match_id>/guide-answer")
@requires(Permission.MATCHES_ANSWER_FOR_GUIDE)
def guide_answer(match_id: uuid.UUID) -> ResponseReturnValue:
    """The guide's answer: their own, or as staff heard it."""
    match = queries.get_match(current_session(), current_actor(), match_id)
    if limited_to_own(current_actor(), Permission.MATCHES_ANSWER_FOR_GUIDE, match):
        return _own_answer(match_id)
    form = forms.AnswerForm(prefix="answer")

    def step(match: Match) -> None:
        session, actor, whose = current_session(), current_actor(), form.guide_id
        if match.status in BOTH_SAID_YES and whose:
            said = services.NewcomersAnswer(whose, form.says_yes, form.on.data, form.no_because)
            services.answer_as_newcomer(
                session, actor, match, answer=said, addresses=addresses(), now=now()
            )
        elif form.says_yes:
            services.accept_as_guide(
                session, actor, match, way=form.heard, now=now(), guide_id=whose
            )
        else:
            _decline(match, form.to_refusal(Side.GUIDE))

    return _take(match_id, form, step, _("The guide's answer is noted."))


@bp.post("/matches/<uuid:match_id>/family-question")
@requires(Permission.MATCHES_ANSWER_FOR_FAMILY)
def ask_family(match_id: uuid.UUID) -> ResponseReturnValue:
    """Ask, and show the link once: only its hash is stored."""
    match = queries.get_match(current_session(), current_actor(), match_id)
    form = forms.FamilyQuestionForm()
    if not form.validate_on_submit():
        return match_page(match, form), 422
    try:
        link = services.ask_family(
            current_session(),
            current_actor(),
            match,
            addresses=addresses(),
            now=now(),
            seen=form.seen.data,
        )
    except Conflict as refusal:
        return match_page(match, form, words_for(refusal)), 409
    return render_template(
        "matches/family_question.html",
        match=match,
        link=link,
        is_written_to=can_reach(current_session(), To.family(match.family)),
        passages=forms.passages(match),
    )


@bp.post("/matches/<uuid:match_id>/family-answer")
@requires(Permission.MATCHES_ANSWER_FOR_FAMILY)
def family_answer(match_id: uuid.UUID) -> ResponseReturnValue:
    form = forms.AnswerForm(prefix="answer")

    def step(match: Match) -> None:
        if form.says_yes:
            services.accept_for_family(
                current_session(),
                current_actor(),
                match,
                way=form.heard,
                addresses=addresses(),
                now=now(),
            )
        else:
            _decline(match, form.to_refusal(Side.FAMILY))

    return _take(match_id, form, step, _("The answer is noted."))


@bp.post("/matches/<uuid:match_id>/withdrawal")
@requires(Permission.MATCHES_PROPOSE)
def withdraw(match_id: uuid.UUID) -> ResponseReturnValue:
    """Stop before the start: a side has changed its mind, or the municipality takes it back."""
    form = forms.StopForm(prefix="stop")

    def step(match: Match) -> None:
        refusal = form.to_refusal()
        if refusal.side is Side.COORDINATOR:
            services.withdraw_match(
                current_session(),
                current_actor(),
                match,
                addresses=addresses(),
                now=now(),
                seen=refusal.seen,
            )
        else:
            _decline(match, refusal)

    return _take(match_id, form, step, _("The match has stopped."))


def _own_answer(match_id: uuid.UUID) -> ResponseReturnValue:
    form = forms.OwnAnswerForm()
    way = AnswerWay.MY_PAGE

    def step(match: Match) -> None:
        if request.form.get("answer") == forms.YES:
            services.accept_as_guide(current_session(), current_actor(), match, way=way, now=now())
        else:
            _decline(match, form.to_refusal(way))

    return _take(match_id, form, step, _("Thank you for your answer."), back="my_page.show")


def _decline(match: Match, refusal: Refusal) -> None:
    services.decline_match(
        current_session(),
        current_actor(),
        match,
        refusal=refusal,
        addresses=addresses(),
        now=now(),
    )


def _take(
    match_id: uuid.UUID, form: BaseForm, step: Step, done: str, *, back: str = ""
) -> ResponseReturnValue:
    match = queries.get_match(current_session(), current_actor(), match_id)
    if not form.validate_on_submit():
        return match_page(match, form), 422
    try:
        step(match)
    except services.DateOutOfPlace as refusal:
        if isinstance(form, forms.AnswerForm):
            form.refuse_day()
        else:
            form.form_errors.append(words_for(refusal))
        return match_page(match, form), 422
    except Conflict as refusal:
        return match_page(match, form, words_for(refusal)), 409
    flash(done, "success")
    return redirect(url_for(back) if back else url_for("matches.show", match_id=match_id), 303)
