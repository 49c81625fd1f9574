from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.permissions import Permission
from app.privacy.queries import requests
from app.privacy.views.blueprint import bp
from app.web.context import current_session
from app.web.transactions import reads_only


@bp.get("")
@requires(Permission.PRIVACY_HANDLE)
@reads_only
def index() -> ResponseReturnValue:
    """Who waits for an answer, and what can be done here. Nobody is named."""
    waiting = requests.list_open(current_session(), current_actor())
    return render_template("privacy/index.html", waiting=waiting, due_on=requests.due_on)
