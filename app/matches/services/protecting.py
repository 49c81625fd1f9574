"""A family's address has become protected: the system forgets the family, matches included."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.errors import NotFound
from app.families.models import Family
from app.families.services.leaving import NOTE_ERASED, forget_family
from app.matches.models import OPEN, Match, MatchGuide
from app.matches.queries.calling import Call, list_calls
from app.matches.services.closing import close_without_word
from app.matches.services.letters import ABOUT_MATCHES
from app.matches.services.steps import lock
from app.messages.models import MessageStatus, OutgoingMessage
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def protect_family(
    session: Session, actor: Actor, family: Family, *, now: dt.datetime
) -> list[Call]:
    """Forget a family whose address has become protected, at once; return which guides to call.

    Open matches end, whatever step they are at. Nobody is written to: a letter would tell whoever
    reads it that there is something, and where.

    Raises:
        NotPermitted: the actor registers no families.
        NotFound: it is forgotten already.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    still_open = hold_family(session, family)
    if family.is_forgotten:
        raise NotFound(f"family {family.id}")
    calls = list_calls(session, actor, family)
    for match in still_open:
        close_without_word(session, match, by_id=actor.user_id, now=now)
        _cancel_letters(session, match)
    counts = forget_family(session, family, now=now)
    for note in NOTE_ERASED:
        note(session, actor.user_id, family.id, counts, day_of(now))
    return calls


def hold_family(session: Session, family: Family) -> Sequence[Match]:
    """Lock the family with its open matches, and return these: always the match first.

    A proposal that is being made meanwhile is seen, or waits and finds no family.
    """
    wanted = select(Match).where(Match.family_id == family.id, Match.status.in_(OPEN))
    for match in session.scalars(wanted.order_by(Match.id)).all():
        lock(session, match)
    database.lock(session, family)
    return session.scalars(wanted.order_by(Match.id)).all()


def _cancel_letters(session: Session, match: Match) -> None:
    """Keep back what waits for the guides about the match.

    Letters do not say which match they are about: who is in another open one gets theirs.
    """
    others = select(MatchGuide.guide_id).where(
        MatchGuide.match_id != match.id, MatchGuide.match.has(Match.status.in_(OPEN))
    )
    session.execute(
        delete(OutgoingMessage).where(
            OutgoingMessage.about_id.in_([row.guide_id for row in match.guides]),
            OutgoingMessage.about_id.not_in(others),
            OutgoingMessage.status != MessageStatus.SENT,
            OutgoingMessage.template.in_(ABOUT_MATCHES),
        ),
        execution_options={"synchronize_session": "fetch"},
    )
