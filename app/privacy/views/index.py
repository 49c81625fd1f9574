from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import requires
from app.permissions import Permission
from app.privacy.views.blueprint import bp
from app.web.transactions import reads_only


@bp.get("")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def index() -> ResponseReturnValue:
    return render_template("privacy/index.html")
