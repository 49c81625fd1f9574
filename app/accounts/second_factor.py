"""What Flask-Security knows of second factors, for our own pages about them."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_security.tf_plugin import tf_check_state

from app.accounts.models import User
from app.accounts.one_time_codes import OneTimeCodes
from app.accounts.sign_in import SignedInUser


@dataclass(frozen=True, slots=True)
class Setup:
    """An app that is being set up: the encrypted secret, and what is shown of it."""

    secret: str
    picture: str
    key: str
    name: str

    def counter_of(self, code: str) -> int | None:
        """Return which half minute a code belongs to; None if the app does not show it now."""
        return _codes().counter_of(self.secret, code)


def find_halfway() -> User | None:
    """Return whoever has shown a password here, and has an app whose code is missing."""
    person: Any = tf_check_state(["ready"])
    return person.row if person else None


def finish_sign_in(user: User) -> None:
    """Sign in somebody who has shown both."""
    current_app.extensions["security"].two_factor_plugins.tf_complete(SignedInUser(user), True)


def begin_setup(user: User) -> Setup:
    """Return a new secret for an app."""
    return _shown(user, _codes().generate_totp_secret())


def read_setup(user: User, secret: str) -> Setup | None:
    """Return a set-up that was begun before, None if none was."""
    return _shown(user, secret) if secret else None


def _shown(user: User, secret: str) -> Setup:
    shown = _codes().fetch_setup_values(secret, SignedInUser(user))
    return Setup(secret, shown["image"], shown["key"], shown["username"])


def _codes() -> OneTimeCodes:
    codes: OneTimeCodes = current_app.extensions["security"].totp_factory
    return codes
