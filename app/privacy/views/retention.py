"""For how long things are kept, what would go today, and who goes in a month."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.permissions import Permission
from app.personal import Person
from app.privacy.forms.retention import RetentionForm
from app.privacy.queries import ageing
from app.privacy.services import keeping
from app.privacy.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.transactions import reads_only


@bp.get("/retention")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def retention() -> ResponseReturnValue:
    form = RetentionForm(formdata=None, data=_stored())
    form.show_version(_stored())
    return _page(form)


@bp.post("/retention")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
def change_retention() -> ResponseReturnValue:
    form = RetentionForm()
    if not (form.validate() and form.is_current(_stored())):
        return _page(form), 422
    keeping.change_rules(current_session(), current_actor(), form.to_months(), now=now())
    flash(_("Saved. What changed holds in a month."), "success")
    return redirect(url_for("privacy.retention"), 303)


@bp.get("/retention/people")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.GUIDE)
@looks_at(RecordKind.FAMILY)
def going_soon() -> ResponseReturnValue:
    rows = ageing.list_soon(current_session(), current_actor(), today())
    for person in (Person.GUIDE, Person.FAMILY):
        number = sum(subject.person is person for _rule, subject in rows)
        looked_at_list(RecordKind(person), number)
    return render_template("privacy/going_soon.html", rows=rows)


@bp.app_template_global()
def months_kept(kind: str) -> int:
    """Return for how long the municipality keeps something, to tell on the pages of other rooms."""
    rules = ageing.list_rules(current_session())
    return next(rule.months for rule in rules if rule.kind.value == kind)


def _page(form: RetentionForm) -> str:
    outlook = ageing.list_outlook(current_session(), current_actor(), today())
    return render_template("privacy/retention.html", form=form, outlook=outlook)


def _stored() -> dict[str, object]:
    return {rule.kind.value: rule.months for rule in ageing.list_rules(current_session())}
