"""With which tasks the municipality asks for a police certificate, and by which law."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.certificates import queries, services
from app.certificates.forms import DemandsForm
from app.certificates.models import CertificateTask
from app.certificates.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.transactions import reads_only


@bp.get("/settings/certificates")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def demands() -> ResponseReturnValue:
    stored = _stored()
    form = DemandsForm(formdata=None, data=stored)
    form.show_version(stored)
    return _page(form)


@bp.post("/settings/certificates")
@requires(Permission.MUNICIPALITY_CHANGE)
def change_demands() -> ResponseReturnValue:
    form = DemandsForm()
    if not (form.validate() and form.is_current(_stored())):
        return _page(form), 422
    services.change_demands(current_session(), current_actor(), form.to_demands(), now=now())
    flash(_("The settings are saved."), "success")
    return redirect(url_for("certificates.demands"), 303)


def _stored() -> dict[str, object]:
    return DemandsForm.answers_of(queries.list_demands(current_session()))


def _page(form: DemandsForm) -> str:
    session = current_session()
    without = {task.value: queries.count_without(session, task) for task in CertificateTask}
    return render_template(
        "certificates/demands.html", form=form, without=without, lacks_law=groups_lack_law()
    )


@bp.app_template_global()
def groups_lack_law() -> bool:
    """Return whether no group can begin, as nobody can be asked for what all in it must show."""
    return not queries.get_demand(current_session(), CertificateTask.MINORS_GROUP).legal_basis
