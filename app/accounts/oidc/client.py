"""The talk with another provider: where its sign-in is, and whether its answer can be trusted.

OpenID Connect's code flow with PKCE. Of a token only who signed in, and when, leaves this module:
whatever else it holds is neither returned nor logged.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from app.accounts.oidc.providers import Provider, is_safe

TIMEOUT_SECONDS = (3, 5)  # to connect, and between two pieces of an answer
WHOLE_ANSWER_SECONDS = 8
LARGEST_ANSWER = 256 * 1024
KEPT = dt.timedelta(hours=1)  # where its pages are, and its keys
CLOCKS_DIFFER = dt.timedelta(seconds=60)
ALGORITHMS = ("RS256", "PS256", "ES256")  # a key that both sides know, or none, is never one
LONGEST_SUBJECT = 255
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAway(Exception):
    """The provider does not answer, or not with what it should: later it may."""


class Untrusted(Exception):
    """The answer does not prove who signed in. The message is a word of ours for the log."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who signed in, as the provider calls them, and when they last showed it there."""

    issuer: str
    subject: str
    shown_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds an answer to the question: told to the provider, and kept in the browser's session."""

    state: str
    nonce: str
    verifier: str


class Client:
    """This site, as one provider knows it. What it learned of the provider it keeps for an hour."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._places: Mapping[str, str] = {}
        self._places_until: dt.datetime | None = None
        self._keys: KeySet | None = None
        self._keys_until: dt.datetime | None = None

    def way_there(self, secrets: Secrets, *, return_url: str, fresh: bool, now: dt.datetime) -> str:
        """Return the address of the provider's sign-in.

        Args:
            secrets: made for this one time.
            return_url: where it sends people back to.
            fresh: whether the person has to show anew who they are.
            now: this instant.

        Raises:
            ProviderAway: nobody can tell where it is.
        """
        asked = _demanded(self.provider.demands)
        if fresh:
            asked |= {"prompt": "login", "max_age": "0"}
        with self._session(return_url) as session:
            url, _state = session.create_authorization_url(
                self._find_places(now)["authorization_endpoint"],
                state=secrets.state,
                nonce=secrets.nonce,
                code_verifier=secrets.verifier,
                **asked,
            )
        return str(url)

    def redeem(self, code: str, secrets: Secrets, *, return_url: str, now: dt.datetime) -> Proof:
        """Exchange a code, and return who it proves to have signed in.

        Raises:
            ProviderAway: it does not answer.
            Untrusted: its answer proves nothing.
        """
        places = self._find_places(now)
        try:
            with self._session(return_url) as session:
                answer = session.fetch_token(
                    places["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=secrets.verifier,
                )
        except OAuthError:
            raise Untrusted("code refused") from None
        except (requests.RequestException, ValueError):
            raise ProviderAway("token endpoint") from None
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise Untrusted("no token")
        return self._proof(id_token, str(answer.get("access_token", "")), secrets, now)

    def _proof(self, id_token: str, access_token: str, secrets: Secrets, now: dt.datetime) -> Proof:
        provider = self.provider
        token = self._opened(id_token, now)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={
                "nonce": secrets.nonce,
                "client_id": provider.client_id,
                "access_token": access_token,
            },
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=int(CLOCKS_DIFFER.total_seconds()))
        except JoseError as refusal:
            raise Untrusted(f"{refusal.error} {getattr(refusal, 'claim', '')}".strip()) from None
        for claim, good in provider.demands.items():
            if not _said(claims.get(claim)) & set(good):
                raise Untrusted(f"too weak: {claim}")
        subject = claims["sub"]
        if not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Untrusted("no subject")
        return Proof(provider.issuer, subject, _moment(claims.get("auth_time"), now))

    def _opened(self, id_token: str, now: dt.datetime) -> jwt.Token:
        """Return a token whose signature is the provider's; its keys change now and then."""
        try:
            try:
                return jwt.decode(id_token, self._find_keys(now), ALGORITHMS)
            except InvalidKeyIdError:
                self._keys_until = None
                return jwt.decode(id_token, self._find_keys(now), ALGORITHMS)
        except JoseError as refusal:
            raise Untrusted(f"signature: {refusal.error}") from None
        except ValueError:
            raise Untrusted("signature: not a token") from None

    def _find_places(self, now: dt.datetime) -> Mapping[str, str]:
        if self._places_until is None or now >= self._places_until:
            address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = self._read(address)
            if found.get("issuer") != self.provider.issuer:
                raise ProviderAway("its description is another one's")
            places = {name: found.get(name) for name in ENDPOINTS}
            if not all(isinstance(place, str) and is_safe(place) for place in places.values()):
                raise ProviderAway("its description lacks an address")
            self._places = {name: str(place) for name, place in places.items()}
            self._places_until = now + KEPT
        return self._places

    def _find_keys(self, now: dt.datetime) -> KeySet:
        keys = self._keys
        if keys is None or self._keys_until is None or now >= self._keys_until:
            found = self._read(self._find_places(now)["jwks_uri"]).get("keys")
            keys = KeySet([key for each in found or [] if (key := _read_key(each))])
            self._keys, self._keys_until = keys, now + KEPT
        return keys

    def _session(self, return_url: str) -> OAuth2Session:
        session = OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid",  # who it is, and nothing about them
            redirect_uri=return_url,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_SECONDS,
        )
        session.max_redirects = 0
        return session

    def _read(self, address: str) -> dict[str, Any]:
        """Return the object that an address of the provider's holds."""
        began = monotonic()
        try:
            with requests.get(
                address, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as answer:
                content = b""
                for piece in answer.iter_content(16 * 1024):
                    content += piece
                    too_slow = monotonic() - began > WHOLE_ANSWER_SECONDS
                    if too_slow or len(content) > LARGEST_ANSWER:
                        raise ProviderAway("too slow, or too much")
                found = json.loads(content) if answer.ok else None
        except (requests.RequestException, ValueError):
            raise ProviderAway("no answer") from None
        if not isinstance(found, dict):
            raise ProviderAway("not an answer")
        return found


def _demanded(demands: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return how to ask for what will be demanded. Of the means used nobody can ask beforehand."""
    asked = {}
    if levels := demands.get("acr"):
        asked["acr_values"] = " ".join(levels)
    if contexts := demands.get("acrs"):  # Entra ID's own, asked for one at a time
        wanted = {"acrs": {"essential": True, "value": contexts[0]}}
        asked["claims"] = json.dumps({"id_token": wanted})
    return asked


def _read_key(said: Any) -> Key | None:
    """Return a key that signs, or None for one of another kind: those are not for us."""
    try:
        if said["kty"] in {"RSA", "EC"} and said.get("use", "sig") == "sig":
            return JWKRegistry.import_key(said)
    except (AttributeError, JoseError, KeyError, TypeError, ValueError):
        pass
    return None


def _said(value: object) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {text for text in values if isinstance(text, str)}


def _moment(value: object, now: dt.datetime) -> dt.datetime | None:
    """Return when somebody showed who they are; none that has yet to come."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    latest = (now + CLOCKS_DIFFER).timestamp()
    return dt.datetime.fromtimestamp(value, dt.UTC) if 0 <= value <= latest else None
