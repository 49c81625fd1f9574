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
from app.matches.services.letters import write_to_backups, write_to_family, write_to_guide
from app.tenancy import bound_municipality


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the links in letters lead. The view knows; services know no URLs."""

    questions: Callable[[str], str]  # a token's page
    my_page: str


def ask_how_it_was(
    session: Session, match: Match, *, family: bool, pages: Pages, now: dt.datetime
) -> None:
    """Thank both sides of a match that has ended, and ask each the five questions.

    Whoever leaves with it has left by now: of what was written to them before nothing is sent.

    Args:
        session: bound to the municipality.
        match: ended.
        family: whether the family is asked. One that had left before is not. One that has
            neither address nor mobile is asked by staff, or not at all.
        pages: where the links lead.
        now: this instant, in UTC.
    """
    for row in match.guides:
        if row.awaits_yes:  # asked to come in, and has nothing to tell: there is nothing to answer
            write_to_guide(session, "match_closed", row.guide, {"link": pages.my_page}, now=now)
    for guide in match.present:
        answer = EndAnswer(match_id=match.id, guide_id=guide.id, asked_at=now)
        link = renew_link(session, answer, match, pages=pages, now=now)
        write_to_guide(session, "guide_ended", guide, {"link": link}, now=now)
    write_to_backups(session, "guide_backup_over", match, my_page=pages.my_page, now=now)
    if family:
        answer = EndAnswer(match_id=match.id, asked_at=now)
        link = renew_link(session, answer, match, pages=pages, now=now)
        write_to_family(session, "family_ended", match, {"link": link}, now=now)


def renew_link(
    session: Session, answer: EndAnswer, match: Match, *, pages: Pages, now: dt.datetime
) -> str:
    """Close earlier links of one side to its questions, and return a new one."""
    session.add(answer)
    session.flush()
    revoke_links(session, LinkKind.ENDING, answer.id, now=now)
    token = issue_link(
        session,
        LinkKind.ENDING,
        answer.id,
        municipality_id=bound_municipality(session),
        now=now,
        holder_id=queries.asked_of(answer, match),
    )
    return pages.questions(token)
