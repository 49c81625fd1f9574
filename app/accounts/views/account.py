import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import destinations, queries, services
from app.accounts.browser_session import current_session_id
from app.accounts.forms import LetterLanguageForm
from app.accounts.guards import signed_in
from app.accounts.models import Passkey
from app.accounts.oidc import doors
from app.accounts.oidc.own import list_own
from app.accounts.services import passkeys, recovery, sessions
from app.accounts.views.blueprint import bp, signed_in_user
from app.municipalities.queries import list_municipalities
from app.permissions import Role
from app.web.context import current_session, now
from app.web.transactions import reads_only


@dataclass(frozen=True, slots=True)
class Workplace:
    """A municipality that somebody belongs to, and where to go there."""

    name: str
    roles: list[Role]
    url: str


@bp.get("/me")
@signed_in
@reads_only
def me() -> ResponseReturnValue:
    language = signed_in_user().locale
    return _page(LetterLanguageForm(formdata=None, data={"language": language}))


@bp.post("/me")
@signed_in
def choose_letter_language() -> ResponseReturnValue:
    form = LetterLanguageForm()
    if not form.validate():
        return _page(form), 422
    services.choose_letter_language(current_session(), signed_in_user(), form.language.data)
    flash(_("Our e-mails to you are in this language from now on."), "success")
    return redirect(url_for("accounts.me"), 303)


def _page(form: LetterLanguageForm) -> str:
    user = signed_in_user()
    rows = queries.list_sessions(current_session(), user.id)
    return render_template(
        "accounts/me.html",
        user=user,
        form=form,
        workplaces=_workplaces(),
        sessions=[row for row in rows if row.lasts(now())],
        this_session=current_session_id(),
        passkeys=_passkeys(),
        sign_ins=list_own(user),
        codes_left=recovery.count_recovery_codes(current_session(), user.id),
    )


@bp.post("/me/sessions/<uuid:session_id>/sign-out")
@signed_in
def end_one_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """Sign out in one other browser."""
    sessions.end_own_session(current_session(), signed_in_user().id, session_id)
    flash(_("You are signed out there."), "success")
    return redirect(url_for("accounts.me"), 303)


@bp.post("/me/other-sessions")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere else."""
    services.end_sessions(current_session(), signed_in_user().id, but_for=current_session_id())
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("accounts.me"), 303)


def _passkeys() -> Sequence[Passkey] | None:
    """Return one's own; None for somebody who signs in elsewhere, and can have none."""
    database, user = current_session(), signed_in_user()
    if doors.is_staff_door() or not passkeys.may_have_passkeys(database, user):
        return None
    return queries.list_passkeys(database, user.id)


def _workplaces() -> list[Workplace]:
    actors = queries.list_actors(current_session(), signed_in_user().id)
    by_id = {actor.municipality_id: actor for actor in actors}
    return [
        Workplace(
            municipality.name,
            sorted(by_id[municipality.id].roles),
            destinations.workplace(municipality.slug, by_id[municipality.id]),
        )
        for municipality in list_municipalities(current_session())
        if municipality.id in by_id and doors.opens(municipality.slug)
    ]
