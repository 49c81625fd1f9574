"""How somebody is reached changes, or ends: the one place that lets go of the old way.

A number gets a new owner and a mailbox is shared: a link that went there opens nothing more, and
what still waits does not go there.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Link, LinkKind
from app.accounts.services import close_links_of, find_link, is_spent, issue_link
from app.messages.letters import TEMPLATES
from app.messages.models import Addressee, MessageStatus, OutgoingMessage
from app.messages.services import To, can_reach, send_message
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality

ADDRESS = re.compile(r"https?://\S+")
TOKEN = re.compile(r"(?<=/)[\w-]{43}(?![\w-])", re.ASCII)
NO_ADDRESS = "NoAddress"  # why a message failed whose recipient is reached by none
RESTORED = "Restored"  # and of one that waited in a backup


class Written(NamedTuple):
    """A letter that was written, its address, and the secret link that this holds, if it does."""

    message: OutgoingMessage
    url: str
    token: str
    link: Link | None

    @property
    def has_arrived(self) -> bool:
        return self.message.status is MessageStatus.SENT


def let_go(session: Session, person_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Close every link of somebody who leaves, and withdraw what has not reached them yet.

    Letters that say goodbye are written after this.
    """
    close_links_of(session, person_id, now=now)
    theirs = OutgoingMessage.about_id == person_id
    session.execute(
        delete(OutgoingMessage).where(theirs, OutgoingMessage.status != MessageStatus.SENT),
        execution_options={"synchronize_session": "fetch"},
    )
    session.flush()


@contextmanager
def following(
    session: Session,
    find_way: Callable[[], To],
    *,
    now: dt.datetime,
    renewed: Collection[LinkKind] = (),
) -> Iterator[None]:
    """Correct what is on record about somebody; where that reaches them elsewhere, `move` them.

    Args:
        session: bound to the municipality. The person is locked: no link is made meanwhile.
        find_way: how to reach the person, as is on record at that moment.
        now: this instant, in UTC.
        renewed: kinds of links that whoever corrects gives out anew themselves.
    """
    before = find_way()
    yield
    after = find_way()
    if after.is_elsewhere(before):
        move(session, after, now=now, renewed=renewed)


def move(session: Session, to: To, *, now: dt.datetime, renewed: Collection[LinkKind] = ()) -> None:
    """Close every link that went where somebody was reached before, and write to the new place.

    What had not left yet goes there instead, and so does what arrived at the old place and still
    opens something: each with a new link. What can go nowhere is for staff to say.
    """
    if to.about_id is None:
        raise ValueError("only who has a key of their own can move")
    known = [_read(session, message) for message in _list_letters(session, to.about_id)]
    wanted = [
        w for w in _still_counting(known, now) if w.link is None or w.link.kind not in renewed
    ]
    close_links_of(session, to.about_id, now=now)
    is_reached = can_reach(session, to)
    for written in known:
        if not written.has_arrived and (is_reached or written not in wanted):
            session.delete(written.message)
    session.flush()
    for written in wanted:
        if is_reached:
            _write_anew(session, written, to, now)
        elif not written.has_arrived:
            _lose_way(written.message, now)
    session.flush()


def is_overtaken(session: Session, message: OutgoingMessage) -> bool:
    """Return whether a letter's link was used, closed or replaced: it has nothing to say any more."""
    link = _read(session, message).link
    return link is not None and is_spent(link)


def _list_letters(session: Session, person_id: uuid.UUID) -> Sequence[OutgoingMessage]:
    """Return what was written to somebody and is not done with, oldest first, locked."""
    undone = or_(OutgoingMessage.status == MessageStatus.SENT, OutgoingMessage.handled_at.is_(None))
    statement = (
        select(OutgoingMessage)
        .where(OutgoingMessage.about_id == person_id, OutgoingMessage.body != "", undone)
        .order_by(OutgoingMessage.created_at, OutgoingMessage.id)
        .with_for_update()
    )
    return session.scalars(statement).all()


def _read(session: Session, message: OutgoingMessage) -> Written:
    """Find the address in a letter, and whose secret it is."""
    addresses = ADDRESS.findall(message.body)
    for address in addresses:
        for token in TOKEN.findall(address):
            if link := find_link(session, token):
                return Written(message, address, token, link)
    return Written(message, addresses[0] if addresses else "", "", None)


def _still_counting(known: Sequence[Written], now: dt.datetime) -> list[Written]:
    """Return the letters to write anew: of several that open, or say, the same the latest."""
    latest: dict[object, Written] = {}
    for written in known:
        link = written.link
        if link is not None and link.opens(now):
            latest[link.kind, link.subject_id] = written
        elif link is None and not written.has_arrived:
            latest[written.message.template] = written
    return [written for written in known if written in latest.values()]


def _write_anew(session: Session, written: Written, to: To, now: dt.datetime) -> None:
    message, link = written.message, written.link
    ours = get_municipality(session, bound_municipality(session))
    url = written.url
    if link is not None:
        token = issue_link(
            session,
            link.kind,
            link.subject_id,
            municipality_id=link.municipality_id,
            now=now,
            holder_id=to.about_id,
        )
        url = url.replace(written.token, token)
    known = {"link": url, "days": str(ours.answer_days), "municipality": ours.name}
    asked = TEMPLATES.get(message.template, frozenset()) - {"first_name"}
    if asked and asked <= known.keys():
        values = {name: known[name] for name in asked}
        once = None if written.has_arrived else message.once_key
        send_message(session, message.template, to, values, now=now, once=once)


def _lose_way(message: OutgoingMessage, now: dt.datetime) -> None:
    """Put a message that nothing leads to any more on the desk: somebody has to call."""
    message.status, message.failed_at, message.last_error = MessageStatus.FAILED, now, NO_ADDRESS
    message.recipient = message.other_recipient = message.body = message.other_body = ""


def hold_back(session: Session, *, now: dt.datetime) -> int:
    """Put what waits for guides and families on the desk: after a restore, nothing leaves unseen.

    The address is that of the backup. Who has corrected it since is written to elsewhere by now, and
    the old telephone may be in the hands of whoever they left.

    Returns:
        How many messages it were.
    """
    waiting = select(OutgoingMessage).where(
        OutgoingMessage.status == MessageStatus.WAITING,
        OutgoingMessage.addressee.in_([Addressee.GUIDE, Addressee.FAMILY]),
    )
    messages = session.scalars(waiting).all()
    for message in messages:
        message.status, message.failed_at, message.last_error = MessageStatus.FAILED, now, RESTORED
    session.flush()
    return len(messages)
