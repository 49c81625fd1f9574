"""What the municipality asks of its guides, and the declaration that they sign."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.guides.forms.pipeline import DeclarationForm, PipelineForm, paragraphs
from app.guides.models import StepCode
from app.guides.queries import declarations as texts
from app.guides.queries import steps as steps_asked
from app.guides.services import declarations, pipeline
from app.guides.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.links import absolute_url
from app.web.transactions import reads_only


@bp.get("/settings/steps")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def pipeline_settings() -> ResponseReturnValue:
    stored = _stored()
    form = PipelineForm(formdata=None, data=stored)
    form.show_version(stored)
    return _steps_page(form)


@bp.post("/settings/steps")
@requires(Permission.MUNICIPALITY_CHANGE)
def change_pipeline() -> ResponseReturnValue:
    form = PipelineForm()
    if not (form.validate() and form.is_current(_stored())):
        return _steps_page(form), 422
    pipeline.change_pipeline(current_session(), current_actor(), form.to_input(), now=now())
    flash(_("The steps are saved."), "success")
    return redirect(url_for("guides.pipeline_settings"), 303)


@bp.get("/settings/declaration")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def declaration_settings() -> ResponseReturnValue:
    text = texts.current_text(current_session())
    data = {f"text_{code}": words for code, words in text.texts.items()}
    return _declaration_page(DeclarationForm(formdata=None, data=data | {"after": text.version}))


@bp.post("/settings/declaration")
@requires(Permission.MUNICIPALITY_CHANGE)
def publish_declaration() -> ResponseReturnValue:
    form = DeclarationForm()
    if not form.validate():
        return _declaration_page(form), 422
    try:
        written_to = declarations.publish_declaration(
            current_session(),
            current_actor(),
            form.to_input(),
            after=form.after_version,
            now=now(),
        )
    except declarations.DeclarationChanged:
        form.after.data = str(texts.current_text(current_session()).version)
        form.form_errors.append(
            _("Somebody has just published another version. Look at it first, it is listed below.")
        )
        return _declaration_page(form), 422
    flash(_("The new version is published."), "success")
    if written_to:
        words = ngettext(
            "We write to %(num)s guide now.", "We write to %(num)s guides now.", written_to
        )
        flash(words, "info")
    return redirect(url_for("guides.declaration_settings"), 303)


@bp.get("/settings/declarations/<uuid:declaration_id>")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def declaration_version(declaration_id: uuid.UUID) -> ResponseReturnValue:
    row = texts.get_declaration(current_session(), declaration_id)
    text = texts.as_text(row).in_language(str(get_locale()))
    return render_template("guides/declaration_version.html", row=row, parts=paragraphs(text))


def declaration_url(token: str) -> str:
    """Return the whole address where a guide reads and signs."""
    return absolute_url("guides.declaration", token=token)


@bp.app_template_global()
def steps_before_meeting() -> tuple[StepCode, ...]:
    """Return what this municipality asks of everybody, in its order, to tell before one signs up."""
    return tuple(step.code for step in steps_asked.list_asked(current_session()) if step.required)


def _stored() -> dict[str, object]:
    return PipelineForm.answers_of(steps_asked.list_asked(current_session()))


def _steps_page(form: PipelineForm) -> str:
    asked = {step.code: step for step in steps_asked.list_asked(current_session())}
    return render_template(
        "guides/pipeline.html",
        form=form,
        certificate=asked[StepCode.CERTIFICATE].required,
        without=steps_asked.count_ready_without(current_session()),
    )


def _declaration_page(form: DeclarationForm) -> str:
    session = current_session()
    return render_template(
        "guides/declaration_settings.html",
        form=form,
        text=texts.current_text(session),
        versions=texts.list_declarations(session),
        signed=texts.count_signatures(session),
    )
