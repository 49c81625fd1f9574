"""The pages behind the link of a question: public, no names, and nothing of what was answered."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public, while_open
from app.follow_ups import forms, queries, services
from app.follow_ups.models import PairSide, Reply
from app.follow_ups.views.blueprint import bp
from app.municipalities.routing import current_municipality
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.locale import speak_as_written, speak_to_family
from app.web.transactions import reads_only

REPLIES = frozenset(reply.value for reply in Reply)
# What each side reads. A family reads in her own language.
PAGES = {
    (PairSide.GUIDE, "question"): "follow_ups/question.html",
    (PairSide.GUIDE, "thanks"): "follow_ups/thanks.html",
    (PairSide.GUIDE, "concern"): "follow_ups/concern.html",
    (PairSide.FAMILY, "question"): "for_families/how_is_it.html",
    (PairSide.FAMILY, "thanks"): "for_families/how_is_it_thanks.html",
    (PairSide.FAMILY, "concern"): "for_families/concern.html",
}


@bp.route("/how-is-it/<token>", methods=["GET", "POST"])
@public
@while_open
def answer(token: str) -> ResponseReturnValue:
    form = BaseForm()
    reply = request.form.get("reply", "")
    if request.method == "POST" and reply in REPLIES and form.validate():
        services.answer_by_link(current_session(), token, reply=Reply(reply), now=now())
        return redirect(url_for("follow_ups.answered", token=token), 303)
    return _page(token, "question", form, 422 if request.method == "POST" else 200)


@bp.get("/how-is-it/<token>/thanks")
@public
@reads_only
@while_open
def answered(token: str) -> ResponseReturnValue:
    """The same page whatever was answered: somebody may look over the shoulder."""
    return _page(token, "thanks", BaseForm())


@bp.route("/how-is-it/<token>/concern", methods=["GET", "POST"])
@public
@while_open
def concern_by_link(token: str) -> ResponseReturnValue:
    form = forms.ConcernForm()
    form.begin()
    if form.is_submitted() and form.validate():
        services.raise_concern_by_link(
            current_session(), token, once_token=form.once_token.data, now=now()
        )
        return redirect(url_for("follow_ups.answered", token=token), 303)
    return _page(token, "concern", form, 422 if form.is_submitted() else 200)


def _page(token: str, name: str, form: BaseForm, status: int = 200) -> Response:
    question, _link = queries.get_question(current_session(), token, now=now())
    if question.side is PairSide.FAMILY:
        speak_to_family(question.match.family.locale)
    else:
        speak_as_written((question.guide or question.match.lead).locale)
    values: dict[str, Any] = {
        "form": form,
        "token": token,
        "contact": current_municipality(),
        "back": url_for("follow_ups.answer", token=token),
        "match": question.match,
        "several": len(question.match.takers) > 1,
    }
    if name == "concern":
        values |= {
            "action": url_for("follow_ups.concern_by_link", token=token),
            "by_phone": bool(question.match.family.contact_phone),
            "child_welfare_phone": queries.rules_for(current_session()).child_welfare_phone,
        }
    return make_response(render_template(PAGES[question.side, name], **values), status)
