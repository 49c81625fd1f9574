"""One guide's record for staff, and the steps they take with it."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.guides import queries
from app.guides.forms.pipeline import still_missing
from app.guides.forms.staff import EditForm, PauseForm, StepForm, answers_of
from app.guides.forms.steps import SkillsForm, TermsForm
from app.guides.models import MANY_TRIES, Guide, GuideStatus, WrongGuideStatus
from app.guides.services import correcting, leaving, placing, vetting
from app.guides.services.offers import Home
from app.guides.views import told
from app.guides.views.blueprint import bp
from app.guides.views.steps import COLORS, calls_in_vain, staff_steps
from app.messages.words import on_its_way
from app.municipalities import queries as places
from app.municipalities.routing import current_municipality
from app.oslo import day_of
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.links import absolute_url
from app.web.transactions import reads_only


@bp.get("/guides/<uuid:guide_id>")
@requires(Permission.GUIDES_VIEW)
@looks_at(RecordKind.GUIDE, "guide_id")
def show(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page(_guide(guide_id))


@bp.get("/guides/<uuid:guide_id>/contact")
@bp.get("/guides/<uuid:guide_id>/interview")
@bp.get("/guides/<uuid:guide_id>/pause")
@requires(Permission.GUIDES_VIEW)
@reads_only
def back_to_record(guide_id: uuid.UUID) -> ResponseReturnValue:
    """Answer somebody who loads a page with errors again, or changes its language."""
    return _to(_guide(guide_id))


@bp.post("/guides/<uuid:guide_id>/contact")
@requires(Permission.GUIDES_CHANGE)
def record_contact(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _contact_form(guide)
    if not form.validate():
        return _page(guide, contact=form), 422
    session, actor = current_session(), current_actor()
    try:
        if "no_answer" in request.form:
            vetting.note_no_answer(session, actor, guide, tried_on=form.taken_on)
        else:
            vetting.record_contact(session, actor, guide, contacted_on=form.taken_on)
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, told.contact_noted(guide))


@bp.post("/guides/<uuid:guide_id>/interview")
@requires(Permission.GUIDES_CHANGE)
def record_interview(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _interview_form(guide)
    if not form.validate():
        return _page(guide, interview=form), 422
    try:
        vetting.record_interview(
            current_session(),
            current_actor(),
            guide,
            interviewed_on=form.taken_on,
            now=now(),
            link_url=lambda token: absolute_url("guides.status", token=token),
        )
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, _("The interview is noted."))


@bp.post("/guides/<uuid:guide_id>/readiness")
@requires(Permission.GUIDES_CHANGE)
def approve(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    try:
        vetting.approve_guide(
            current_session(),
            current_actor(),
            guide,
            sign_in_url=absolute_url("accounts.sign_in"),
            now=now(),
            today=today(),
        )
    except vetting.StepsMissing as missing:
        flash(still_missing(missing.codes), "warning")
        return _to(guide)
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, _("Ready! The guide is told.") + " " + on_its_way(now()))


@bp.post("/guides/<uuid:guide_id>/pause")
@requires(Permission.GUIDES_CHANGE)
def pause(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = PauseForm(today=today())
    if not form.validate():
        return _page(guide, pause=form), 422
    try:
        vetting.pause_guide(current_session(), current_actor(), guide, until=form.until.data)
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, _("The guide has a break. Matches that are under way go on."))


@bp.post("/guides/<uuid:guide_id>/return")
@requires(Permission.GUIDES_CHANGE)
def bring_back(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    try:
        vetting.bring_back_guide(current_session(), current_actor(), guide)
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, _("The guide is back."))


@bp.get("/guides/<uuid:guide_id>/end")
@requires(Permission.GUIDES_CHANGE)
@looks_at(RecordKind.GUIDE, "guide_id")
def ask_to_end(guide_id: uuid.UUID) -> ResponseReturnValue:
    return render_template("guides/end.html", guide=_guide(guide_id))


@bp.post("/guides/<uuid:guide_id>/end")
@requires(Permission.GUIDES_CHANGE)
def end(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    try:
        vetting.end_guide(current_session(), current_actor(), guide, now=now(), today=today())
    except leaving.GuideHasFamily:
        flash(
            _("This guide has a family. Close the match first, so that the family is told."),
            "warning",
        )
        return _to(guide)
    except WrongGuideStatus:
        return _changed_meanwhile(guide)
    return _done(guide, _("The role has ended."))


@bp.get("/guides/<uuid:guide_id>/edit")
@requires(Permission.GUIDES_CHANGE)
@looks_at(RecordKind.GUIDE, "guide_id")
def edit(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    return _edit_page(guide, _edit_form(guide, formdata=None, data=answers_of(guide)))


@bp.post("/guides/<uuid:guide_id>/edit")
@requires(Permission.GUIDES_CHANGE)
def change(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _edit_form(guide)
    if "add_language" in request.form:
        form.lang.add_row()
        return _edit_page(guide, form)
    if not form.validate():
        return _edit_page(guide, form), 422
    partner = queries.find_partner(current_session(), current_actor(), guide)
    try:
        home = placing.find_home(
            current_session(),
            placing.HomeAnswer(choice=form.neighbourhood.data),
            locator=None,
            earlier=Home(guide.neighbourhood_id, guide.placed_by),
        )
        correcting.change_guide(
            current_session(),
            current_actor(),
            guide,
            correcting.Correction(
                form.to_person(home),
                SkillsForm.skills_in(form.data),
                TermsForm.terms_in(form.data),
            ),
            now=now(),
            link_url=lambda token: absolute_url("guides.status", token=token),
        )
    except correcting.CapacityInUse:
        form.capacity.errors = [_("The guide has more families than that just now.")]
    except vetting.GuideTooYoung:
        form.age_group.errors = [
            _("A guide who has a family is 18 or older. Stop the match first.")
        ]
    except correcting.EmailTaken:
        form.email.errors = [_("Somebody else has this address. Each guide needs their own.")]
    if form.has_errors:
        return _edit_page(guide, form), 422
    return _done(guide, _saved(guide, partner))


def _saved(guide: Guide, partner: queries.Partner | None) -> str:
    """Say that it is saved, and whom the guide no longer goes with: no couple has a minor."""
    if partner and not queries.find_partner(current_session(), current_actor(), guide):
        return str(_("Saved. The guide and %(name)s no longer go together.", name=partner.name))
    return str(_("Saved."))


def _guide(guide_id: uuid.UUID) -> Guide:
    return queries.get_guide(current_session(), current_actor(), guide_id)


def _contact_form(guide: Guide, **options: Any) -> StepForm:
    applied_on = day_of(guide.applied_at)
    return StepForm(earliest=applied_on, latest=today(), prefix="contact-", **options)


def _interview_form(guide: Guide, **options: Any) -> StepForm:
    earliest: dt.date = guide.contacted_on or day_of(guide.applied_at)
    return StepForm(earliest=earliest, latest=today(), prefix="interview-", **options)


def _page(guide: Guide, **refused: Any) -> str:
    """Draw the record; `refused` holds a form of the page that was posted with errors."""
    days = current_municipality().first_contact_days
    row = guide.neighbourhood
    place = told.place_words(row.name if row else None, guide.placed_by)
    languages = {row.code: row.level for row in guide.languages}
    forms = {
        "contact": refused.get("contact") or _contact_form(guide, formdata=None),
        "interview": refused.get("interview") or _interview_form(guide, formdata=None),
        "pause": refused.get("pause") or PauseForm(formdata=None, today=today()),
    }
    return render_template(
        "guides/show.html",
        guide=guide,
        steps=staff_steps(guide),
        missing=_missing(guide),
        is_late=guide.is_overdue(days, today()),
        due_on=guide.contact_due_on(days),
        calls=calls_in_vain(guide),
        may_close=guide.tries >= MANY_TRIES,
        step_forms=forms,
        form=next(iter(refused.values()), None),
        partner=queries.find_partner(current_session(), current_actor(), guide),
        colors=COLORS,
        about=told.about_facts(guide, place),
        skills=told.skill_facts(languages, guide),
        terms=told.term_facts(guide, is_adult=guide.is_adult),
    )


def _missing(guide: Guide) -> str:
    """Return which steps keep the guide from being proposed, as a sentence; "" for none."""
    if guide.status is GuideStatus.ENDED:
        return ""
    found = queries.missing_steps(current_session(), [guide.id])
    return still_missing(found.get(guide.id, ()))


def _edit_form(guide: Guide, **options: Any) -> EditForm:
    form = EditForm(**options)
    rows = {str(row.id): row.name for row in places.list_neighbourhoods(current_session())}
    if guide.neighbourhood_id and guide.neighbourhood:  # perhaps no longer in use
        rows.setdefault(str(guide.neighbourhood_id), guide.neighbourhood.name)
    form.neighbourhood.choices = [
        *rows.items(),
        (placing.ELSEWHERE, _("Somewhere else, or not sure")),
    ]
    return form


def _edit_page(guide: Guide, form: EditForm) -> str:
    return render_template("guides/edit.html", guide=guide, form=form)


def _changed_meanwhile(guide: Guide) -> ResponseReturnValue:
    flash(_("This has changed in the meantime. Here is how it stands now."), "warning")
    return _to(guide)


def _done(guide: Guide, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return _to(guide)


def _to(guide: Guide) -> ResponseReturnValue:
    return redirect(url_for("guides.show", guide_id=guide.id), 303)
