import datetime as dt
import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.messages.letters import LOCALES, Sender, UnfitValueError, write_letter
from app.messages.models import OutgoingMessage
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality

# One mailbox: no second recipient, no display name, no control characters, no space, and no
# encoded word (=?utf-8?q?...?=), which a mail program would decode into any of these.
ADDRESS = re.compile(
    r"(?!.*=\?)[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+"
)
LONGEST_ADDRESS = 254


def send_email(
    session: Session,
    *,
    template: str,
    recipient: str,
    locale: str,
    values: Mapping[str, str],
    now: dt.datetime,
) -> OutgoingMessage:
    """Write an e-mail into the outbox, in the transaction of what it tells of.

    It leaves when the transaction is kept, and never if it is not. It may arrive twice, with
    one Message-ID; it is not lost. A language without letters gets the municipality's own.
    `values` are those that the template asks for in `letters.TEMPLATES`, no more and no less.

    Raises:
        UnknownTemplateError: there is no such letter.
        UnfitValueError: a value is missing or unfit, or the recipient is no address.
    """
    if len(recipient) > LONGEST_ADDRESS or not ADDRESS.fullmatch(recipient):
        raise UnfitValueError("recipient: not one e-mail address")
    ours = get_municipality(session, bound_municipality(session))
    locale = locale if locale in LOCALES else ours.locale
    sender = Sender(ours.name, ours.contact_name, ours.contact_phone)
    letter = write_letter(template, locale, values, sender)
    message = OutgoingMessage(
        template=template,
        recipient=recipient,
        locale=locale,
        subject=letter.subject,
        body=letter.body,
        created_at=now,
        due_at=now,
    )
    session.add(message)
    session.flush()
    enqueue_delivery(session, message, now=now)
    return message


def enqueue_delivery(session: Session, message: OutgoingMessage, *, now: dt.datetime) -> None:
    """Defer a message's delivery."""
    town, key = str(message.municipality_id), str(message.id)
    enqueue(session, "deliver_message", now=now, municipality_id=town, message_id=key)
