"""The codes of an app on a telephone, and the keys that encrypt the secrets behind them."""

import hmac
import logging
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import qrcode
from flask import current_app
from flask_security.totp import Totp
from passlib.exc import TokenError, UsedTokenError
from passlib.totp import TOTP, AppWallet, TotpMatch
from qrcode.image.svg import SvgPathFillImage
from sqlalchemy import or_, update

from app.accounts.models import User
from app.web.context import current_session

BEFORE_KEYS_HAD_NAMES = "1"
log = logging.getLogger(__name__)


def secrets_for_apps(keys: Sequence[str]) -> dict[str, str]:
    """Return what encrypts the apps' secrets in the database, by name; new ones take the first.

    Args:
        keys: the site's key, and those that came before it, the newest first.
    """
    derived = [hmac.new(key.encode(), b"totp secrets", "sha256").hexdigest() for key in keys]
    named = {sha256(each.encode()).hexdigest()[:12]: each for each in derived}
    return named | {BEFORE_KEYS_HAD_NAMES: derived[-1]}


class OneTimeCodes(Totp):
    """Codes that count once: whoever saw one over a shoulder cannot use it again.

    An app's secret is stored encrypted, and says with which key. New ones take the first key.
    """

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet)

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Return whether a code is right; it is not if the key that could tell is gone."""
        try:
            return bool(super().verify_totp(token, totp_secret, user, window))
        except KeyError:
            log.warning("the secret of a code app was encrypted with a key that is gone")
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
