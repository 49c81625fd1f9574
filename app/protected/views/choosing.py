"""The municipality's own decision, in the settings of the administrator."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.permissions import Permission
from app.protected import queries, services
from app.protected.forms import ChoiceForm, answers_of_choice
from app.protected.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.links import absolute_url


@bp.route("/settings/protected-households", methods=["GET", "POST"])
@requires(Permission.PROTECTED_CHOOSE)
@confirmed_lately
def choice() -> ResponseReturnValue:
    """Show what is decided, and take another decision. It tells of no household."""
    session, actor = current_session(), current_actor()
    if request.method == "GET":
        return _page(
            ChoiceForm(
                formdata=None, data=answers_of_choice(queries.find_choice(session)), today=today()
            )
        )
    form = ChoiceForm(today=today())
    form.offer(queries.list_who_may_be_named(session, actor))
    if not form.validate():
        return _page(form), 422
    if form.lets_two_keep:
        services.let_two_keep(
            session, actor, form.to_decision(), link_url=absolute_url("accounts.me"), now=now()
        )
    else:
        services.refuse_again(session, actor, now=now())
    flash(_("The settings are saved."), "success")
    return redirect(url_for("protected.choice"), 303)


def _page(form: ChoiceForm) -> str:
    session, actor = current_session(), current_actor()
    members = queries.list_who_may_be_named(session, actor)
    form.offer(members)
    missing = queries.is_one_missing(session, queries.find_choice(session))
    return render_template(
        "protected/choice.html", form=form, is_one_missing=missing, enough=len(members) > 1
    )
