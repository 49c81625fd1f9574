"""The letters of a match: a first name and a link, nothing about the other side."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import issue_link, let_lapse, revoke_links
from app.guides.models import Guide
from app.matches.models import BOTH_SAID_YES, GuideKind, Match, MatchStatus, Side
from app.messages.letters import TEMPLATES
from app.messages.services import To, can_reach, send_message
from app.tenancy import bound_municipality

S = MatchStatus
# Who has been asked by then, and is told when the other side or the municipality says no.
GUIDE_KNOWS = frozenset({S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED})
FAMILY_KNOWS = frozenset({S.FAMILY_ASKED, S.AGREED})
# What guides are sent about a match of theirs.
ABOUT_MATCHES = frozenset(
    {
        "guide_asked",
        "guide_asked_group",
        "guide_reminded",
        "match_agreed",
        "match_agreed_several",
        "newcomer_agreed",
        "start_meeting",
        "start_meeting_moved",
        "group_rests",
        "group_goes_on",
        "guide_backup",
        "guide_backup_over",
        "other_guide_left",
        "match_goes_on",
        "guide_how_is_it",
    }
)


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


def worded_for(template: str, match: Match) -> str:
    """Return the letter as it is worded for whom the match brings together, where that is its own.

    A group of minors has guides, and so may a household: "you both" is said to two parties only.
    """
    several = ["several"] if len(match.takers) > 1 else []
    words = ["group", *several] if match.family.is_group else several
    own = (f"{template}_{word}" for word in words)
    return next((name for name in own if name in TEMPLATES), template)


def write_to_guide(
    session: Session, template: str, guide: Guide, values: dict[str, str], *, now: dt.datetime
) -> None:
    send_message(session, template, To.guide(guide), values, now=now)


def write_to_backups(
    session: Session, template: str, match: Match, *, my_page: str, now: dt.datetime
) -> None:
    """Write to whoever waits to step in: that they do, or that they need not any longer."""
    for row in match.guides:
        if row.kind is GuideKind.BACKUP:
            write_to_guide(session, template, row.guide, {"link": my_page}, now=now)


def write_closed(
    session: Session,
    match: Match,
    was: MatchStatus,
    *,
    addresses: Addresses,
    now: dt.datetime,
    by: Side | Guide = Side.COORDINATOR,
) -> None:
    """Write to those who knew of a match before its start that it is closed.

    Not to whoever closed it: the family, or the guide who said no. The other guides read that it
    was one of them.
    """
    letter = "match_not_with_all" if isinstance(by, Guide) else "match_closed"
    for guide in match.takers if was in GUIDE_KNOWS else ():
        if guide is not by:
            write_to_guide(session, letter, guide, {"link": addresses.my_page}, now=now)
    if was in BOTH_SAID_YES:
        write_to_backups(session, "guide_backup_over", match, my_page=addresses.my_page, now=now)
    if by is not Side.FAMILY and was in FAMILY_KNOWS:
        write_family_page(session, "family_closed", match, addresses=addresses, now=now)


def write_to_family(
    session: Session, template: str, match: Match, values: dict[str, str], *, now: dt.datetime
) -> bool:
    """Write to the family in its language; return whether there is an address or a mobile."""
    letter = worded_for(template, match)
    return send_message(session, letter, To.family(match.family), values, now=now) is not None
