"""The five answers, by link. The secret token is the permission: nobody is signed in."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import reopen_link, revoke_links
from app.database import lock
from app.endings import queries
from app.endings.consequences import AGAIN, GuideAfter
from app.endings.models import Again, EndAnswer, Tap
from app.endings.services.letters import Pages, renew_link
from app.endings.services.stopping import bring_back, settle_guide
from app.errors import Conflict
from app.matches.models import Match
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


class NothingAnswered(Conflict):
    """Not one of the questions has an answer."""


@dataclass(frozen=True, slots=True)
class Taps:
    """What was tapped: each question may stay open, but not all of them."""

    answers: dict[str, Tap] = field(default_factory=dict)  # by a name in `queries.QUESTIONS`
    again: Again | None = None


def answer_by_link(session: Session, token: str, taps: Taps, *, now: dt.datetime) -> EndAnswer:
    """Store how it was, as whoever holds the link says; a guide's "available again?" takes effect.

    The first time counts. The link of a family closes with it; a guide's leads on to the proof
    of the time given.

    Raises:
        NotFound: the link does not open any more.
        NothingAnswered: nothing was tapped.
    """
    answer = queries.get_end_answer(session, token, now=now)
    lock(session, answer)
    if answer.answered_at is not None:
        return answer
    if not taps.answers and taps.again is None:
        raise NothingAnswered(str(answer.id))
    for name in queries.QUESTIONS:
        setattr(answer, name, taps.answers.get(name))
    answer.answered_at = now
    if answer.guide is None:
        revoke_links(session, LinkKind.ENDING, answer.id, now=now)
    elif taps.again is not None:
        _take_at_word(session, answer, taps.again, now)
        reopen_link(session, token)  # leads to the proof of the time given, also who leaves now
    session.flush()
    return answer


def make_family_link(
    session: Session, actor: Actor, match: Match, *, pages: Pages, now: dt.datetime
) -> str:
    """Return a link to the family's questions for staff to pass on. It is shown once.

    Raises:
        NotFound: the family was not asked, or has answered.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    answer = queries.get_family_answer(session, match.id)
    return renew_link(session, answer, match, pages=pages, now=now)


def _take_at_word(session: Session, answer: EndAnswer, again: Again, now: dt.datetime) -> None:
    answer.again = again
    guide, availability = answer.guide, AGAIN[again]
    if guide is None:
        return
    if availability.guide is GuideAfter.IN_THE_POOL:
        bring_back(session, guide)
        return
    days = availability.rest_days
    until = day_of(now) + dt.timedelta(days=days) if days else None
    settle_guide(session, guide, availability.guide, until=until, now=now)
