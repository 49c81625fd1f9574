"""A family that had left takes part again. Here, because its match may still be open."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.families.models import Family, FamilyStatus
from app.families.services.registering import Consent, write_consent
from app.matches.models import BOTH_SAID_YES, Match, MatchStatus
from app.matches.queries import find_match_of_family
from app.matches.queries.lacking import find_something_lacking
from app.matches.services.letters import Addresses, write_family_page, write_to_guide
from app.matches.services.protecting import hold_family
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


class Back(NamedTuple):
    """What has come of taking a family in again."""

    goes_on: bool  # with a match in which both had said yes, and nothing is missing
    has_letter: bool  # a new link to its own page is on its way
    must_be_asked: bool  # it was thinking about a guide, and its link closed when it left


class TakesPartAlready(Conflict):
    """The family has not left, or somebody else has taken it in again."""


class EarlierYes(Conflict):
    """The yes is of a day before the family left: it was taken back with everything else."""


def take_in_again(
    session: Session,
    actor: Actor,
    family: Family,
    consent: Consent,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> Back:
    """Let a family that had left take part again, with all that is on record about it.

    A match that nobody has closed meanwhile goes on where it was: the family gets a new link to its
    page, and the guides, who had read that it was over, a letter. Who waits keeps the days waited
    before; the time away, or with a guide, is none. Of a group all must say yes anew: their names
    went when it left, and until then its meetings rest.

    Raises:
        NotPermitted: the actor registers no families.
        TakesPartAlready, EarlierYes: see there.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    still_open = hold_family(session, family)
    left_on = family.left_on
    if left_on is None:
        raise TakesPartAlready(str(family.id))
    if consent.consented_on < left_on:
        raise EarlierYes(f"{family.id}: {consent.consented_on}")
    write_consent(session, family, consent)
    since = _waiting_since(session, family, day_of(now), left_on=left_on)
    family.come_back(_status(still_open), waiting_since=since)
    session.flush()
    return _go_on(session, family, still_open, addresses=addresses, now=now)


def _go_on(
    session: Session,
    family: Family,
    still_open: Sequence[Match],
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> Back:
    """Write to everybody in the match that goes on, and say what is left to be done."""
    match = find_match_of_family(session, family.id)
    goes_on = match is not None and not find_something_lacking(session, match)
    for guide in match.present if match and goes_on else ():
        write_to_guide(session, "match_goes_on", guide, {"link": addresses.my_page}, now=now)
    return Back(
        goes_on=goes_on,
        has_letter=match is not None
        and write_family_page(session, "family_new_link", match, addresses=addresses, now=now),
        must_be_asked=any(one.status is MatchStatus.FAMILY_ASKED for one in still_open),
    )


def _status(still_open: Sequence[Match]) -> FamilyStatus:
    has_guide = any(match.status in BOTH_SAID_YES for match in still_open)
    return FamilyStatus.MATCHED if has_guide else FamilyStatus.WAITING


def _waiting_since(
    session: Session, family: Family, today: dt.date, *, left_on: dt.date
) -> dt.date:
    """Return since when the family would have waited if it had never been away."""
    had_guide = select(Match.id).where(
        Match.family_id == family.id, Match.agreed_on >= family.waiting_since
    )
    if session.scalars(had_guide.limit(1)).first():
        return today
    return family.waiting_since + (today - left_on)
