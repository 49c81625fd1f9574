"""One guide's steps for staff: what is done, what is missing, and what staff do about it."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.guides import queries
from app.guides.forms.pipeline import GuardianForm, WaiverForm
from app.guides.forms.staff import StepForm
from app.guides.models import NEVER_WAIVED, Guide, StepCode
from app.guides.queries import declarations as texts
from app.guides.queries import steps as steps_asked
from app.guides.services import declarations, steps
from app.guides.services.pipeline import CHOSEN_HERE
from app.guides.views.blueprint import bp
from app.guides.views.pipeline import declaration_url
from app.messages.queries import find_latest_message
from app.messages.words import on_its_way
from app.oslo import day_of
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.transactions import reads_only

D = StepCode.DECLARATION  # its letter has the same name


@bp.get("/guides/<uuid:guide_id>/steps")
@requires(Permission.GUIDES_VIEW)
@looks_at(RecordKind.GUIDE, "guide_id")
def steps_of(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page(_guide(guide_id))


@bp.get("/guides/<uuid:guide_id>/steps/declaration", defaults={"code": "declaration"})
@bp.get("/guides/<uuid:guide_id>/steps/course", defaults={"code": "course"})
@bp.get("/guides/<uuid:guide_id>/overrides")
@bp.get("/guides/<uuid:guide_id>/guardians")
@requires(Permission.GUIDES_VIEW)
@reads_only
def back_to_steps(guide_id: uuid.UUID, code: str = "") -> ResponseReturnValue:
    """Answer somebody who loads a page with errors again, or changes its language."""
    return _to(_guide(guide_id))


@bp.post("/guides/<uuid:guide_id>/steps/declaration", defaults={"code": "declaration"})
@bp.post("/guides/<uuid:guide_id>/steps/course", defaults={"code": "course"})
@requires(Permission.GUIDES_CHANGE)
def note_step(guide_id: uuid.UUID, code: str) -> ResponseReturnValue:
    guide, step = _guide(guide_id), StepCode(code)
    form = _day_form(guide, step)
    if not form.validate():
        return _page(guide, {step: form}), 422
    try:
        steps.note_step(current_session(), current_actor(), guide, step, done_on=form.taken_on)
    except steps.GuideHasLeft:
        return _nothing_changed(guide)
    flash(_("Noted."), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/steps/declaration/removal", defaults={"code": "declaration"})
@bp.post("/guides/<uuid:guide_id>/steps/course/removal", defaults={"code": "course"})
@requires(Permission.GUIDES_CHANGE)
def take_back_step(guide_id: uuid.UUID, code: str) -> ResponseReturnValue:
    guide = _guide(guide_id)
    if not steps.take_back_step(current_session(), current_actor(), guide, StepCode(code)):
        return _nothing_changed(guide)
    flash(_("It is taken back. The guide lacks the step now."), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/overrides")
@requires(Permission.GUIDES_CHANGE)
def waive_steps(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _waiver(_missing(guide))
    if not form.validate():
        return _page(guide, waiver=form), 422
    try:
        steps.waive_steps(
            current_session(),
            current_actor(),
            guide,
            form.chosen,
            reason=form.reason.data or "",
            now=now(),
        )
    except Conflict:
        return _nothing_changed(guide)
    flash(_("The guide goes on without it. Your name and the reason are kept."), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/overrides/declaration/end", defaults={"code": "declaration"})
@bp.post("/guides/<uuid:guide_id>/overrides/course/end", defaults={"code": "course"})
@requires(Permission.GUIDES_CHANGE)
def ask_again(guide_id: uuid.UUID, code: str) -> ResponseReturnValue:
    guide = _guide(guide_id)
    if not steps.ask_again(current_session(), current_actor(), guide, StepCode(code), now=now()):
        return _nothing_changed(guide)
    flash(_("The step is asked for again."), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/declaration")
@requires(Permission.GUIDES_CHANGE)
def send_declaration(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    try:
        declarations.send_declaration(
            current_session(), current_actor(), guide, now=now(), link_url=declaration_url
        )
    except steps.GuideHasLeft:
        return _nothing_changed(guide)
    flash(_("The guide gets a link to the declaration.") + " " + on_its_way(now()), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/guardians")
@requires(Permission.GUIDES_CHANGE)
def note_guardians(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _guardian_form(guide)
    if not form.validate():
        return _page(guide, guardian=form), 422
    try:
        steps.note_guardians(
            current_session(),
            current_actor(),
            guide,
            guardian_name=form.name,
            given_on=form.taken_on,
        )
    except Conflict:
        return _nothing_changed(guide)
    flash(_("Noted."), "success")
    return _to(guide)


@bp.post("/guides/<uuid:guide_id>/guardians/removal")
@requires(Permission.GUIDES_CHANGE)
def take_back_guardians(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    if not steps.take_back_guardians(current_session(), current_actor(), guide):
        return _nothing_changed(guide)
    flash(_("It is taken back. The guide lacks the step now."), "success")
    return _to(guide)


def _guide(guide_id: uuid.UUID) -> Guide:
    return queries.get_guide(current_session(), current_actor(), guide_id)


def _missing(guide: Guide) -> tuple[StepCode, ...]:
    return queries.missing_steps(current_session(), [guide.id]).get(guide.id, ())


def _day_form(guide: Guide, code: StepCode, **options: object) -> StepForm:
    applied_on = day_of(guide.applied_at)
    return StepForm(earliest=applied_on, latest=today(), prefix=f"{code.value}-", **options)


def _guardian_form(guide: Guide, **options: object) -> GuardianForm:
    return GuardianForm(earliest=day_of(guide.applied_at), latest=today(), **options)


def _waiver(missing: tuple[StepCode, ...], **options: object) -> WaiverForm:
    return WaiverForm([code for code in missing if code not in NEVER_WAIVED], **options)


def _page(
    guide: Guide,
    refused: dict[StepCode, StepForm] | None = None,
    *,
    waiver: WaiverForm | None = None,
    guardian: GuardianForm | None = None,
) -> str:
    """Draw all steps; the forms are those that were posted with errors, or new ones."""
    session, refused = current_session(), refused or {}
    found = steps_asked.get_steps(session, guide)
    asked = [step.code for step in steps_asked.list_asked(session) if step.required]
    shown = asked + [code for code in found.done if code not in asked]
    return render_template(
        "guides/steps.html",
        guide=guide,
        shown=[] if guide.status == "ended" else shown,
        found=found,
        version=texts.current_text(session).version if D in found.done else 0,
        letter=find_latest_message(session, D.value, guide.id) if D in found.missing else None,
        by_hand=CHOSEN_HERE,
        day_forms={
            code: refused.get(code) or _day_form(guide, code, formdata=None) for code in CHOSEN_HERE
        },
        waiver=waiver or _waiver(found.missing, formdata=None),
        guardian=guardian or _guardian_form(guide, formdata=None),
        form=_first([*refused.values(), waiver, guardian]),
    )


def _first(forms: list[StepForm | WaiverForm | GuardianForm | None]) -> BaseForm | None:
    return next((form for form in forms if form is not None), None)


def _nothing_changed(guide: Guide) -> ResponseReturnValue:
    flash(_("Nothing has changed: somebody was faster. Look again."), "warning")
    return _to(guide)


def _to(guide: Guide) -> ResponseReturnValue:
    return redirect(url_for("guides.steps_of", guide_id=guide.id), 303)
