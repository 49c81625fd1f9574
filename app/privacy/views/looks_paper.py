"""Who has looked, on paper, for the person who asks."""

import uuid
from collections.abc import Sequence

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, get_locale, ngettext
from flask_babel import gettext as _

from app import wording
from app.accounts.confirming import confirmed_lately
from app.accounts.guards import current_actor, requires
from app.accounts.limiting import limited
from app.accounts.looking import looks_at
from app.accounts.models import Look, LookKind, RecordKind
from app.accounts.services.limits import Limit
from app.errors import NotFound
from app.municipalities.routing import current_municipality
from app.oslo import OSLO
from app.paper import Paper
from app.permissions import Permission, ensure_may
from app.privacy.forms import looks as words
from app.privacy.queries import looks as queries
from app.privacy.services.looks_kept import kept_since
from app.privacy.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.papers import paper_answer, prints


@bp.get("/guides/<uuid:guide_id>/looks.pdf")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@limited(Limit.EXPORT, looks=True)
@looks_at(RecordKind.GUIDE, "guide_id", what=LookKind.EXPORT)
@prints
def looks_paper_of_guide(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _answer(RecordKind.GUIDE, guide_id)


@bp.get("/families/<uuid:family_id>/looks.pdf")
@requires(Permission.PRIVACY_HANDLE)
@confirmed_lately
@limited(Limit.EXPORT, looks=True)
@looks_at(RecordKind.FAMILY, "family_id", what=LookKind.EXPORT)
@prints
def looks_paper_of_family(family_id: uuid.UUID) -> ResponseReturnValue:
    return _answer(RecordKind.FAMILY, family_id)


def _answer(kind: RecordKind, record_id: uuid.UUID) -> Response:
    session = current_session()
    ensure_may(current_actor(), Permission.PRIVACY_HANDLE)
    if not queries.exists(session, current_actor(), kind, record_id):
        raise NotFound(f"{kind} {record_id}")
    looks = queries.all_looks_at(session, kind, record_id, queries.LookFilter())
    names: dict[uuid.UUID, str] = {}
    if current_municipality().looks_name_staff:
        names = queries.names_of(session, {look.user_id for look in looks})
    lists = queries.count_lists(session, kind, queries.LookFilter())
    return paper_answer(_write(looks, names, lists), name="who-has-looked")


def _write(looks: Sequence[Look], names: dict[uuid.UUID, str], lists: int) -> bytes:
    place = _("%(name)s municipality", name=current_municipality().name)
    paper = Paper(_("Who has looked"), str(get_locale()), made_on=today(), foot=place)
    paper.headline(_("Who has looked at what we keep about you"))
    paper.paragraph(
        _(
            "Each time somebody with access opens your record, our system notes it. This is the"
            " whole list since %(day)s, the latest first. It is for you.",
            day=format_date(kept_since(now()), "long"),
        )
    )
    if not looks:
        paper.paragraph(_("Nobody has looked."))
    for look in looks:
        paper.point(_line(look, names))
    if lists:
        paper.paragraph(
            ngettext(
                "In this time %(num)s list of such records was seen. Who stood on it is not kept.",
                "In this time %(num)s lists of such records were seen."
                " Who stood on them is not kept.",
                lists,
            )
        )
    paper.paragraph(_("Do you wonder about something here? Ask us: you have a right to know why."))
    return paper.to_bytes()


def _line(look: Look, names: dict[uuid.UUID, str]) -> str:
    """Return one look: when, as what, how and why; the name only where that was decided."""
    at = format_datetime(look.at.astimezone(OSLO), "d. MMMM y HH:mm", rebase=False)
    who = words.as_what(look) or str(_("Through a link of their own"))
    if look.user_id in names:
        who = f"{names[look.user_id]} ({who})"
    parts = [who, str(wording.label(look.what)).lower()]
    if look.reason:
        parts.append(str(wording.label(look.reason)).lower())
    return f"{at}: {', '.join(parts)}"
