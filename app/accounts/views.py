from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public, signed_in
from app.web.transactions import reads_only

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
@reads_only
def sign_in() -> ResponseReturnValue:
    return render_template("accounts/sign_in.html")


@bp.get("/sign-in/done")
@signed_in
@reads_only
def arrive() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/signed-out")
@public
@reads_only
def signed_out() -> ResponseReturnValue:
    return render_template("accounts/signed_out.html")
