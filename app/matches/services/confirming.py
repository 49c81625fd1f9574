import datetime as dt

from sqlalchemy.orm import Session

from app.matches.models import GuideKind, Match, MatchKind, MatchStatus
from app.matches.queries import last_day_to_answer
from app.matches.services.allowed import ensure_match_may_meet
from app.matches.services.guides_answers import ask_guides
from app.matches.services.letters import Addresses
from app.matches.services.objections import ensure_nobody_objects
from app.matches.services.places import take_place
from app.matches.services.proposing import ensure_still_fits
from app.matches.services.steps import (
    ensure_status,
    ensure_takes_part,
    lock,
)
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def confirm_match(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Say yes to a proposal as coordinator: take the guides' places and ask each of them.

    Place, step, link and letter are one transaction: all of them or none.

    Raises:
        WrongMatchStatus: it was confirmed, declined or withdrawn already.
        FamilyWithdrawn: the family has left in the meantime.
        GuideAtCapacity: another family was confirmed for the guide in the meantime.
        GuideNotReady, GuideTooYoung: the guide has paused or left, or turned out to be under 18.
        GuideCannotBeProposed: an age or a wish has been corrected since the proposal.
        MayNotMeet: somebody's yes has been taken back since, or a group has grown.
        PairVetoed: a colleague has said ‘not these two’ since.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    ensure_status(match, MatchStatus.PROPOSED)
    ensure_takes_part(match)
    with session.begin_nested():  # a rule that has come to forbid the pair gives the place back
        for guide in match.takers:
            take_place(session, guide, in_group=match.kind is MatchKind.GROUP)
        ensure_match_may_meet(session, match)
        ensure_nobody_objects(session, match)
        ensure_still_fits(session, match, day_of(now))
    match.move_to(MatchStatus.GUIDE_ASKED, at=now, by=actor.user_id)
    match.asked_on = day_of(now)
    match.expires_on = last_day_to_answer(session, day_of(now))
    for row in match.guides:
        row.awaits_yes = row.kind is not GuideKind.BACKUP
    asked = [guide.id for guide in match.takers]
    ask_guides(session, match, asked, addresses=addresses, now=now)
    session.flush()
    return match
