"""The letters at the end: thanks, a link to five questions, and nothing about the other side."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import issue_link, revoke_links
from app.endings import queries
from app.endings.models import EndAnswer
from app.matches.models import Match
from app.matches.services.letters import write_to_family, write_to_guide
from app.tenancy import bound_municipality


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the links in letters lead. The view knows; services know no URLs."""

    questions: Callable[[str], str]  # a token's page


def ask_how_it_was(session: Session, match: Match, *, pages: Pages, now: dt.datetime) -> None:
    """Thank both sides of a match that has ended, and ask each the five questions.

    A family that left before, or has neither address nor mobile, is asked by staff or not at all.
    """
    for guide in match.takers:
        answer = EndAnswer(match_id=match.id, guide_id=guide.id, asked_at=now)
        link = _new_link(session, answer, queries.guide_mark(guide), pages=pages, now=now)
        write_to_guide(session, "guide_ended", guide, {"link": link}, now=now)
    if match.family.takes_part:
        answer = EndAnswer(match_id=match.id, asked_at=now)
        link = renew_family_link(session, answer, match, pages=pages, now=now)
        write_to_family(session, "family_ended", match, {"link": link}, now=now)


def renew_family_link(
    session: Session, answer: EndAnswer, match: Match, *, pages: Pages, now: dt.datetime
) -> str:
    """Close earlier links of the family to its questions, and return a new one."""
    return _new_link(session, answer, queries.family_mark(match.family), pages=pages, now=now)


def _new_link(
    session: Session, answer: EndAnswer, mark: str, *, pages: Pages, now: dt.datetime
) -> str:
    answer.asked_contact = mark
    session.add(answer)
    session.flush()
    revoke_links(session, LinkKind.ENDING, answer.id, now=now)
    token = issue_link(
        session,
        LinkKind.ENDING,
        answer.id,
        municipality_id=bound_municipality(session),
        now=now,
    )
    return pages.questions(token)
