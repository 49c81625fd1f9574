"""A guide's own page by secret link: how far the application has come, without an account."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import public
from app.guides.forms.staff import PauseForm
from app.guides.models import Guide, GuideStatus, WrongGuideStatus
from app.guides.services import leaving, own_status
from app.guides.views.blueprint import bp
from app.guides.views.steps import own_steps
from app.municipalities.routing import current_municipality
from app.web.context import current_session, now, today
from app.web.transactions import reads_only


@bp.get("/status/<token>")
@public
@reads_only
def status(token: str) -> ResponseReturnValue:
    guide = own_status.open_status(current_session(), token, now=now())
    return _page(guide, token, PauseForm(formdata=None, today=today()))


@bp.post("/status/<token>/confirmation")
@public
def confirm_email(token: str) -> ResponseReturnValue:
    own_status.confirm_email(current_session(), token, now=now())
    flash(_("Thank you! Now we know that we can reach you by e-mail."), "success")
    return _back(token)


@bp.get("/status/<token>/pause")
@public
@reads_only
def back_to_status(token: str) -> ResponseReturnValue:
    """Answer somebody who loads a page with errors again, or changes its language."""
    return _back(token)


@bp.post("/status/<token>/pause")
@public
def pause_own(token: str) -> ResponseReturnValue:
    form = PauseForm(today=today())
    if not form.validate():
        guide = own_status.open_status(current_session(), token, now=now())
        return _page(guide, token, form), 422
    try:
        own_status.pause_own(current_session(), token, until=form.until.data, now=now())
    except WrongGuideStatus:
        flash(_("This has changed in the meantime. Here is how it stands now."), "warning")
    else:
        flash(
            _("Enjoy your break. We ask you about no new families until you are back."), "success"
        )
    return _back(token)


@bp.post("/status/<token>/return")
@public
def return_own(token: str) -> ResponseReturnValue:
    try:
        own_status.return_own(current_session(), token, now=now())
    except WrongGuideStatus:
        flash(_("This has changed in the meantime. Here is how it stands now."), "warning")
    else:
        flash(_("Welcome back!"), "success")
    return _back(token)


@bp.get("/status/<token>/withdrawal")
@public
@reads_only
def ask_to_withdraw(token: str) -> ResponseReturnValue:
    guide = own_status.open_status(current_session(), token, now=now())
    page = render_template("guides/withdraw.html", guide=guide, token=token)
    return _without_referrer(page)


@bp.post("/status/<token>/withdrawal")
@public
def withdraw(token: str) -> ResponseReturnValue:
    try:
        own_status.withdraw(current_session(), token, now=now(), today=today())
    except leaving.GuideHasFamily:
        flash(_("You have a family now. Call us, and we find a good way to end it."), "warning")
        return _back(token)
    except WrongGuideStatus:
        return _back(token)
    flash(_("Done. Thank you for offering your time. You are welcome back any day."), "success")
    return redirect(url_for("municipalities.home"), 303)


def _page(guide: Guide, token: str, form: PauseForm) -> Response:
    page = render_template(
        "guides/status.html",
        guide=guide,
        token=token,
        form=form,
        steps=own_steps(guide, current_municipality().first_contact_days),
        may_pause=guide.status is GuideStatus.READY,
        is_paused=guide.status is GuideStatus.PAUSED,
    )
    return _without_referrer(page)


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("guides.status", token=token), 303)


def _without_referrer(page: str) -> Response:
    """The address holds the secret: no other site may learn it from a link on the page."""
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
