"""A message that failed, for staff; and in a demo, where nothing is sent, everybody's mailbox."""

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import contact, tenancy
from app.accounts.guards import current_actor, public, requires, visitor_may
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.database import open_session
from app.messages import services, words
from app.messages.letters import subject_of
from app.messages.models import Channel, OutgoingMessage
from app.messages.queries import (
    get_message,
    list_failed_messages_to,
    list_latest_messages,
    list_users_with_code,
)
from app.messages.recipients import find_recipient
from app.municipalities.queries import list_municipalities
from app.permissions import Permission
from app.web.context import current_session, now, settings
from app.web.transactions import reads_only

MOST_SHOWN = 50
bp = Blueprint("messages", __name__)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and the address of ours that it is, or ""."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that did not arrive, as it stands on the page of whom it was for."""

    subject: str
    sent_as: str
    to: str
    failed_at: dt.datetime
    why: str
    url: str


@bp.get("/<municipality>/messages/<uuid:message_id>")
@requires(Permission.MESSAGES_CHANGE)
@looks_at(RecordKind.MESSAGE, "message_id")
def show(message_id: uuid.UUID) -> ResponseReturnValue:
    return _page(get_message(current_session(), current_actor(), message_id))


@bp.post("/<municipality>/messages/<uuid:message_id>/attempts")
@requires(Permission.MESSAGES_CHANGE)
def send_again(message_id: uuid.UUID) -> ResponseReturnValue:
    message = get_message(current_session(), current_actor(), message_id)
    try:
        services.send_again(current_session(), current_actor(), message, now=now())
    except services.CannotBeSentAgain:
        return _page(message, refused=True), 409
    flash(_("The message is on its way again."), "success")
    return redirect(url_for("desk.show"), 303)


@bp.post("/<municipality>/messages/<uuid:message_id>/call")
@requires(Permission.MESSAGES_CHANGE)
def note_call(message_id: uuid.UUID) -> ResponseReturnValue:
    message = get_message(current_session(), current_actor(), message_id)
    try:
        services.note_handled(current_session(), current_actor(), message, now=now())
    except services.CannotBeSentAgain:
        return _page(message, refused=True), 409
    flash(_("Thank you. The message is taken care of."), "success")
    return redirect(url_for("desk.show"), 303)


def _page(message: OutgoingMessage, *, refused: bool = False) -> str:
    """Draw the page of a message: never its text, whose link is for the recipient alone."""
    return render_template(
        "messages/show.html",
        message=message,
        subject=_subject(message),
        to=_address(message),
        recipient=find_recipient(current_session(), current_actor(), message),
        channel=words.CHANNELS[message.channel],
        tried_before=words.CHANNELS[message.tried_in_vain] if message.tried_in_vain else None,
        why=words.why(message),
        may_be_sent_again=services.may_be_sent_again(message),
        refused=refused,
    )


@bp.app_template_global()
def failed_messages_to(person_id: uuid.UUID) -> list[Failed]:
    """Return what did not reach a guide or a family, for their page; none to who may not act."""
    if not visitor_may(Permission.MESSAGES_CHANGE):
        return []
    found = list_failed_messages_to(current_session(), current_actor(), person_id)
    return [
        Failed(
            subject=_subject(message),
            sent_as=str(words.CHANNELS[message.channel]),
            to=_address(message),
            failed_at=message.failed_at or message.created_at,
            why=str(words.why(message)),
            url=url_for("messages.show", message_id=message.id),
        )
        for message in found
    ]


def _subject(message: OutgoingMessage) -> str:
    return subject_of(message.template, str(get_locale())) or message.subject


def _address(message: OutgoingMessage) -> str:
    is_sms = message.channel is Channel.SMS
    return contact.written_phone(message.recipient) if is_sms else message.recipient


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
