from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import login_user

from app.accounts import browser_session, destinations, queries, services
from app.accounts.even_time import even
from app.accounts.forms import LinkRequestForm
from app.accounts.guards import public, signed_in
from app.accounts.limiting import limited
from app.accounts.models import LinkKind
from app.accounts.oidc import doors
from app.accounts.services.limits import Limit
from app.accounts.sign_in import SignedInUser
from app.accounts.views.blueprint import bp, by_mail, signed_in_user
from app.errors import NotFound
from app.municipalities.models import Municipality
from app.municipalities.queries import get_municipality
from app.permissions import Actor
from app.web.context import current_session, now
from app.web.errors import TOO_LATE, drawn_again
from app.web.forms import filled
from app.web.transactions import reads_only


def _again() -> str:
    form = LinkRequestForm()
    form.form_errors.append(str(TOO_LATE))
    wanted = destinations.own_path(request.args.get("next"))
    return render_template("accounts/sign_in.html", form=form, wanted=wanted)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@drawn_again(_again)
@limited(Limit.LINK_FROM)
@even
def sign_in() -> ResponseReturnValue:
    wanted = destinations.own_path(request.args.get("next"))
    if current_user.is_authenticated:
        destinations.remember(wanted)
        return redirect(url_for("accounts.arrive"), 303)
    form = LinkRequestForm()
    if form.validate_on_submit():
        destinations.remember(wanted)
        services.send_login_link(
            current_session(),
            filled(form.email.data),
            by_mail=by_mail("accounts.login_link"),
            now=now(),
        )
        return redirect(url_for("accounts.link_sent"), 303)
    page = render_template("accounts/sign_in.html", form=form, wanted=wanted)
    return page, 422 if form.is_submitted() else 200


@bp.get("/sign-in/sent")
@public
@reads_only
def link_sent() -> ResponseReturnValue:
    return render_template("accounts/link_sent.html")


@bp.get("/sign-in/links/<token>")
@public
@reads_only
def login_link(token: str) -> ResponseReturnValue:
    """Show one button. Mail scanners open every link, so opening it must not use it up."""
    try:
        services.get_open_link(current_session(), LinkKind.LOGIN, token, now=now())
    except NotFound:
        return _gone()
    return render_template("accounts/login_link.html", token=token)


@bp.post("/sign-in/links/<token>")
@public
def redeem_login_link(token: str) -> ResponseReturnValue:
    try:
        user = services.redeem_login_link(current_session(), token, now=now())
    except NotFound:
        return _gone()
    if current_user.is_authenticated and current_user.id == user.id:
        browser_session.confirm()  # a fresh link, from somebody who is asked who they are
    else:
        login_user(SignedInUser(user), remember=False, authn_via=["email"])
    return redirect(url_for("accounts.arrive"), 303)


@bp.get("/sign-in/done")
@signed_in
@reads_only
def arrive() -> ResponseReturnValue:
    """Send people on: where they wanted to go, to their desk, or to choose a municipality."""
    if wanted := destinations.recall():
        return redirect(wanted, 303)
    open_to_them = [
        (municipality.slug, actor)
        for actor in queries.list_actors(current_session(), signed_in_user().id)
        if doors.opens((municipality := _place(actor)).slug)
    ]
    if len(open_to_them) != 1:
        return redirect(url_for("accounts.me"), 303)
    return redirect(destinations.workplace(*open_to_them[0]), 303)


@bp.get("/signed-out")
@public
@reads_only
def signed_out() -> ResponseReturnValue:
    return render_template("accounts/signed_out.html")


def _place(actor: Actor) -> Municipality:
    return get_municipality(current_session(), actor.municipality_id)


def _gone() -> ResponseReturnValue:
    return render_template("accounts/login_link_gone.html"), 404
