"""Staff renew or close a family's own link, without correcting anything: a phone got lost, say."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import close_links_of, revoke_links
from app.database import lock
from app.errors import Conflict
from app.families.models import Family
from app.matches import queries
from app.matches.services.letters import Addresses, write_family_page
from app.permissions import Actor, Permission, ensure_may


class NoPageToShow(Conflict):
    """The family has no page of its own: it has no guide, or takes no part."""


def renew_family_link(
    session: Session, actor: Actor, family: Family, *, addresses: Addresses, now: dt.datetime
) -> bool:
    """Close the link to a family's own page and send a new one; return whether a letter could go.

    Raises:
        NoPageToShow: there is nothing yet, or no more, that the page could show.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    lock(session, family)
    match = queries.find_match_of_family(session, family.id) if family.takes_part else None
    if match is None:
        raise NoPageToShow(str(family.id))
    revoke_links(session, LinkKind.STATUS, family.id, now=now)
    sent = write_family_page(session, "family_new_link", match, addresses=addresses, now=now)
    session.flush()
    return sent


def close_family_links(session: Session, actor: Actor, family: Family, *, now: dt.datetime) -> None:
    """Close everything that the family has been sent a link to: its page, and what we asked."""
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    lock(session, family)
    close_links_of(session, family.id, now=now)
