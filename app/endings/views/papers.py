"""The proof that somebody was a guide: name, time and role, and nothing of any family."""

import datetime as dt
import uuid

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import LookKind, RecordKind
from app.endings import queries
from app.endings.views.blueprint import bp
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.queries import find_guide_for_user, get_guide
from app.municipalities.routing import current_municipality
from app.paper import Paper
from app.permissions import Permission, ensure_may
from app.web.context import current_session, today
from app.web.papers import paper_answer, prints
from app.web.transactions import reads_only


@bp.get("/my-page/volunteer-certificate")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
@prints
def my_attest() -> ResponseReturnValue:
    guide = find_guide_for_user(current_session(), current_actor().user_id)
    if guide is None:
        raise NotFound(f"user {current_actor().user_id} is no guide")
    ensure_may(current_actor(), Permission.MY_PAGE_VIEW, guide)
    if queries.find_service(current_session(), guide.id) is None:
        return redirect(url_for("my_page.show"), 303)
    return attest_answer(guide)


@bp.get("/guides/<uuid:guide_id>/volunteer-certificate")
@requires(Permission.GUIDES_VIEW)
@looks_at(RecordKind.GUIDE, "guide_id", what=LookKind.PRINT)
@prints
def attest_of(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = get_guide(current_session(), current_actor(), guide_id)
    if queries.find_service(current_session(), guide.id) is None:
        return redirect(url_for("guides.show", guide_id=guide.id), 303)
    return attest_answer(guide)


def attest_answer(guide: Guide) -> Response:
    """Return the paper; raise NotFound for somebody who has met no family yet."""
    service = queries.find_service(current_session(), guide.id)
    if service is None:
        raise NotFound(f"guide {guide.id} has met nobody yet")
    return paper_answer(_write(guide.name, service), name="certificate")


def _write(name: str, service: queries.Service) -> bytes:
    town = current_municipality()
    place = _("%(name)s municipality", name=town.name)
    paper = Paper(_("Certificate"), str(get_locale()), made_on=today(), foot=place)
    paper.headline(_("Certificate of volunteering"))
    paper.space(6)
    paper.paragraph(_("We confirm that this person has been a volunteer refugee guide with us."))
    paper.space(4)
    paper.pair(_("Name"), name)
    paper.pair(_("Role"), _("Refugee guide, volunteer"))
    paper.pair(_("Where"), place)
    paper.pair(_("From"), _day(service.since))
    paper.pair(_("To"), _day(service.until) if service.until else _("still a guide"))
    paper.space(4)
    paper.paragraph(
        _(
            "A refugee guide meets people who have newly settled, shows them the area and helps"
            " them to get to know it, and speaks Norwegian with them."
        )
    )
    paper.paragraph(_("Thank you for the time you have given."))
    paper.space(14)
    paper.signature(_("For %(place)s", place=place), _("Date"))
    return paper.to_bytes()


def _day(value: dt.date) -> str:
    pattern = "d MMMM y" if get_locale().language == "en" else "d. MMMM y"
    return str(format_date(value, pattern))
