"""The page of a family's list: it speaks to one coordinator, and shows nobody who is on it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires, visitor_may
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.duties.queries import list_colleagues
from app.families.models import Family
from app.no_contact import queries, services
from app.no_contact.forms import DecisionForm, HandOverForm, PersonForm
from app.permissions import Permission
from app.web.context import current_session, now, today

bp = Blueprint("no_contact", __name__, url_prefix="/<municipality>/families/<uuid:family_id>")


@bp.get("/no-contact")
@requires(Permission.NO_CONTACT_KEEP)
@looks_at(RecordKind.FAMILY, "family_id")
def show(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page(_family(family_id))


@bp.post("/no-contact")
@requires(Permission.NO_CONTACT_KEEP)
def add(family_id: uuid.UUID) -> ResponseReturnValue:
    """Put somebody on the list."""
    family, form = _heard(family_id), PersonForm()
    form.begin()
    if not form.validate():
        return _page(family, form=form), 422
    try:
        services.add_person(
            current_session(),
            current_actor(),
            family,
            form.to_feared(),
            once_token=form.once_token.data or "",
            now=now(),
        )
    except services.ListFull:
        form.form_errors.append(_("The list is full. Take somebody off it first."))
        return _page(family, form=form), 422
    flash(_("They are on the list. What you wrote cannot be read by anybody any more."), "success")
    return _back(family_id)


@bp.post("/no-contact/persons/<uuid:person_id>/removal")
@requires(Permission.NO_CONTACT_KEEP)
def remove(family_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    services.remove_person(
        current_session(), current_actor(), _heard(family_id), person_id, now=now()
    )
    flash(_("They are off the list."), "success")
    return _back(family_id)


@bp.post("/no-contact/coordinator")
@requires(Permission.NO_CONTACT_KEEP)
def become_coordinator(family_id: uuid.UUID) -> ResponseReturnValue:
    try:
        services.become_coordinator(
            current_session(), current_actor(), _family(family_id), now=now()
        )
    except services.CoordinatedByAnother:
        flash(_("A colleague answers for this family."), "warning")
    return _back(family_id)


@bp.post("/no-contact/successor")
@requires(Permission.NO_CONTACT_KEEP)
def hand_over(family_id: uuid.UUID) -> ResponseReturnValue:
    family, form = _heard(family_id), _hand_over_form()
    if not form.validate():
        return _page(family, hand_over_form=form), 422
    services.hand_over(current_session(), current_actor(), family, form.user_id, now=now())
    flash(_("Your colleague answers for the family now."), "success")
    return _back(family_id)


@bp.post("/no-contact/guides/<uuid:guide_id>")
@requires(Permission.NO_CONTACT_KEEP)
def decide(family_id: uuid.UUID, guide_id: uuid.UUID) -> ResponseReturnValue:
    """Say what a possible hit turned out to be."""
    family, form = _heard(family_id), DecisionForm(prefix=f"g{guide_id.hex}-")
    if not form.validate():
        return _page(family, decided=(guide_id, form)), 422
    try:
        services.decide_hit(
            current_session(), current_actor(), family, guide_id, form.to_verdict(), now=now()
        )
    except services.HitGone:
        flash(_("There is nothing to decide any more: somebody has been corrected."), "info")
    else:
        flash(_("Your decision is noted."), "success")
    return _back(family_id)


@bp.app_template_global()
def possible_hits(family_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the guides whom a family's list asks to be looked at: for its coordinator alone."""
    if not visitor_may(Permission.NO_CONTACT_KEEP):
        return frozenset()
    hits = queries.find_hits_for(current_session(), current_actor(), today(), family_id)
    return frozenset(hit.guide_id for hit in hits if hit.keeps_apart)


def _page(
    family: Family,
    *,
    form: PersonForm | None = None,
    hand_over_form: HandOverForm | None = None,
    decided: tuple[uuid.UUID, DecisionForm] | None = None,
) -> str:
    session, actor = current_session(), current_actor()
    held = queries.find_coordinator(session, family.id)
    heard = queries.is_heard(session, actor, family.id, today())
    values: dict[str, Any] = {"family": family, "held": held, "heard": heard}
    if not heard:
        able = {member.user.id for member in list_colleagues(session, actor)}
        values["is_free"] = held is None or held.user_id not in able
        return render_template("no_contact/show.html", **values)
    if form is None:
        form = PersonForm(formdata=None)
        form.begin()
    hits = queries.find_hits(session, [family.id])
    first = decided[1] if decided else hand_over_form
    return render_template(
        "no_contact/show.html",
        **values,
        persons=queries.list_persons(session, family.id),
        unreadable=queries.unreadable(session, family.id),
        hits=[(hit, _decision_form(hit, decided)) for hit in hits],
        person_form=form,
        form=first or form,
        hand_over_form=hand_over_form or _hand_over_form(formdata=None),
        is_own=held is not None and held.user_id == actor.user_id,
    )


def _decision_form(
    hit: queries.Hit, decided: tuple[uuid.UUID, DecisionForm] | None
) -> DecisionForm:
    if decided and decided[0] == hit.guide_id:
        return decided[1]
    chosen = hit.verdict.value if hit.verdict else None
    return DecisionForm(formdata=None, prefix=f"g{hit.guide_id.hex}-", data={"verdict": chosen})


def _hand_over_form(**options: Any) -> HandOverForm:
    form, actor = HandOverForm(**options), current_actor()
    form.offer(list_colleagues(current_session(), actor), actor.user_id)
    return form


def _family(family_id: uuid.UUID) -> Family:
    return queries.get_family(current_session(), current_actor(), family_id)


def _heard(family_id: uuid.UUID) -> Family:
    """Return a family whose list speaks to whoever asks; for all others there is no such page."""
    return queries.get_heard_family(current_session(), current_actor(), family_id, today=today())


def _back(family_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("no_contact.show", family_id=family_id), 303)
