"""Somebody asks what is kept of them, or to be erased: found, looked at, and done."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.permissions import Permission
from app.personal import Person
from app.privacy.forms.people import EraseForm, FindForm
from app.privacy.queries import people
from app.privacy.services import erasing
from app.privacy.views.blueprint import bp
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.transactions import reads_only

GUIDE, FAMILY = {"person": Person.GUIDE}, {"person": Person.FAMILY}


@bp.get("/people")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def find() -> ResponseReturnValue:
    return render_template("privacy/people.html", form=FindForm(formdata=None), found=None)


@bp.post("/people")
@requires(Permission.PRIVACY_HANDLE)
def found() -> ResponseReturnValue:
    form = FindForm()
    if not form.validate():
        return render_template("privacy/people.html", form=form, found=None), 422
    rows = people.find_people(current_session(), current_actor(), form.words.data or "")
    return render_template("privacy/people.html", form=form, found=rows)


@bp.get("/guides/<uuid:record_id>", defaults=GUIDE)
@bp.get("/families/<uuid:record_id>", defaults=FAMILY)
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def subject(person: Person, record_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/subject.html", person, record_id)


@bp.post("/guides/<uuid:record_id>/archive-note", defaults=GUIDE)
@bp.post("/families/<uuid:record_id>/archive-note", defaults=FAMILY)
@requires(Permission.PRIVACY_HANDLE)
def note_archived(person: Person, record_id: uuid.UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        erasing.note_archived(current_session(), current_actor(), person, record_id, now=now())
        flash(_("It is noted that this is in the archive."), "success")
    return redirect(url_for("privacy.subject", person=person, record_id=record_id), 303)


@bp.get("/guides/<uuid:record_id>/erasure", defaults=GUIDE)
@bp.get("/families/<uuid:record_id>/erasure", defaults=FAMILY)
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def erasure(person: Person, record_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/erasure.html", person, record_id, form=EraseForm(formdata=None))


@bp.post("/guides/<uuid:record_id>/erasure", defaults=GUIDE)
@bp.post("/families/<uuid:record_id>/erasure", defaults=FAMILY)
@requires(Permission.PRIVACY_HANDLE)
def erase(person: Person, record_id: uuid.UUID) -> ResponseReturnValue:
    people.get_subject(current_session(), current_actor(), person, record_id)
    form = EraseForm()
    if form.validate():
        try:
            erasing.erase_person(current_session(), current_actor(), person, record_id, now=now())
        except (erasing.HasOpenMatch, erasing.WaitsForArchiving):
            flash(_("Nothing is erased: something stands in the way. See below."), "warning")
        else:
            flash(_("Erased. What is left names nobody."), "success")
            return redirect(url_for("privacy.receipts"), 303)
    return _page("privacy/erasure.html", person, record_id, form=form), 422


@bp.get("/receipts")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def receipts() -> ResponseReturnValue:
    rows = people.list_erased(current_session(), current_actor())
    return render_template("privacy/receipts.html", receipts=rows)


def _page(template: str, person: Person, record_id: uuid.UUID, **more: object) -> str:
    session = current_session()
    return render_template(
        template,
        subject=people.get_subject(session, current_actor(), person, record_id),
        hold=people.what_holds(session, person, record_id),
        **more,
    )
