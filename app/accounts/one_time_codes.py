"""The codes of an app on a telephone, and the keys that encrypt the secrets behind them."""

import hmac
import logging
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

import qrcode
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from flask_security.totp import Totp
from passlib.exc import TokenError, UsedTokenError
from passlib.totp import TOTP, AppWallet, TotpMatch
from qrcode.image.svg import SvgPathFillImage
from sqlalchemy import or_, update

from app.accounts.models import User
from app.web.context import current_session

BEFORE_KEYS_HAD_NAMES = "1"
SEALED = "aes-256-gcm"
NONCE_BYTES = 12
log = logging.getLogger(__name__)


def secrets_for_apps(keys: Sequence[str]) -> dict[str, str]:
    """Return what encrypts the apps' secrets in the database, by name; new ones take the first.

    Args:
        keys: the site's key, and those that came before it, the newest first.
    """
    derived = [hmac.new(key.encode(), b"totp secrets", "sha256").hexdigest() for key in keys]
    named = {sha256(each.encode()).hexdigest()[:12]: each for each in derived}
    return named | {BEFORE_KEYS_HAD_NAMES: derived[-1]}


class Seal:
    """Encrypts an app's secret so that whoever can write to the database cannot change it unseen.

    What is stored says how, and with which key: `aes-256-gcm$name$…`.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = {
            name: AESGCM(hmac.digest(key.encode(), SEALED.encode(), "sha256"))
            for name, key in keys.items()
        }
        self._today = next(iter(keys))

    def close(self, secret: bytes) -> str:
        """Return a secret as it is stored, under the key of today."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = self._keys[self._today].encrypt(nonce, secret, self._today.encode())
        return f"{SEALED}${self._today}${b64encode(nonce + box).decode()}"

    def open(self, stored: str) -> bytes:
        """Return a secret.

        Raises:
            KeyError: its key is gone, or it is not what was stored.
        """
        try:
            _how, name, text = stored.split("$")
            box = b64decode(text)
            return self._keys[name].decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise KeyError("changed") from None


def is_sealed(stored: str) -> bool:
    """Return whether an app's secret is stored as it is today, and not as it once was."""
    return stored.startswith(f"{SEALED}$")


class SealedTotp(TOTP):
    """passlib's, whose own encryption of secrets, without a signature, is only read any more."""

    seal: ClassVar[Seal]

    @classmethod
    def from_source(cls, source: Any) -> Any:
        if isinstance(source, str) and is_sealed(source):
            return cls(key=cls.seal.open(source), format="raw")
        return super().from_source(source)

    def to_json(self, encrypt: bool | None = None) -> str:
        return self.seal.close(self.key) if encrypt else str(super().to_json(encrypt=False))


class OneTimeCodes(Totp):
    """Codes that count once: whoever saw one over a shoulder cannot use it again.

    An app's secret is stored encrypted, and says with which key. New ones take the first key.
    """

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = SealedTotp.using(issuer=issuer, wallet=wallet)
        self._totp.seal = Seal(secrets)

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Return whether a code is right; it is not if the key that could tell is gone."""
        try:
            return bool(super().verify_totp(token, totp_secret, user, window))
        except KeyError:
            log.warning("the key of a code app's secret is gone, or the secret was changed")
            return False

    def encrypted_anew(self, secret: str) -> str:
        """Return an app's secret as the key of today encrypts it."""
        stored: str = self._totp.from_source(secret).to_json(encrypt=True)
        return stored

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.row.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        unused = or_(User.totp_counter.is_(None), User.totp_counter < tmatch.counter)
        statement = update(User).where(User.id == user.id, unused)
        result = current_session().execute(statement.values(totp_counter=tmatch.counter))
        if result.rowcount == 0:  # type: ignore[attr-defined]
            raise UsedTokenError(expire_time=tmatch.expire_time)

    def counter_of(self, secret: str, code: str) -> int | None:
        """Return which half minute a secret's code belongs to; None if it is not one of now."""
        validity = current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
        try:
            counter: int = self._totp.verify(code, secret, window=validity).counter
        except (TokenError, KeyError):
            return None
        return counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the picture to scan, on white: a camera needs that in the dark theme too."""
        address = self.get_totp_uri(username, totp)
        drawn = qrcode.make(address, image_factory=SvgPathFillImage).to_string()
        return f"data:image/svg+xml;base64,{b64encode(drawn).decode()}"
