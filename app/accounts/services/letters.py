"""How accounts' services send a link: the room of messages stands above, so it is handed in."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import User
from app.municipalities.models import Municipality
from app.tenancy import bind, is_bound


class SendEmail(Protocol):
    """What `messages.services.send_email` is."""

    def __call__(
        self,
        session: Session,
        *,
        template: str,
        recipient: str,
        locale: str,
        values: Mapping[str, str],
        now: dt.datetime,
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class LinkMail:
    """The means to send a link: who sends, and what address a token has."""

    send: SendEmail
    link_url: Callable[[str], str]
    staff_url: str = ""  # of the list of those who work in the municipality

    def login_link(self, session: Session, user: User, token: str, *, now: dt.datetime) -> None:
        self._to(session, user, "login_link", self.link_url(token), now=now)

    def password_link(self, session: Session, user: User, token: str, *, now: dt.datetime) -> None:
        self._to(session, user, "password_link", self.link_url(token), now=now)

    def notice(self, session: Session, user: User, template: str, *, now: dt.datetime) -> None:
        """Tell somebody what happened to their account, with the way to look after it."""
        self._to(session, user, template, self.link_url(""), now=now)

    def about_staff(self, session: Session, user: User, template: str, *, now: dt.datetime) -> None:
        """Tell somebody what happened to the list of staff, with the way there."""
        self._to(session, user, template, self.staff_url, now=now)

    def _to(
        self, session: Session, user: User, template: str, link: str, *, now: dt.datetime
    ) -> None:
        """Send a letter that comes from the first municipality that somebody belongs to."""
        memberships = queries.list_memberships(session, user.id)
        if not is_bound(session):
            if not memberships:
                return
            bind(session, memberships[0].municipality_id)
        self.send(
            session,
            template=template,
            recipient=user.email,
            locale=user.locale,
            values={"first_name": first_name(user.name), "link": link},
            now=now,
        )

    def invitation(
        self,
        session: Session,
        municipality: Municipality,
        to: tuple[str, str],
        token: str,
        *,
        now: dt.datetime,
    ) -> None:
        name, email = to
        self.send(
            session,
            template="invitation",
            recipient=email,
            locale=municipality.locale,
            values={
                "first_name": first_name(name),
                "link": self.link_url(token),
                "municipality": municipality.name,
            },
            now=now,
        )


def first_name(name: str) -> str:
    """Return the first word of a name, for a greeting."""
    return (name.split() or [""])[0]
