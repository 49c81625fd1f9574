"""The pages behind the link at the end: public, no names of the other side."""

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public, while_open
from app.endings import forms, queries, services
from app.endings.models import EndAnswer
from app.endings.views.blueprint import bp
from app.endings.views.papers import attest_answer
from app.errors import NotFound
from app.guides.models import GuideStatus
from app.web.context import current_session, now
from app.web.locale import choose_language, speak_as_written, speak_to_family
from app.web.papers import prints
from app.web.transactions import reads_only

Questions = forms.GuideQuestions | forms.FamilyQuestions


@bp.route("/how-it-was/<token>", methods=["GET", "POST"])
@public
@while_open
def questions(token: str) -> ResponseReturnValue:
    answer = _open(token)
    form: Questions = forms.GuideQuestions() if answer.guide else forms.FamilyQuestions()
    if answer.match.family.is_group:
        form.suit_group()
    if isinstance(form, forms.FamilyQuestions) and len(answer.match.takers) > 1:
        form.speak_of_several()
    if not form.is_submitted():
        if answer.answered_at:
            return redirect(url_for("endings.guide_thanked", token=token), 303)
        return _page(token, answer, form)
    if not form.validate():
        return _page(token, answer, form, 422)
    try:
        services.answer_by_link(current_session(), token, form.to_taps(), now=now())
    except services.NothingAnswered:
        form.ask_for_one()
        return _page(token, answer, form, 422)
    if answer.guide:
        return redirect(url_for("endings.guide_thanked", token=token), 303)
    # Nobody is known on the next page: the language goes along.
    return redirect(url_for("endings.thanked", lang=choose_language()), 303)


@bp.get("/how-it-was/<token>/thanks")
@public
@reads_only
@while_open
def guide_thanked(token: str) -> ResponseReturnValue:
    answer = _of_guide(token)
    return make_response(
        render_template(
            "endings/thanks.html",
            answer=answer,
            token=token,
            has_left=answer.guide is not None and answer.guide.status is GuideStatus.ENDED,
        )
    )


@bp.get("/how-it-was/<token>/certificate")
@public
@reads_only
@prints
@while_open
def attest_by_link(token: str) -> ResponseReturnValue:
    answer = _of_guide(token)
    if answer.guide is None:
        raise NotFound("guide of an ending link")
    return attest_answer(answer.guide)


@bp.get("/how-it-was")
@public
@reads_only
def thanked() -> ResponseReturnValue:
    speak_to_family()
    return make_response(render_template("for_families/how_it_was_thanks.html"))


def _open(token: str) -> EndAnswer:
    answer = queries.get_end_answer(current_session(), token, now=now())
    if answer.guide is None:
        speak_to_family(answer.match.family.locale)
    else:
        speak_as_written(answer.guide.locale)
    return answer


def _of_guide(token: str) -> EndAnswer:
    answer = _open(token)
    if answer.guide is None:
        raise NotFound("a family has no such page")
    return answer


def _page(token: str, answer: EndAnswer, form: Questions, status: int = 200) -> Response:
    template = "endings/questions.html" if answer.guide else "for_families/how_it_was.html"
    page = render_template(
        template,
        form=form,
        token=token,
        names=form.names(),
        several=len(answer.match.takers) > 1,
        asks_again=answer.guide is not None and answer.guide.status is not GuideStatus.ENDED,
    )
    return make_response(page, status)
