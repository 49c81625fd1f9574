"""What the room's tests share: letters as they were written, links in them, staff with an app."""

import datetime as dt
import re

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.services import LinkMail
from app.accounts.sign_in import staff_credentials
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests.cast import NOW, Town

PASSWORD = "umbrella trumpet 7 glacier"
# For services called by tests that read no letters.
UNSENT = {"by_mail": LinkMail(lambda *_args, **_more: None, str), "now": NOW}


class Desk:
    """A member of staff who knows the password and holds the telephone."""

    def __init__(self, app, session: Session, town: Town, role: Role = Role.COORDINATOR) -> None:
        self.user = session.get(User, town.users[role].id)
        self.email = self.user.email
        with app.test_request_context():
            for name, value in staff_credentials(PASSWORD).items():
                setattr(self.user, name, value)
            codes = app.extensions["security"].totp_factory
            self.key = codes.get_totp_b32_key(self.user.tf_totp_secret)
        session.commit()

    def code(self, *, steps: int = 0) -> str:
        """Return the code that the app shows now, or some half minutes from now."""
        moment = dt.datetime.now(dt.UTC) + steps * dt.timedelta(seconds=30)
        return pyotp.TOTP(self.key).at(moment)

    def type_password(self, client, password: str = PASSWORD):
        return client.post("/sign-in/staff", data={"email": self.email, "password": password})

    def type_code(self, client, code: str = ""):
        return client.post("/sign-in/code", data={"code": code or self.code()})


def letters_to(session: Session, recipient: str) -> list[OutgoingMessage]:
    """Return what was written to an address, the newest last."""
    session.rollback()
    statement = select(OutgoingMessage).where(OutgoingMessage.recipient == recipient)
    letters = list(session.scalars(statement.order_by(OutgoingMessage.created_at)))
    for letter in letters:  # else a look at one begins a transaction, and the client waits
        session.expunge(letter)
    session.rollback()
    return letters


def path_in(letter: OutgoingMessage) -> str:
    """Return the path of the link in a letter."""
    return re.search(r"http://localhost(/\S+)", letter.body)[1]


def is_signed_in(client) -> bool:
    return not client.get("/sign-in/done").location.startswith("/sign-in")
