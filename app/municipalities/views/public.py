"""The public pages: of the product, and of a municipality."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import public
from app.municipalities import queries
from app.municipalities.views.blueprint import bp
from app.web.context import current_session
from app.web.locale import FAMILY_LANGUAGES, LANGUAGES
from app.web.transactions import reads_only


@bp.get("/")
@public
@reads_only
def index() -> ResponseReturnValue:
    municipalities = queries.list_municipalities(current_session())
    return render_template("municipalities/index.html", municipalities=municipalities)


@bp.get("/<municipality>/")
@public
@reads_only
def home() -> ResponseReturnValue:
    return render_template("municipalities/home.html")


@bp.get("/<municipality>/privacy")
@public
@reads_only
def privacy() -> ResponseReturnValue:
    others = [(code, name) for code, name in FAMILY_LANGUAGES.items() if code not in LANGUAGES]
    return render_template("municipalities/privacy.html", family_languages=others)


@bp.get("/<municipality>/accessibility")
@public
@reads_only
def accessibility() -> ResponseReturnValue:
    return render_template("municipalities/accessibility.html")
