"""A family or a group that had left takes part again."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.families import queries as families
from app.families.forms.returning import ReturnForm
from app.matches.services.returning import EarlierYes, TakesPartAlready, take_in_again
from app.matches.views.blueprint import addresses, bp
from app.messages.words import on_its_way
from app.permissions import Permission
from app.web.context import current_session, now, today


@bp.route("/families/<uuid:family_id>/return", methods=["GET", "POST"])
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def take_in(family_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    family = families.get_family(session, actor, family_id, kind=None)
    own_page = url_for(
        "families.group" if family.is_group else "families.show", family_id=family_id
    )
    if not (left_on := family.left_on):
        return redirect(own_page, 303)
    form = ReturnForm(today=today(), of_group=family.is_group)
    if form.validate_on_submit():
        try:
            back = take_in_again(
                session, actor, family, form.to_consent(), addresses=addresses(), now=now()
            )
        except EarlierYes:
            form.refuse_earlier_yes(left_on)
        except TakesPartAlready:
            return redirect(own_page, 303)
        else:
            flash(_("They take part again."), "success")
            if back.goes_on:
                flash(_("Their match goes on, and we write to whoever is guide in it."))
            if back.has_letter:
                link = _("They get a new link to their own page.")
                flash(f"{link} {on_its_way(now())}")
            if back.must_be_asked:
                flash(_("The link to answer by closed when they left: ask them again."), "warning")
            return redirect(own_page, 303)
    status = 422 if form.is_submitted() else 200
    page = render_template("families/return.html", family=family, form=form, own_page=own_page)
    return page, status
