"""A copy of everything that is kept of somebody: made while they wait, and kept nowhere."""

import uuid

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.accounts.limiting import limited
from app.accounts.looking import looks_at
from app.accounts.models import LookKind, RecordKind
from app.accounts.services.limits import Limit
from app.accounts.services.security_log import Event, note
from app.errors import NotFound
from app.guides.queries import find_guide_for_user
from app.municipalities.routing import current_municipality
from app.permissions import Permission, ensure_may
from app.personal import Person
from app.privacy.forms import copies as forms
from app.privacy.forms.copies import CopyForm, Reasons
from app.privacy.queries import copies, people
from app.privacy.queries.copies import Chapter
from app.privacy.views.blueprint import bp
from app.web.context import current_session, today
from app.web.forms import BaseForm
from app.web.papers import paper_answer, prints
from app.web.transactions import reads_only

JSON, NAME = "json", "what-is-kept"


@bp.get("/guides/<uuid:guide_id>/copy")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@looks_at(RecordKind.GUIDE, "guide_id")
def guide_copy(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page(Person.GUIDE, guide_id)


@bp.post("/guides/<uuid:guide_id>/copy")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@limited(Limit.EXPORT)
@looks_at(RecordKind.GUIDE, "guide_id", what=LookKind.EXPORT)
@prints
def hand_out_guide(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _hand_out(Person.GUIDE, guide_id)


@bp.get("/families/<uuid:family_id>/copy")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@looks_at(RecordKind.FAMILY, "family_id")
def family_copy(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page(Person.FAMILY, family_id)


@bp.post("/families/<uuid:family_id>/copy")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@limited(Limit.EXPORT)
@looks_at(RecordKind.FAMILY, "family_id", what=LookKind.EXPORT)
@prints
def hand_out_family(family_id: uuid.UUID) -> ResponseReturnValue:
    return _hand_out(Person.FAMILY, family_id)


@bp.get("/my-copy")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def my_copy() -> ResponseReturnValue:
    return render_template("privacy/my_copy.html", form=BaseForm(formdata=None))


@bp.post("/my-copy")
@requires(Permission.MY_PAGE_VIEW)
@limited(Limit.EXPORT)
@prints
def take_my_copy() -> ResponseReturnValue:
    """Give a guide what staff would, but for what tells of others: that goes by staff."""
    guide = find_guide_for_user(current_session(), current_actor().user_id)
    if guide is None:
        raise NotFound(f"user {current_actor().user_id} is no guide")
    ensure_may(current_actor(), Permission.MY_PAGE_VIEW, guide)
    chapters = copies.list_own_chapters(current_session(), guide.id)
    note(Event.RECORD_EXPORTED, by_id=current_actor().user_id, record_id=guide.id, what="own copy")
    return _answer(Person.GUIDE, chapters, forms.kept_from_guides())


def _page(person: Person, record_id: uuid.UUID, refused: CopyForm | None = None) -> str:
    session = current_session()
    subject = people.get_subject(session, current_actor(), person, record_id)
    chapters = copies.list_chapters(session, person, record_id)
    form = refused or forms.copy_form(chapters, formdata=None)
    return render_template(
        "privacy/copy.html", subject=subject, named=subject.named, form=form, words=forms.spoken
    )


def _hand_out(person: Person, record_id: uuid.UUID) -> ResponseReturnValue:
    people.get_subject(current_session(), current_actor(), person, record_id)
    chapters = copies.list_chapters(current_session(), person, record_id)
    form = forms.copy_form(chapters)
    if not form.validate():
        return _page(person, record_id, form), 422
    return _answer(person, chapters, form.left_out)


def _answer(person: Person, chapters: list[Chapter], left_out: Reasons) -> Response:
    if request.form.get("format") != JSON:
        place = _("%(name)s municipality", name=current_municipality().name)
        paper = forms.write_paper(place, chapters, left_out, today=today())
        return paper_answer(paper, name=NAME)
    answer = Response(
        forms.write_file(person, chapters, left_out, today=today()), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{NAME}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
