"""The privacy notices: what they would say now, what was published, and the pages people read."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.guards import current_actor, public, requires
from app.municipalities.models import Audience
from app.municipalities.routing import current_municipality
from app.permissions import Permission
from app.privacy.forms import notices as words
from app.privacy.queries import ageing
from app.privacy.queries import notices as queries
from app.privacy.services import notices as services
from app.privacy.views.blueprint import bp
from app.web.context import current_session, now
from app.web.locale import LANGUAGES, speak_to_family
from app.web.transactions import reads_only


@bp.get("/notices")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def notices() -> ResponseReturnValue:
    """Show what keeps sign-up closed, what the notices would say, and what they have said."""
    return _page()


@bp.post("/notices")
@requires(Permission.MUNICIPALITY_CHANGE)
def publish_notices() -> ResponseReturnValue:
    try:
        services.publish_notices(
            current_session(), current_actor(), current_municipality(), _written(), now=now()
        )
    except services.NothingToRestOn:
        return _page(), 409
    flash(_("The privacy notices are published."), "success")
    return redirect(url_for("privacy.notices"), 303)


@bp.get("/notices/guide")
@public
@reads_only
def notice_guide() -> ResponseReturnValue:
    return _notice(Audience.GUIDE)


@bp.get("/notices/family")
@public
@reads_only
def notice_family() -> ResponseReturnValue:
    speak_to_family()
    return _notice(Audience.FAMILY, "for_families/notice.html")


@bp.get("/notices/staff")
@public
@reads_only
def notice_staff() -> ResponseReturnValue:
    return _notice(Audience.STAFF)


def _notice(audience: Audience, template: str = "privacy/notice.html") -> str:
    """Show a notice as it was published: the last one, or the version that somebody was told.

    What was published before it was there in the reader's language is shown in the municipality's.
    """
    version = request.args.get("version") or current_municipality().notice_version
    found = queries.find_notice(current_session(), version) if version else None
    if found is None and request.args.get("version"):
        abort(404)
    told = (found.words if found else _written())[audience.value]
    wanted = str(get_locale())
    locale = wanted if wanted in told else current_municipality().locale
    return render_template(
        template,
        audience=audience,
        chapters=told[locale],
        locale=locale,
        staff_languages=LANGUAGES,
        published=found,
    )


def _page() -> str:
    return render_template(
        "privacy/notices.html",
        audiences=list(Audience),
        published=queries.list_notices(current_session()),
        written=services.version_of(_written()),
        here=current_municipality(),
    )


def _written() -> dict[str, Any]:
    months = {rule.kind: rule.months for rule in ageing.list_rules(current_session())}
    return words.written(current_municipality(), months)
