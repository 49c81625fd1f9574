"""Sign-up in four steps. What is filled in lies in a draft that a cookie opens."""

from typing import Any, cast

from flask import (
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug import Response

from app.accounts.guards import public
from app.accounts.limiting import count
from app.accounts.services.limits import Limit
from app.guides import queries
from app.guides.forms.about import AboutForm, home_in, person_in
from app.guides.forms.steps import ConfirmForm, SkillsForm, TermsForm
from app.guides.models import SignUpDraft
from app.guides.services import placing, signing_up
from app.guides.services.offers import Home
from app.guides.services.signing_up import SENT, Application
from app.guides.views import told
from app.guides.views.blueprint import bp
from app.municipalities import queries as places
from app.municipalities.routing import current_municipality
from app.vocabulary import AgeGroup
from app.web.context import current_session, now
from app.web.cookies import keep_cookie, read_cookie
from app.web.links import absolute_url
from app.web.redrawing import redraw_in
from app.web.transactions import reads_only

ABOUT, SKILLS, TERMS = "about", "languages", "time"
STEPS = {
    ABOUT: "guides.sign_up_about",
    SKILLS: "guides.sign_up_languages",
    TERMS: "guides.sign_up_time",
}


@bp.get("/sign-up/")
@public
@reads_only
def sign_up() -> ResponseReturnValue:
    return redirect(url_for("guides.sign_up_about"), 303)


@bp.get("/sign-up/about-you")
@public
@reads_only
def sign_up_about() -> ResponseReturnValue:
    if not current_municipality().takes_guides:
        return redirect(url_for("municipalities.home"), 303)
    form = _offering_places(AboutForm(formdata=None, data=_answers().get(ABOUT)))
    return render_template("guides/sign_up_about.html", form=form)


@bp.post("/sign-up/about-you")
@public
def save_about() -> ResponseReturnValue:
    if not current_municipality().takes_guides:
        return redirect(url_for("municipalities.home"), 303)
    form = _offering_places(AboutForm())
    is_valid = form.validate()
    home = None if redraw_in() else _find_home(form, is_valid=is_valid)
    if is_valid and home:
        return _keep(ABOUT, form.to_answers(home))
    return render_template("guides/sign_up_about.html", form=form), 422


@bp.get("/sign-up/languages")
@public
@reads_only
def sign_up_languages() -> ResponseReturnValue:
    if missing := _first_unfinished(before=SKILLS):
        return missing
    form = SkillsForm(formdata=None, data=_so_far(SKILLS))
    return render_template("guides/sign_up_languages.html", form=form)


@bp.post("/sign-up/languages")
@public
def save_languages() -> ResponseReturnValue:
    if missing := _first_unfinished(before=SKILLS):
        return missing
    form = SkillsForm()
    if "add_language" in request.form:
        form.lang.add_row()
        return render_template("guides/sign_up_languages.html", form=form)
    if "back" in request.form:
        return _keep_and_go_back(SKILLS, form, "guides.sign_up_about")
    if form.validate():
        return _keep(SKILLS, form.to_answers())
    return render_template("guides/sign_up_languages.html", form=form), 422


@bp.get("/sign-up/time")
@public
@reads_only
def sign_up_time() -> ResponseReturnValue:
    if missing := _first_unfinished(before=TERMS):
        return missing
    form = TermsForm(formdata=None, data=_so_far(TERMS))
    return render_template("guides/sign_up_time.html", form=form)


@bp.post("/sign-up/time")
@public
def save_time() -> ResponseReturnValue:
    if missing := _first_unfinished(before=TERMS):
        return missing
    form = TermsForm()
    if "back" in request.form:
        return _keep_and_go_back(TERMS, form, "guides.sign_up_languages")
    if form.validate():
        return _keep(TERMS, form.to_answers())
    return render_template("guides/sign_up_time.html", form=form), 422


@bp.get("/sign-up/confirm")
@public
@reads_only
def sign_up_confirm() -> ResponseReturnValue:
    return _first_unfinished() or _confirm_page(ConfirmForm(formdata=None))


@bp.post("/sign-up/confirm")
@public
def apply() -> ResponseReturnValue:
    if missing := _first_unfinished():
        return missing
    form, draft = ConfirmForm(), _draft()
    if draft is None or not form.validate():
        return _confirm_page(form), 422
    application = _application(draft.answers)
    count(Limit.SIGN_UP_FROM)
    count(Limit.SIGN_UP_AS, application.person.email.lower())
    try:
        signing_up.apply_as_guide(
            current_session(),
            draft,
            application,
            now=now(),
            link_url=lambda token: absolute_url("guides.status", token=token),
        )
    except signing_up.SignUpClosed:
        flash(_("We have just closed for new guides. Thank you for wanting to help!"), "warning")
        return redirect(url_for("municipalities.home"), 303)
    return redirect(url_for("guides.sign_up_thanks"), 303)


@bp.get("/sign-up/thanks")
@public
@reads_only
def sign_up_thanks() -> ResponseReturnValue:
    draft = _draft()
    age = draft.answers.get(SENT) if draft else None
    return render_template("guides/sign_up_thanks.html", is_young=age == AgeGroup.FROM_16)


def _draft() -> SignUpDraft | None:
    """Return the visitor's draft, looked up once per request."""
    token = read_cookie(_cookie())
    if "sign_up_draft" not in g:
        g.sign_up_draft = token and queries.find_draft(current_session(), token, now=now())
    return cast("SignUpDraft | None", g.sign_up_draft or None)


def _cookie() -> str:
    """Return the cookie of an application here: the same person may apply elsewhere too."""
    return f"sign_up_{current_municipality().slug}"


def _answers() -> dict[str, Any]:
    """Return the draft's answers; none if there is no draft, or if it has been sent."""
    draft = _draft()
    return {} if draft is None or SENT in draft.answers else draft.answers


def _first_unfinished(before: str = "") -> Response | None:
    """Return the way to the first step before this that lacks answers; sent, to the thanks."""
    if (draft := _draft()) and SENT in draft.answers:
        return redirect(url_for("guides.sign_up_thanks"), 303)
    answers = _answers()
    for step, endpoint in STEPS.items():
        if step == before:
            return None
        if step not in answers:
            return redirect(url_for(endpoint), 303)
    return None


def _so_far(step: str) -> dict[str, Any] | None:
    """Return what a step was answered with, or what was valid when its reader went back."""
    answers = _answers()
    return answers.get(signing_up.BEGUN + step) or answers.get(step)


def _keep_and_go_back(step: str, form: SkillsForm | TermsForm, endpoint: str) -> Response:
    """Keep what is valid in a step, without a word about the rest, and go to the one before."""
    if form.validate():
        return _keep(step, form.to_answers(), endpoint)
    return _keep(signing_up.BEGUN + step, form.valid_answers(), endpoint)


def _keep(step: str, answers: dict[str, Any], target: str = "") -> Response:
    """Keep a step's answers and go on: to the first step that lacks them, or to the check page.

    Who takes no guides keeps nothing of anybody either.
    """
    if not current_municipality().takes_guides:
        return redirect(url_for("municipalities.home"), 303)
    token, draft = signing_up.keep_answers(
        current_session(), read_cookie(_cookie()), step, answers, now=now()
    )
    missing = (endpoint for name, endpoint in STEPS.items() if name not in draft.answers)
    target = target or next(missing, "guides.sign_up_confirm")
    response = make_response(redirect(url_for(target), 303))
    keep_cookie(response, _cookie(), token, seconds=None)  # the next at the computer starts anew
    return response


def _find_home(form: AboutForm, *, is_valid: bool) -> Home | None:
    """Return the home that step 1 tells of, or None and the reason at its field.

    An address is looked up once the rest is right, so that it leaves the house once.
    """
    answer = form.home_answer()
    if not is_valid and (answer.choice or answer.address or not answer.postcode):
        return None
    earlier = _answers().get(ABOUT)
    try:
        return placing.find_home(
            current_session(),
            answer,
            locator=_locator(),
            earlier=home_in(earlier) if earlier else None,
        )
    except placing.PlaceUnknown:
        form.place_unknown(current_municipality().name)
        return None


def _locator() -> Any:
    return current_app.extensions.get("locator")


def _offering_places(form: AboutForm) -> AboutForm:
    session = current_session()
    neighbourhoods = places.neighbourhood_choices(session)
    form.offer_places(
        neighbourhoods,
        postcodes=places.has_postcodes(session),
        addresses=places.has_points(session),
    )
    return form


def _application(answers: dict[str, Any]) -> Application:
    person = person_in(answers[ABOUT])
    return Application(
        person=person,
        skills=SkillsForm.skills_in(answers[SKILLS]),
        terms=TermsForm.terms_in(answers[TERMS]),
        consent_version=f"{signing_up.CONSENT_VERSION} {current_municipality().notice_version}",
        locale=str(get_locale()),
    )


def _confirm_page(form: ConfirmForm) -> str:
    application = _application(_answers())
    home = application.person.home
    where = home.neighbourhood_id
    row = places.find_neighbourhood(current_session(), where) if where else None
    place = told.place_words(row.name if row else None, home.placed_by)
    form.speak_to(application.person.age_group)
    terms = told.term_facts(application.terms, is_adult=form.is_adult)
    return render_template(
        "guides/sign_up_confirm.html",
        form=form,
        groups=[
            (_("About you"), "guides.sign_up_about", told.about_facts(application.person, place)),
            (
                _("Languages and interests"),
                "guides.sign_up_languages",
                told.skill_facts(application.skills.languages, application.skills),
            ),
            (_("Time and wishes"), "guides.sign_up_time", terms),
        ],
    )
