"""The quiet way from a family's own page to the municipality: always there, shown to nobody else."""

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import public, while_open
from app.follow_ups import forms, queries, services
from app.follow_ups.views.blueprint import bp
from app.municipalities.routing import current_municipality
from app.web.context import current_session, now
from app.web.locale import speak_to_family
from app.web.transactions import reads_only


@bp.route("/family/<token>/concern", methods=["GET", "POST"])
@public
@while_open
def family_concern(token: str) -> ResponseReturnValue:
    form = forms.ConcernForm()
    form.begin()
    if form.is_submitted() and form.validate():
        services.raise_concern_of_family(
            current_session(), token, once_token=form.once_token.data, now=now()
        )
        return redirect(url_for("follow_ups.family_thanked", token=token), 303)
    return _page(
        token,
        "for_families/concern.html",
        form=form,
        action=url_for("follow_ups.family_concern", token=token),
        child_welfare_phone=queries.rules_for(current_session()).child_welfare_phone,
        status=422 if form.is_submitted() else 200,
    )


@bp.get("/family/<token>/concern/thanks")
@public
@reads_only
@while_open
def family_thanked(token: str) -> ResponseReturnValue:
    return _page(
        token,
        "for_families/how_is_it_thanks.html",
        back=url_for("matches.family_page", token=token),
    )


def _page(token: str, template: str, *, status: int = 200, **values: object) -> Response:
    match = queries.get_match_by_family_link(current_session(), token, now=now())
    speak_to_family(match.family.locale)
    several = len(match.takers) > 1
    by_phone = bool(match.family.contact_phone)
    page = render_template(
        template, contact=current_municipality(), several=several, by_phone=by_phone, **values
    )
    return make_response(page, status)
