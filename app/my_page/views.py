from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.guides.models import WrongGuideStatus
from app.municipalities.routing import current_municipality
from app.my_page import queries, services
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.forms import BaseForm
from app.web.transactions import reads_only

bp = Blueprint("my_page", __name__, url_prefix="/<municipality>")


@bp.get("/my-page")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def show() -> ResponseReturnValue:
    mine = queries.get_my_page(current_session(), current_actor())
    waiting = [match for match in mine.to_answer if not match.is_overdue(today())]
    return render_template(
        "my_page/show.html",
        mine=mine,
        waiting=waiting,
        contact=current_municipality(),
    )


@bp.post("/my-page/break")
@requires(Permission.MY_PAGE_VIEW)
def take_break() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_my_page(session, actor).guide
    if BaseForm().validate_on_submit():
        try:
            services.take_break(session, actor, guide, until=None)
        except WrongGuideStatus:
            flash(_("Nothing has changed."), "info")
        else:
            flash(_("You have a break. Come back whenever you like."), "success")
    return redirect(url_for("my_page.show"), 303)


@bp.post("/my-page/return")
@requires(Permission.MY_PAGE_VIEW)
def end_break() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_my_page(session, actor).guide
    if BaseForm().validate_on_submit():
        try:
            services.end_break(session, actor, guide)
        except WrongGuideStatus:
            flash(_("Nothing has changed."), "info")
        else:
            flash(_("Welcome back! You can be asked again."), "success")
    return redirect(url_for("my_page.show"), 303)
