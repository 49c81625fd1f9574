import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app import contact
from app.errors import Conflict
from app.jobs.queue import enqueue
from app.messages.letters import (
    AT_ONCE,
    SHORT_LIVED,
    Letter,
    Sender,
    UnfitValueError,
    locales_of,
    write_letter,
    write_sms,
)
from app.messages.models import Addressee, Channel, MessageStatus, OutgoingMessage
from app.messages.queries import find_message_said
from app.messages.quiet import after_the_night
from app.municipalities.models import Municipality
from app.municipalities.queries import get_municipality
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality

# One mailbox: no second recipient, no display name, no control characters, no space, and no
# encoded word (=?utf-8?q?...?=), which a mail program would decode into any of these.
ADDRESS = re.compile(
    r"(?!.*=\?)[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+"
)
LONGEST_ADDRESS = 254
KEPT_FOR = dt.timedelta(days=30)
MOBILE = re.compile(r"\+47[49]\d{7}|\+(?!47)[1-9]\d{6,14}")  # abroad we cannot tell

WRITERS: Mapping[Channel, Callable[..., Letter]] = {
    Channel.EMAIL: write_letter,
    Channel.SMS: write_sms,
}


class CannotBeSentAgain(Conflict):
    """The message did not fail, was taken care of, or its link is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class To:
    """Whom a message is for, and how to reach them. Empty is what we do not have."""

    first_name: str
    locale: str
    email: str = ""
    phone: str = ""
    addressee: Addressee | None = None
    about_id: uuid.UUID | None = None  # the addressee's own key
    by: Channel = Channel.EMAIL  # preferred; the other one is taken where this leads nowhere

    @classmethod
    def guide(cls, guide: Any, *, by: Channel = Channel.EMAIL) -> "To":
        """Return a guide as one to write to. Their room stands above this one."""
        return cls(
            first_name=guide.first_name,
            locale=guide.locale,
            email=guide.email,
            phone=guide.phone,
            addressee=Addressee.GUIDE,
            about_id=guide.id,
            by=by,
        )

    @classmethod
    def family(cls, family: Any, *, by: Channel = Channel.EMAIL) -> "To":
        """Return a family's contact person as one to write to, in the family's language."""
        return cls(
            first_name=family.first_name,
            locale=family.locale,
            email=family.contact_email,
            phone=family.contact_phone,
            addressee=Addressee.FAMILY,
            about_id=family.id,
            by=by,
        )

    @classmethod
    def staff(cls, user: Any) -> "To":
        """Return somebody who works here as one to write to. Their room stands above this one."""
        return cls(
            first_name=user.name.split()[0],
            locale=user.locale,
            email=user.email,
            addressee=Addressee.STAFF,
            about_id=user.id,
        )

    def is_elsewhere(self, before: "To") -> bool:
        """Return whether an old way ended: a first number beside an address is one way more."""
        known = (before.email, before.phone or (before.email and self.phone))
        return (self.email, self.phone) != known

    def address_by(self, channel: Channel, ours: Municipality) -> str:
        """Return the address for a channel, "" where there is none that would do."""
        if channel is Channel.EMAIL:
            fits = len(self.email) <= LONGEST_ADDRESS and ADDRESS.fullmatch(self.email)
            return self.email if fits else ""
        phone = contact.tidy_phone(self.phone)
        return phone if ours.sms_sender and MOBILE.fullmatch(phone) else ""


def send_message(
    session: Session,
    template: str,
    to: To,
    values: Mapping[str, str],
    *,
    now: dt.datetime,
    once: str | None = None,
) -> OutgoingMessage | None:
    """Write a message into the outbox, in the transaction of what it tells of.

    It leaves when the transaction is kept, by day, and never if it is not kept. It may arrive
    twice, with one Message-ID; it is not lost. Where it leads nowhere, the recipient's other way
    is tried once before somebody has to call.

    Args:
        template: a name in `letters.TEMPLATES`.
        to: a language without letters gets the municipality's own.
        values: what the template asks for besides `first_name`, no more and no less.
        once: names what is said once only, ever; the second time the first message is returned.

    Returns:
        The message, or None where nothing reaches this person: then somebody has to call.

    Raises:
        UnknownTemplateError: there is no such letter.
        UnfitValueError: a value is missing or unfit.
    """
    if once and (said := find_message_said(session, once)):
        return said
    ours = get_municipality(session, bound_municipality(session))
    ways = [c for c in sorted(Channel, key=lambda c: c is not to.by) if to.address_by(c, ours)]
    if not ways:
        return None
    message = _write(ours, ways[0], template, to, values)
    message.once_key = once
    for channel in ways[1:]:  # one at most
        other = _write(ours, channel, template, to, values)
        message.other_recipient, message.other_body = other.recipient, other.body
    return _post(session, message, now=now)


def can_reach(session: Session, to: To) -> bool:
    """Return whether a message to somebody would go anywhere."""
    ours = get_municipality(session, bound_municipality(session))
    return any(to.address_by(channel, ours) for channel in Channel)


def send_email(
    session: Session,
    *,
    template: str,
    recipient: str,
    locale: str,
    values: Mapping[str, str],
    now: dt.datetime,
) -> OutgoingMessage:
    """Write an e-mail to an address, whoever has it: `send_message` for those with an account.

    Raises:
        UnknownTemplateError: there is no such letter.
        UnfitValueError: a value is missing or unfit, or the recipient is no address.
    """
    ours = get_municipality(session, bound_municipality(session))
    others = {name: value for name, value in values.items() if name != "first_name"}
    to = To(first_name=values.get("first_name", ""), locale=locale, email=recipient)
    if not to.address_by(Channel.EMAIL, ours):
        raise UnfitValueError("recipient: not one e-mail address")
    return _post(session, _write(ours, Channel.EMAIL, template, to, others), now=now)


def _write(
    ours: Municipality, channel: Channel, template: str, to: To, values: Mapping[str, str]
) -> OutgoingMessage:
    locale = to.locale if to.locale in locales_of(template) else ours.locale
    signs = Sender(ours.name, ours.contact_name, ours.contact_phone)
    told = {**values, "first_name": to.first_name}
    letter = WRITERS[channel](template, locale, told, signs)
    return OutgoingMessage(
        template=template,
        channel=channel,
        recipient=to.address_by(channel, ours),
        addressee=to.addressee,
        about_id=to.about_id,
        sender=_sender(ours, channel),
        reply_to=_reply_to(ours, channel),
        locale=locale,
        subject=letter.subject,
        body=letter.body,
        at_once=template in AT_ONCE,
    )


def _sender(ours: Municipality, channel: Channel) -> str:
    return ours.sender_name if channel is Channel.EMAIL else ours.sms_sender


def _reply_to(ours: Municipality, channel: Channel) -> str:
    return ours.contact_email if channel is Channel.EMAIL else ""


def turn_to_other_way(session: Session, message: OutgoingMessage, *, now: dt.datetime) -> None:
    """Let a message that led nowhere go by its recipient's other way, with the same words."""
    ours = get_municipality(session, bound_municipality(session))
    message.tried_in_vain = message.channel
    message.channel = Channel.SMS if message.channel is Channel.EMAIL else Channel.EMAIL
    message.recipient, message.body = message.other_recipient, message.other_body
    message.other_recipient = message.other_body = ""
    message.sender = _sender(ours, message.channel)
    message.reply_to = _reply_to(ours, message.channel)
    message.attempts, message.due_at = 0, now
    session.flush()


def _post(session: Session, message: OutgoingMessage, *, now: dt.datetime) -> OutgoingMessage:
    message.created_at = now
    message.due_at = now if message.at_once else after_the_night(now)
    session.add(message)
    session.flush()
    enqueue_delivery(session, message, now=now)
    return message


def enqueue_delivery(session: Session, message: OutgoingMessage, *, now: dt.datetime) -> None:
    """Defer a message's delivery until it is due."""
    town, key = str(message.municipality_id), str(message.id)
    run_at = max(now, message.due_at)
    enqueue(
        session, "deliver_message", now=now, run_at=run_at, municipality_id=town, message_id=key
    )


def send_again(
    session: Session, actor: Actor, message: OutgoingMessage, *, now: dt.datetime
) -> None:
    """Try a message that failed once more, from the beginning, to the same address.

    Raises:
        NotPermitted: the actor may not look after messages.
        CannotBeSentAgain: it did not fail, was taken care of, or its link is dead.
    """
    ensure_may(actor, Permission.MESSAGES_CHANGE, message)
    if not may_be_sent_again(message):
        raise CannotBeSentAgain(str(message.id))
    message.status, message.failed_at, message.attempts = MessageStatus.WAITING, None, 0
    message.due_at = now if message.at_once else after_the_night(now)
    session.flush()
    enqueue_delivery(session, message, now=now)


def note_handled(
    session: Session, actor: Actor, message: OutgoingMessage, *, now: dt.datetime
) -> None:
    """Note that somebody took care of a message that failed, as a rule by calling instead.

    Raises:
        NotPermitted: the actor may not look after messages.
        CannotBeSentAgain: it did not fail.
    """
    ensure_may(actor, Permission.MESSAGES_CHANGE, message)
    if message.status is not MessageStatus.FAILED:
        raise CannotBeSentAgain(str(message.id))
    if message.handled_at is None:
        message.handled_at, message.handled_by_id = now, actor.user_id
    session.flush()


def may_be_sent_again(message: OutgoingMessage) -> bool:
    """Return whether a message failed, waits for somebody, and would still be of use."""
    has_address = bool(message.recipient)
    return message.needs_somebody and has_address and message.template not in SHORT_LIVED


def empty_old_letters(session: Session, *, now: dt.datetime) -> None:
    """Forget what was written to whom, long after it arrived or was taken care of.

    That it was written is kept: what is said once only stays said.
    """
    done = or_(
        OutgoingMessage.status == MessageStatus.SENT, OutgoingMessage.handled_at.is_not(None)
    )
    session.execute(
        update(OutgoingMessage)
        .where(done, OutgoingMessage.created_at < now - KEPT_FOR, OutgoingMessage.body != "")
        .values(body="", recipient="", other_body="", other_recipient="")
    )
    session.flush()
