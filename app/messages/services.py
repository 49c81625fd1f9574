import datetime as dt
import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.messages.letters import LOCALES, Sender, UnfitValueError, write_letter
from app.messages.models import OutgoingMessage
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality

# One mailbox: no second recipient, no display name, no control characters, no space.
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+")
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
    one Message-ID; it is not lost.

    Args:
        template: a name in `letters.TEMPLATES`.
        recipient: one e-mail address.
        locale: the recipient's language; the municipality's own if we have no letters in it.
        values: what the template asks for, no more: the first name, a link, a count of days.
        now: when it was written, in UTC.

    Raises:
        UnknownTemplateError: there is no such letter.
        UnfitValueError: a value is missing or unfit, or the recipient is no address.
    """
    if len(recipient) > LONGEST_ADDRESS or not ADDRESS.fullmatch(recipient):
        raise UnfitValueError("recipient: not one e-mail address")
    municipality = get_municipality(session, bound_municipality(session))
    locale = locale if locale in LOCALES else municipality.locale
    sender = Sender(municipality.name, municipality.contact_name, municipality.contact_phone)
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
    enqueue(
        session,
        "deliver_message",
        now=now,
        municipality_id=str(message.municipality_id),
        message_id=str(message.id),
    )
    return message
