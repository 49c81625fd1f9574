"""Sign-in at another provider: the way there, the way back, and what it was for."""

import uuid
from http import HTTPStatus

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user

from app.accounts import browser_session, destinations, services
from app.accounts.confirming import confirmed_lately
from app.accounts.guards import public, signed_in
from app.accounts.models import LinkKind, User
from app.accounts.notices import notices
from app.accounts.oidc import doors, trips
from app.accounts.oidc.client import Client, Proof, ProviderAway, Untrusted
from app.accounts.oidc.providers import Provider
from app.accounts.oidc.trips import Errand, Trip
from app.accounts.services import identities, newcomers
from app.accounts.services.newcomers import Newcomer
from app.accounts.services.security_log import Event, note
from app.accounts.sign_in import SignedInUser
from app.accounts.views.blueprint import bp, signed_in_user
from app.errors import NotFound
from app.web.context import current_session, now
from app.web.locale import choose_language
from app.web.transactions import keep_so_far, kept_on_get, reads_only

RETRY_AFTER_SECONDS = "60"
SEE_OTHER = HTTPStatus.SEE_OTHER


@bp.post("/sign-in/provider")
@public
@reads_only
def provider_sign_in() -> ResponseReturnValue:
    destinations.remember(request.args.get("next"))
    return _leave(_chosen(), Errand.SIGN_IN)


@bp.post("/me/identities")
@signed_in
@confirmed_lately
def bind_identity() -> ResponseReturnValue:
    """Send somebody to the sign-in that shall open their account from now on."""
    client = _chosen()
    if not identities.may_bind(current_session(), signed_in_user(), client.provider):
        raise NotFound("provider for this person")
    return _leave(client, Errand.BIND, subject_id=signed_in_user().id)


@bp.post("/me/identities/<uuid:identity_id>/removal")
@signed_in
@confirmed_lately
def release_identity(identity_id: uuid.UUID) -> ResponseReturnValue:
    """Let a sign-in open this account no more."""
    try:
        identities.release_identity(current_session(), signed_in_user(), identity_id)
    except identities.OnlyWayIn:
        flash(_("You have no password, so this is your only way in."), "error")
    else:
        flash(_("That sign-in no longer opens your account."), "success")
    return redirect(url_for("accounts.me"), SEE_OTHER)


@bp.post("/me/confirmation/provider")
@signed_in
def confirm_at_provider() -> ResponseReturnValue:
    """Ask the provider whether it still is the same person."""
    provider = doors.came_in_by()
    if provider is None:
        raise NotFound("provider of this session")
    wanted = destinations.own_path(request.args.get("next"))
    client = doors.get_client(provider.key)
    return _leave(client, Errand.CONFIRM, subject_id=signed_in_user().id, wanted=wanted)


@bp.post("/invitations/<token>/provider")
@public
def accept_at_provider(token: str) -> ResponseReturnValue:
    """Send an invited person to their sign-in at work."""
    link = services.get_open_link(current_session(), LinkKind.INVITATION, token, now=now())
    return _leave(_chosen(), Errand.INVITATION, subject_id=link.subject_id)


@bp.get("/sign-in/return")
@public
@kept_on_get
def provider_return() -> ResponseReturnValue:
    """Take a provider's answer, ask it for the rest, and do what somebody went there for."""
    trip = trips.come_back(request.args.get("state", ""), now=now())
    if trip is None:
        return _failed("late", HTTPStatus.BAD_REQUEST)
    client = doors.get_client(trip.provider)
    provider = client.provider
    if request.args.get("iss", provider.issuer) != provider.issuer:
        note(Event.SIGN_IN_FAILED, what=f"{provider.kind} provider: another issuer answers")
        return _failed("untrusted", HTTPStatus.FORBIDDEN)
    code = request.args.get("code")
    if not code:
        return _failed("broken off", HTTPStatus.BAD_REQUEST)
    _let_go_of_the_database()
    try:
        proof = client.redeem(code, trip.secrets, return_url=doors.return_url(), now=now())
    except ProviderAway:
        return _away(provider)
    except Untrusted as refusal:
        note(Event.SIGN_IN_FAILED, what=f"{provider.kind} provider: {refusal}")
        return _failed("untrusted", HTTPStatus.FORBIDDEN)
    return ERRANDS[trip.errand](provider, trip, proof)


def _sign_in(provider: Provider, trip: Trip, proof: Proof) -> ResponseReturnValue:
    user = identities.find_signer(current_session(), provider, proof)
    if user is None:
        note(Event.SIGN_IN_FAILED, what=f"{provider.kind} provider: nobody of ours")
        return _failed("unknown", HTTPStatus.FORBIDDEN, provider)
    _let_in(user, provider, trip, proof)
    return redirect(url_for("accounts.arrive"), SEE_OTHER)


def _bind(provider: Provider, trip: Trip, proof: Proof) -> ResponseReturnValue:
    if not _is_still_here(trip):
        return _failed("late", HTTPStatus.BAD_REQUEST)
    if not trip.is_fresh(proof):
        return _failed("stale", HTTPStatus.FORBIDDEN)
    try:
        identities.bind_identity(
            current_session(), signed_in_user(), provider, proof, by_mail=notices(), now=now()
        )
    except identities.IdentityInUse:
        return _failed("in use", HTTPStatus.CONFLICT)
    flash(
        _("From now on you can sign in with %(provider)s too.", provider=provider.name), "success"
    )
    return redirect(url_for("accounts.me"), SEE_OTHER)


def _confirm(_provider: Provider, trip: Trip, proof: Proof) -> ResponseReturnValue:
    if not _is_still_here(trip):
        return _failed("late", HTTPStatus.BAD_REQUEST)
    person = signed_in_user()
    if not identities.is_identity_of(current_session(), person, proof):
        note(Event.SIGN_IN_FAILED, user_id=person.id, what="confirmed as somebody else")
        return _failed("somebody else", HTTPStatus.FORBIDDEN)
    if not trip.is_fresh(proof):
        return _failed("stale", HTTPStatus.FORBIDDEN)
    browser_session.confirm()
    note(Event.CONFIRMED, user_id=person.id, what="provider")
    return redirect(trip.wanted or url_for("accounts.me"), SEE_OTHER)


def _accept(provider: Provider, trip: Trip, proof: Proof) -> ResponseReturnValue:
    if not trip.is_fresh(proof) or trip.subject_id is None:
        return _failed("stale", HTTPStatus.FORBIDDEN)
    if current_user.is_authenticated:  # e.g. whoever invited, trying the link
        logout_user()
    newcomer = Newcomer(trip.subject_id, choose_language())
    try:
        user = newcomers.accept_with_identity(
            current_session(), newcomer, provider, proof, now=now()
        )
    except NotFound:
        return render_template("accounts/invitation_gone.html"), HTTPStatus.NOT_FOUND
    except identities.IdentityInUse:
        return _failed("in use", HTTPStatus.CONFLICT)
    _let_in(user, provider, trip, proof)
    return redirect(url_for("accounts.arrive"), SEE_OTHER)


ERRANDS = {
    Errand.SIGN_IN: _sign_in,
    Errand.BIND: _bind,
    Errand.CONFIRM: _confirm,
    Errand.INVITATION: _accept,
}


def _chosen() -> Client:
    return doors.get_client(request.form.get("provider", ""))


def _leave(
    client: Client,
    errand: Errand,
    *,
    subject_id: uuid.UUID | None = None,
    wanted: str | None = None,
) -> ResponseReturnValue:
    """Answer with a page that goes on by itself.

    A redirect it cannot be: browsers let a form lead to this site alone, and through every stop
    that a municipality's sign-in makes on its way.
    """
    _let_go_of_the_database()
    secrets = trips.new_secrets()
    fresh = errand is not Errand.SIGN_IN
    try:
        url = client.way_there(secrets, return_url=doors.return_url(), fresh=fresh, now=now())
    except ProviderAway:
        return _away(client.provider)
    trips.set_out(
        Trip(
            provider=client.provider.key,
            errand=errand,
            secrets=secrets,
            began_at=now(),
            subject_id=subject_id,
            wanted=wanted,
        )
    )
    page = render_template("accounts/provider_leaving.html", url=url, provider=client.provider)
    response = make_response(page)
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _let_go_of_the_database() -> None:
    """Let nobody wait for it while we wait for the provider."""
    if "session" in g:
        keep_so_far()


def _let_in(user: User, provider: Provider, trip: Trip, proof: Proof) -> None:
    if current_user.is_authenticated and current_user.id == user.id:
        if trip.is_fresh(proof):
            browser_session.confirm()
        return
    login_user(SignedInUser(user), remember=False, authn_via=[doors.METHOD])
    doors.note_way_in(provider)
    browser_session.shown_elsewhere_at(proof.shown_at)


def _is_still_here(trip: Trip) -> bool:
    return bool(current_user.is_authenticated) and current_user.id == trip.subject_id


def _away(provider: Provider) -> Response:
    note(Event.SIGN_IN_FAILED, what=f"{provider.kind} provider: away")
    page = render_template("accounts/provider_away.html", provider=provider)
    response = make_response(page, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _failed(why: str, status: HTTPStatus, provider: Provider | None = None) -> ResponseReturnValue:
    page = render_template("accounts/provider_failed.html", why=why, provider=provider)
    return page, status
