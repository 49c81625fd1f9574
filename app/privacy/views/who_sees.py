from collections.abc import Iterable

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import requires
from app.permissions import Permission
from app.privacy.forms import who_sees
from app.privacy.views.blueprint import bp
from app.web.transactions import reads_only


@bp.get("/who-sees-what")
@requires(Permission.WHO_SEES_VIEW)
@reads_only
def who_sees_what() -> ResponseReturnValue:
    return render_template("privacy/who_sees_what.html", chapters=who_sees.chapters())


@bp.app_template_global()
def audiences(groups: Iterable[str]) -> list[tuple[str, str]]:
    """Let a form of any room tell who will see what it asks for."""
    return who_sees.audiences(groups)
