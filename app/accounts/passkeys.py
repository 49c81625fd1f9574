"""The door to passkeys: which site they are for, and what this browser was asked to have signed."""

from urllib.parse import urlsplit

from flask import Response, current_app, g, session

from app.accounts.models import PasskeyPurpose, User
from app.accounts.services import challenges, passkeys
from app.accounts.services.challenges import Proof, Site
from app.web import context

ANSWER = "passkey"  # the field in which a browser sends what was signed


def our_site() -> Site:
    """Return which site keys are for: by the settings, never by what a request says."""
    address = urlsplit(context.settings().BASE_URL)
    return Site(address.hostname or "", f"{address.scheme}://{address.netloc}")


def ask(purpose: PasskeyPurpose, user: User | None) -> Response:
    """Answer with what this browser is to have signed."""
    options = challenges.ask_to_use(
        context.current_session(),
        session.token,  # type: ignore[attr-defined]
        purpose,
        user=user,
        site=our_site(),
        now=context.now(),
    )
    return as_json(options)


def ask_for_new(user: User) -> Response:
    """Answer with what this browser needs to have a key made."""
    token = session.token  # type: ignore[attr-defined]
    options = challenges.ask_to_add(
        context.current_session(), user, token, site=our_site(), now=context.now()
    )
    return as_json(options)


def proof(purpose: PasskeyPurpose, answer: str) -> Proof:
    """Return what the browser sent with what it was asked, which is used up with that.

    In a transaction of its own, so that it is, whatever becomes of the request. What the request
    has read is dropped for that and read again: call it before anything is written.
    """
    if "session" in g:
        context.current_session().rollback()
    token = session.token  # type: ignore[attr-defined]
    with current_app.extensions["session_factory"].begin() as database:
        challenge = challenges.take_challenge(database, token, purpose, now=context.now())
    return Proof(answer, challenge, our_site())


def find_signer(purpose: PasskeyPurpose, answer: str, user: User | None) -> User | None:
    """Return who has just signed, here and for this purpose; None if that is not shown."""
    shown = proof(purpose, answer)
    try:
        return passkeys.use_passkey(context.current_session(), shown, user=user, now=context.now())
    except passkeys.PasskeyRefused:
        return None


def as_json(options: str) -> Response:
    return current_app.response_class(options, mimetype="application/json")
