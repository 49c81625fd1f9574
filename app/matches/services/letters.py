"""The letters of a match: a first name and a link, nothing about the other side."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import issue_link, let_lapse, revoke_links
from app.guides.models import Guide
from app.matches.models import Match
from app.messages.services import To, can_reach, send_message
from app.tenancy import bound_municipality


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links in letters lead. The view knows; services know no URLs."""

    answer: Callable[[str], str]  # a token's page
    my_page: str
    family_page: Callable[[str], str]  # a token's page: the family's own


def renew_answer_link(
    session: Session, match: Match, *, addresses: Addresses, now: dt.datetime
) -> str:
    """Close earlier links of the match and return the address of a new one, for the family."""
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)
    return add_answer_link(session, match, match.family_id, addresses=addresses, now=now)


def add_answer_link(
    session: Session,
    match: Match,
    holder_id: uuid.UUID,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> str:
    """Return the address of one more link to answer by, for a guide or the family it is sent to."""
    token = issue_link(
        session,
        LinkKind.ANSWER,
        match.id,
        municipality_id=bound_municipality(session),
        now=now,
        holder_id=holder_id,
    )
    return addresses.answer(token)


def write_family_page(
    session: Session, template: str, match: Match, *, addresses: Addresses, now: dt.datetime
) -> bool:
    """Write to the family with a new link to its own page: one page, one way in.

    The earlier link closes a day later; where no letter goes, it stays. Return whether one does.
    """
    if not can_reach(session, To.family(match.family)):
        return False
    let_lapse(session, LinkKind.STATUS, match.family_id, now=now)
    token = issue_link(
        session,
        LinkKind.STATUS,
        match.family_id,
        municipality_id=bound_municipality(session),
        now=now,
    )
    values = {"link": addresses.family_page(token)}
    return write_to_family(session, template, match, values, now=now)


def write_to_guide(
    session: Session, template: str, guide: Guide, values: dict[str, str], *, now: dt.datetime
) -> None:
    send_message(session, template, To.guide(guide), values, now=now)


def write_to_family(
    session: Session, template: str, match: Match, values: dict[str, str], *, now: dt.datetime
) -> bool:
    """Write to the family in its language; return whether there is an address or a mobile."""
    return send_message(session, template, To.family(match.family), values, now=now) is not None
