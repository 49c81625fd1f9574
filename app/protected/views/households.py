"""The list of the two, a household, registering one, correcting it and letting it go."""

import uuid
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor
from app.errors import NotFound
from app.guides.models import Guide
from app.protected import queries, services
from app.protected.copies import facts_of
from app.protected.forms import FearedForm, GuideForm, HouseholdForm, answers_of
from app.protected.models import HouseholdPage, ProtectedHousehold
from app.protected.views.blueprint import bp
from app.protected.views.guarding import current_choice, for_the_two, household_of, shown
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.paging import asked_page


@bp.get("/households")
@for_the_two
def index() -> ResponseReturnValue:
    session, choice = current_session(), current_choice()
    households = queries.list_households(session, choice)
    watched = queries.watch_over(session, households)
    return shown(
        "protected/index.html",
        HouseholdPage.LIST,
        choice=choice,
        households=households,
        states={one.id: _state(one, watched[one.id]) for one in households},
        looks=queries.list_looks(session, choice, number=asked_page()),
        page_url=lambda number: url_for("protected.index", page=number),
        is_one_missing=queries.is_one_missing(session, choice),
    )


@bp.route("/households/new", methods=["GET", "POST"])
@for_the_two
def new() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    if not current_choice().takes_new:
        raise NotFound("no new ones")
    if request.method == "GET":
        return _form_page(HouseholdForm(formdata=None, today=today()))
    form = HouseholdForm(today=today())
    form.offer_languages()
    if not form.validate():
        return _form_page(form), 422
    made = services.register_household(
        session, actor, form.to_told(), once_token=form.once_token.data or "", now=now()
    )
    flash(_("The household is registered. Only the two of you see it."), "success")
    return _back(made.id)


@bp.get("/households/<uuid:household_id>")
@for_the_two
def show(household_id: uuid.UUID) -> ResponseReturnValue:
    return record_page(household_of(household_id))


@bp.route("/households/<uuid:household_id>/edit", methods=["GET", "POST"])
@for_the_two
def edit(household_id: uuid.UUID) -> ResponseReturnValue:
    household = household_of(household_id)
    if request.method == "GET":
        form = HouseholdForm(formdata=None, data=answers_of(household), today=today())
        return _form_page(form, household)
    form = HouseholdForm(today=today())
    form.offer_languages()
    if not form.validate():
        return _form_page(form, household), 422
    services.correct_household(
        current_session(), current_actor(), household, form.to_told(), now=now()
    )
    flash(_("The changes are saved."), "success")
    return _back(household_id)


@bp.route("/households/<uuid:household_id>/erasure", methods=["GET", "POST"])
@for_the_two
def erase(household_id: uuid.UUID) -> ResponseReturnValue:
    household = household_of(household_id)
    if request.method == "GET":
        return shown(
            "protected/erase.html",
            HouseholdPage.RECORD,
            household.id,
            household=household,
            form=BaseForm(formdata=None),
        )
    services.erase_household(current_session(), current_actor(), household)
    flash(_("The household is deleted. Nothing is kept of it."), "success")
    return redirect(url_for("protected.index"), 303)


def record_page(
    household: ProtectedHousehold,
    *,
    form: BaseForm | None = None,
    guide_form: GuideForm | None = None,
    feared_form: FearedForm | None = None,
) -> str:
    """Draw the page of a household; a form that was refused keeps what was typed."""
    session, choice = current_session(), current_choice()
    watch = queries.watch_over(session, [household])[household.id]
    guides: Sequence[Guide] = []
    if household.match is None:
        guides = queries.list_fitting_guides(session, choice, household, watch.feared)
    guide_form = guide_form or GuideForm(formdata=None)
    guide_form.offer(guides, household.language)
    return shown(
        "protected/show.html",
        HouseholdPage.RECORD,
        household.id,
        household=household,
        facts=facts_of(household),
        guides=guides,
        form=form,
        guide_form=guide_form,
        feared_form=feared_form or FearedForm(formdata=None),
        unreadable=queries.is_unreadable(session, household),
        feared=list(dict.fromkeys(row.person_id for row in household.fears)),
        watch=watch,
        looks=queries.list_looks(session, choice, household.id, number=asked_page()),
        page_url=lambda number: url_for("protected.show", household_id=household.id, page=number),
        me=current_actor().user_id,
    )


def _state(household: ProtectedHousehold, watch: queries.Watch) -> tuple[str, str]:
    """Return in a few words how it is with a household, and the colour: danger comes first."""
    match = household.match
    dangers = {
        _("Call them: the guide may be somebody they fear"): match
        and match.guide_id in watch.feared_ids,
        _("Call them: the guide goes together with somebody they may fear"): watch.goes_with_feared,
        _("Call them: the guide has left, or is under 18"): match and match.must_end,
        _("Call them: the guide lacks the certificate for children"): watch.lacks_certificate,
        _("A guide may be somebody they fear"): watch.feared,
    }
    if words := next((words for words, holds in dangers.items() if holds), None):
        return words, "danger"
    if watch.partner:
        return _("The guide is half of a couple by now"), "warning"
    if match and match.is_confirmed:
        return _("Has a guide"), "success"
    return (_("Waits for the other one of you") if match else _("Waits for a guide")), "neutral"


def _form_page(form: HouseholdForm, household: ProtectedHousehold | None = None) -> str:
    form.begin()
    form.offer_languages()
    if household is None:
        return render_template("protected/form.html", form=form, household=None)
    return shown(
        "protected/form.html",
        HouseholdPage.RECORD,
        household.id,
        form=form,
        household=household,
    )


def _back(household_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("protected.show", household_id=household_id), 303)
