"""The link to the own page of a family or a group, in the hands of staff: a new one, or none."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.families import queries as families
from app.families.models import Family
from app.matches import queries
from app.matches.services.family_link import NoPageToShow, close_family_links, renew_family_link
from app.matches.views.blueprint import addresses, bp
from app.messages.words import on_its_way
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/families/<uuid:family_id>/link")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def family_link(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page(family_id)


@bp.post("/families/<uuid:family_id>/link")
@requires(Permission.FAMILIES_REGISTER)
def renew_link(family_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    family = families.get_family(session, actor, family_id, kind=None)
    try:
        sent = renew_family_link(session, actor, family, addresses=addresses(), now=now())
    except NoPageToShow:
        return _page(family_id), 409
    if sent:
        renewed = _("They get a new link. The earlier one is closed.")
        flash(f"{renewed} {on_its_way(now())}")
    else:
        flash(_("The earlier link is closed. They can be sent no new one: call."), "warning")
    return _back(family)


@bp.post("/families/<uuid:family_id>/link/closure")
@requires(Permission.FAMILIES_REGISTER)
def close_links(family_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    family = families.get_family(session, actor, family_id, kind=None)
    close_family_links(session, actor, family, now=now())
    flash(_("Nothing that we have sent them opens any more."), "success")
    return _back(family)


def _back(family: Family) -> ResponseReturnValue:
    page = "families.group" if family.is_group else "families.show"
    return redirect(url_for(page, family_id=family.id), 303)


def _page(family_id: uuid.UUID) -> str:
    session = current_session()
    family = families.get_family(session, current_actor(), family_id, kind=None)
    match = queries.find_match_of_family(session, family_id) if family.takes_part else None
    return render_template("matches/family_link.html", family=family, has_page=match is not None)
