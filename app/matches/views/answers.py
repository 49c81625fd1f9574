"""The page behind an answer link: public, one question, no names."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public
from app.accounts.looking import looked_at, looks_at
from app.accounts.models import RecordKind
from app.accounts.services import language_of_link
from app.errors import Conflict, NotFound
from app.matches import forms, queries, services
from app.matches.models import MatchStatus
from app.matches.views.blueprint import addresses, bp
from app.web.context import current_session, now, today
from app.web.locale import choose_language, speak_as_written, speak_to_family
from app.web.transactions import reads_only


@bp.route("/answers/<token>", methods=["GET", "POST"])
@public
@looks_at(RecordKind.MATCH)
def answer(token: str) -> ResponseReturnValue:
    speak_to_family(language_of_link(current_session(), token))
    form = forms.OwnAnswerForm()
    said = request.form.get("answer", "")
    try:
        if request.method == "POST" and said in {"yes", "no"} and form.validate():
            services.answer_by_link(
                current_session(),
                token,
                refusal=None if said == forms.YES else form.to_reason(),
                addresses=addresses(),
                now=now(),
            )
            # Nobody is known on the next page: the language goes along.
            url = url_for("matches.answered", said=said, lang=choose_language())
            return redirect(url, 303)
        return _question(token, form)
    except NotFound:
        return _closed(404, may_have_answered=True)
    except (services.MayNotMeet, services.PairVetoed):
        looked_at(RecordKind.MATCH)
        return make_response(render_template("for_families/answer_waits.html"), 409)
    except Conflict:
        looked_at(RecordKind.MATCH)  # nobody: the page says that it is too late
        return _closed(409, may_have_answered=False)  # this answer is not taken


@bp.get("/answered")
@public
@reads_only
def answered() -> ResponseReturnValue:
    speak_to_family()
    return make_response(
        render_template("for_families/answered.html", said=request.args.get("said"))
    )


def _closed(status: int, *, may_have_answered: bool) -> Response:
    page = render_template("for_families/answer_closed.html", may_have_answered=may_have_answered)
    return make_response(page, status)


def _question(token: str, form: forms.OwnAnswerForm) -> Response:
    match, link = queries.get_asked_match(current_session(), token, now=now(), today=today())
    looked_at(RecordKind.MATCH, match.id)
    of_guide = match.status is not MatchStatus.FAMILY_ASKED
    if of_guide:
        speak_as_written(language_of_link(current_session(), token))
        facts = forms.family_told_to_guide(match, queries.guide_asked_by(match, link))
    else:
        facts = forms.guide_told_to_family(match)
    page = render_template(
        "matches/answer.html" if of_guide else "for_families/answer.html",
        facts=facts,
        people=match.family.household_size,
        of_group=match.family.is_group,
        guides=len(match.takers),
        last_day=match.expires_on,
        form=form,
        token=token,
        action=url_for("matches.answer", token=token),
        is_running=match.both_said_yes,
    )
    return make_response(page, 422 if request.method == "POST" else 200)
