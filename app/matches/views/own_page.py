"""A family's own page behind its link: when the start meeting is, who the guide is, the way out.

The guide has a first name here once both have said yes, and never more than that.
"""

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public
from app.accounts.services import language_of_link
from app.errors import NotFound
from app.families.models import Family, FamilyWithdrawn
from app.matches import queries, services
from app.matches.models import Match, StartGap
from app.matches.services.allowed import rests_on
from app.matches.views.blueprint import bp
from app.oslo import day_of
from app.personal import Facts
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.locale import choose_language, speak_to_family
from app.web.transactions import reads_only
from app.who_sees import Viewer


@bp.get("/family/<token>")
@public
@reads_only
def family_page(token: str) -> ResponseReturnValue:
    if (family := _family(token)) is None:
        return _closed()
    match = queries.find_match_of_family(current_session(), family.id)
    return make_response(
        render_template(
            "for_families/own_page.html",
            family=family,
            match=match,
            guides=match.present if match and match.tells(Viewer.FAMILY, Facts.GUIDE_NAME) else [],
            until=queries.agreed_until(match) if match else None,
            meeting=match.start_meeting if match and _lies_ahead(match) else None,
            rests=match is not None
            and match.both_said_yes
            and rests_on(current_session(), match, today()),
            token=token,
        )
    )


@bp.get("/family/<token>/withdrawal")
@public
@reads_only
def family_withdrawal(token: str) -> ResponseReturnValue:
    family = _family(token)
    if family is None or not family.takes_part:
        return _closed()
    return make_response(render_template("for_families/withdrawal.html", token=token))


@bp.post("/family/<token>/withdrawal")
@public
def withdraw_family(token: str) -> ResponseReturnValue:
    family = _family(token)
    if family is None:
        return _closed()
    if not BaseForm().validate_on_submit():
        return make_response(render_template("for_families/withdrawal.html", token=token), 422)
    try:
        services.withdraw_by_link(current_session(), token, now=now())
    except FamilyWithdrawn:
        return _closed(409)
    # The link is closed now, and nobody is known on the next page: the language goes along.
    return redirect(url_for("matches.family_left", lang=choose_language()), 303)


@bp.get("/family-goodbye")
@public
@reads_only
def family_left() -> ResponseReturnValue:
    speak_to_family()
    return make_response(render_template("for_families/left.html"))


def _family(token: str) -> Family | None:
    """Return whose page it is and speak their language, or None."""
    speak_to_family(language_of_link(current_session(), token))
    try:
        family = queries.get_family_by_link(current_session(), token, now=now())
    except NotFound:
        return None
    return family


def _lies_ahead(match: Match) -> bool:
    """Return whether there is a meeting still to go to: afterwards the page says no more of it."""
    meeting, agreement = match.start_meeting, match.agreement
    held = agreement is not None and agreement.gap is StartGap.HELD_EARLIER
    is_ahead = meeting is not None and day_of(meeting.at) >= today()
    return match.both_said_yes and is_ahead and not held


def _closed(status: int = 404) -> Response:
    page = render_template("for_families/answer_closed.html", may_have_answered=False)
    return make_response(page, status)
