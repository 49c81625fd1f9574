"""Somebody asks what is kept of them, or to be erased: found, looked at, and done."""

import uuid
from typing import Any, cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.permissions import Permission
from app.personal import Person
from app.privacy.forms.people import EraseForm, FindForm
from app.privacy.queries import people
from app.privacy.services import erasing
from app.privacy.views.blueprint import bp, whom
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.transactions import reads_only


@bp.get("/people")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def find() -> ResponseReturnValue:
    return render_template("privacy/people.html", form=FindForm(formdata=None), found=None)


@bp.post("/people")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.GUIDE)
@looks_at(RecordKind.FAMILY)
def found() -> ResponseReturnValue:
    form = FindForm()
    valid, words = form.validate(), form.words.data or ""
    rows = people.find_people(current_session(), current_actor(), words) if valid else []
    for person in (Person.GUIDE, Person.FAMILY):
        count = sum(row.person is person for row in rows)
        looked_at_list(RecordKind(person), count, words=words)
    page = render_template("privacy/people.html", form=form, found=rows if valid else None)
    return page, 200 if valid else 422


@bp.get("/guides/<uuid:guide_id>")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.GUIDE, "guide_id")
def guide(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/subject.html", {"guide_id": guide_id})


@bp.get("/families/<uuid:family_id>")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.FAMILY, "family_id")
def family(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/subject.html", {"family_id": family_id})


@bp.post("/guides/<uuid:guide_id>/archive-note")
@bp.post("/families/<uuid:family_id>/archive-note")
@requires(Permission.PRIVACY_HANDLE)
def note_archived(**named: uuid.UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        erasing.note_archived(current_session(), current_actor(), *whom(named), now=now())
        flash(_("It is noted that this is in the archive."), "success")
    return redirect(url_for(f"privacy.{whom(named)[0]}", **cast("Any", named)), 303)


@bp.get("/guides/<uuid:guide_id>/erasure")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@looks_at(RecordKind.GUIDE, "guide_id")
def guide_erasure(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/erasure.html", {"guide_id": guide_id}, EraseForm(formdata=None))


@bp.get("/families/<uuid:family_id>/erasure")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@looks_at(RecordKind.FAMILY, "family_id")
def family_erasure(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page("privacy/erasure.html", {"family_id": family_id}, EraseForm(formdata=None))


@bp.post("/guides/<uuid:guide_id>/erasure")
@bp.post("/families/<uuid:family_id>/erasure")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
def erase(**named: uuid.UUID) -> ResponseReturnValue:
    people.get_subject(current_session(), current_actor(), *whom(named))
    form = EraseForm()
    if form.validate():
        try:
            erasing.erase_person(current_session(), current_actor(), *whom(named), now=now())
        except (erasing.HasOpenMatch, erasing.WaitsForArchiving):
            flash(_("Nothing is erased: something stands in the way. See below."), "warning")
        else:
            flash(_("Erased. What is left names nobody."), "success")
            return redirect(url_for("privacy.receipts"), 303)
    return _page("privacy/erasure.html", named, form), 422


@bp.get("/receipts")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def receipts() -> ResponseReturnValue:
    rows = people.list_erased(current_session(), current_actor())
    return render_template("privacy/receipts.html", receipts=rows)


def _page(template: str, named: dict[str, uuid.UUID], form: EraseForm | None = None) -> str:
    session = current_session()
    one = people.get_subject(session, current_actor(), *whom(named))
    hold = people.what_holds(session, one.person, one.id)
    return render_template(template, subject=one, named=named, hold=hold, form=form)
