"""One certificate: its form for the police, that it was shown, and its end."""

import uuid

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looks_at
from app.accounts.models import LookKind, RecordKind
from app.certificates import queries, services
from app.certificates.forms import ShownForm
from app.certificates.forms.purpose import purpose_form
from app.certificates.models import PoliceCertificate
from app.certificates.views.blueprint import bp
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.papers import paper_answer, prints


@bp.get("/certificates/<uuid:certificate_id>/purpose")
@requires(Permission.CERTIFICATES_SEE)
@looks_at(RecordKind.GUIDE, what=LookKind.PRINT)
@prints
def purpose(certificate_id: uuid.UUID) -> ResponseReturnValue:
    return purpose_answer(_certificate(certificate_id))


@bp.get("/certificates/<uuid:certificate_id>/showing")
@requires(Permission.CERTIFICATES_SEE)
@looks_at(RecordKind.GUIDE)
def showing(certificate_id: uuid.UUID) -> ResponseReturnValue:
    certificate = _certificate(certificate_id)
    if certificate.shown_on:
        return _to_guide(certificate)
    return _page(certificate, _form(certificate, formdata=None))


@bp.post("/certificates/<uuid:certificate_id>/showing")
@requires(Permission.CERTIFICATES_SEE)
def note_shown(certificate_id: uuid.UUID) -> ResponseReturnValue:
    certificate = _certificate(certificate_id)
    form = _form(certificate)
    if not form.validate():
        return _page(certificate, form), 422
    shown_on, issued_on = form.days
    try:
        services.note_shown(
            current_session(), current_actor(), certificate, shown_on=shown_on, issued_on=issued_on
        )
    except services.CertificateTooOld:
        form.refuse_as_too_old()
        return _page(certificate, form), 422
    except services.AlreadyShown:
        flash(_("Nothing has changed: somebody was faster. Look again."), "warning")
        return _to_guide(certificate)
    flash(_("It is noted that you have seen it, and nothing else."), "success")
    return _to_guide(certificate)


@bp.get("/certificates/<uuid:certificate_id>/removal")
@requires(Permission.CERTIFICATES_SEE)
@looks_at(RecordKind.GUIDE)
def removal(certificate_id: uuid.UUID) -> ResponseReturnValue:
    certificate = _certificate(certificate_id)
    return render_template("certificates/removal.html", certificate=certificate)


@bp.post("/certificates/<uuid:certificate_id>/removal")
@requires(Permission.CERTIFICATES_SEE)
def remove(certificate_id: uuid.UUID) -> ResponseReturnValue:
    certificate = _certificate(certificate_id)
    services.remove_certificate(current_session(), current_actor(), certificate)
    flash(_("It is deleted."), "success")
    return _to_guide(certificate)


def purpose_answer(certificate: PoliceCertificate) -> Response:
    """Return the form for the police as a document."""
    content = purpose_form(certificate, current_municipality(), today=today())
    return paper_answer(content, name="purpose-police-certificate")


def _certificate(certificate_id: uuid.UUID) -> PoliceCertificate:
    certificate = queries.get_certificate(current_session(), current_actor(), certificate_id)
    looked_at(RecordKind.GUIDE, certificate.guide_id)
    return certificate


def _form(certificate: PoliceCertificate, **options: object) -> ShownForm:
    return ShownForm(earliest=certificate.requested_on, today=today(), **options)


def _page(certificate: PoliceCertificate, form: ShownForm) -> str:
    return render_template("certificates/showing.html", certificate=certificate, form=form)


def _to_guide(certificate: PoliceCertificate) -> ResponseReturnValue:
    return redirect(url_for("certificates.of_guide", guide_id=certificate.guide_id), 303)
