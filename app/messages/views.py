"""The page of sent mail: in a demo, where nothing is sent, it is everybody's mailbox."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.guards import public
from app.database import open_session
from app.messages.models import OutgoingMessage
from app.messages.queries import list_latest_messages, list_users_with_code
from app.municipalities.queries import list_municipalities
from app.web.context import current_session, settings
from app.web.transactions import reads_only

MOST_SHOWN = 50
bp = Blueprint("messages", __name__)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and the address of ours that it is, or ""."""

    text: str
    url: str = ""


@public
@reads_only
def sent_mail() -> ResponseReturnValue:
    return render_template(
        "messages/sent_mail.html",
        messages=list_demo_messages(current_session()),
        codes=demo_codes(current_session()),
        paragraphs=lambda body: paragraphs(body, settings().BASE_URL),
    )


def list_demo_messages(session: Session) -> list[OutgoingMessage]:
    """Return the newest messages of all municipalities, each read in a session of its own."""
    found: list[OutgoingMessage] = []
    for municipality in list_municipalities(session):
        with open_session(current_app.extensions["session_factory"], reads_only=True) as own:
            tenancy.bind(own, municipality.id)
            found.extend(list_latest_messages(own))
    return sorted(found, key=lambda message: message.created_at, reverse=True)[:MOST_SHOWN]


def demo_codes(session: Session) -> list[tuple[str, str, str]]:
    """Return name, address and present code of everybody who signs in with one."""
    totp = current_app.extensions["security"].totp_factory
    return [
        (user.name, user.email, totp.generate_totp_password(user.tf_totp_secret))
        for user in list_users_with_code(session)
    ]


def paragraphs(body: str, base_url: str) -> Sequence[Sequence[Sequence[Piece]]]:
    """Return a letter's paragraphs, as lines, as pieces. Only our own addresses are links."""
    ours = re.compile(rf"({re.escape(base_url)}/\S*)")
    return [
        [
            [Piece(part, part if ours.fullmatch(part) else "") for part in ours.split(line) if part]
            for line in paragraph.splitlines()
        ]
        for paragraph in body.strip().split("\n\n")
    ]


def _open_in_demo(state: BlueprintSetupState) -> None:
    """Have the page only where nothing is sent: it shows the links of everybody."""
    if state.app.extensions["settings"].DEMO:
        state.add_url_rule("/demo/mail", "sent_mail", sent_mail)


bp.record(_open_in_demo)
