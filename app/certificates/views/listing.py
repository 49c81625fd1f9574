"""All certificates that are asked for, and those of one guide."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.certificates import queries, services
from app.certificates.forms import AskForm
from app.certificates.models import CertificateTask
from app.certificates.views.blueprint import bp
from app.errors import Conflict
from app.guides.models import Guide
from app.messages.words import on_its_way
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.links import absolute_url


@bp.get("/certificates")
@requires(Permission.CERTIFICATES_SEE)
@looks_at(RecordKind.GUIDE)
def index() -> ResponseReturnValue:
    office = queries.list_certificates(current_session(), current_actor())
    looked_at_list(RecordKind.GUIDE, len(office.waiting) + len(office.shown))
    return render_template("certificates/index.html", office=office)


@bp.get("/guides/<uuid:guide_id>/certificates")
@requires(Permission.CERTIFICATES_SEE)
@looks_at(RecordKind.GUIDE, "guide_id")
def of_guide(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page(_guide(guide_id))


@bp.post("/guides/<uuid:guide_id>/certificates")
@requires(Permission.CERTIFICATES_SEE)
def ask(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = _guide(guide_id)
    form = _ask_form(guide)
    if not form.validate():
        return _page(guide, form), 422
    try:
        services.ask_for_certificate(
            current_session(),
            current_actor(),
            guide,
            form.chosen,
            now=now(),
            link_url=lambda token: absolute_url("guides.status", token=token),
        )
    except Conflict:
        flash(_("Nothing has changed: somebody was faster. Look again."), "warning")
    else:
        done = _("The guide gets a letter with a link to the form for the police.")
        flash(f"{done} {on_its_way(now())}", "success")
    return redirect(url_for("certificates.of_guide", guide_id=guide.id), 303)


def _guide(guide_id: uuid.UUID) -> Guide:
    return queries.get_guide_to_ask(current_session(), current_actor(), guide_id)


def _open_tasks(guide: Guide) -> list[CertificateTask]:
    """Return the tasks for which this guide may be asked, and has not been."""
    session = current_session()
    asked = {row.task for row in queries.list_of_guide(session, guide.id)}
    return [
        task
        for task, demand in queries.list_demands(session).items()
        if demand.required and demand.legal_basis and task not in asked
    ]


def _ask_form(guide: Guide, **options: object) -> AskForm:
    return AskForm(_open_tasks(guide), **options)


def _page(guide: Guide, refused: AskForm | None = None) -> str:
    session = current_session()
    return render_template(
        "certificates/of_guide.html",
        guide=guide,
        asked=queries.list_of_guide(session, guide.id),
        asking=refused or _ask_form(guide, formdata=None),
        form=refused,
    )
