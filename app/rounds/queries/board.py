"""Where the rounds stand: what the pages of the room need to know first, in one read."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, joinedload, undefer

from app.jobs.progress import WorkStatus
from app.matches.models import MatchingSettings
from app.matches.queries import Settings, settings_in
from app.municipalities.models import Municipality
from app.no_contact.queries import has_lists
from app.permissions import Actor, Permission, ensure_may
from app.rounds.models import MatchingRound

MOST_ROWS = 10


@dataclass(frozen=True)
class Board:
    """The newest round that is done, the one under way, if the newest failed, and the weights."""

    latest: MatchingRound | None
    under_way: MatchingRound | None
    has_failed: bool
    settings: Settings
    has_lists: bool = True  # of whom families fear: where there are none, nobody asks for them


def read_board(session: Session, actor: Actor) -> Board:
    """Return where the rounds stand; the latest one whole, with who asked for it."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    done = MatchingRound.status == WorkStatus.DONE
    newest_done = select(func.max(MatchingRound.asked_at)).where(done).scalar_subquery()
    not_older = or_(newest_done.is_(None), MatchingRound.asked_at >= newest_done)
    statement = (
        select(MatchingSettings, MatchingRound, has_lists())
        .select_from(Municipality)
        .outerjoin(MatchingSettings, true())  # the session narrows both joins to its municipality
        .outerjoin(MatchingRound, not_older)
        .where(Municipality.id == actor.municipality_id)
        .options(
            joinedload(MatchingRound.by),
            undefer(MatchingRound.problem),
            undefer(MatchingRound.answer),
        )
        .order_by(done.desc(), MatchingRound.asked_at.desc(), MatchingRound.id)
        .limit(MOST_ROWS)
    )
    rows = session.execute(statement).all()
    rounds = [found for _, found, _ in rows if found is not None]
    return Board(
        latest=next((row for row in rounds if row.status is WorkStatus.DONE), None),
        under_way=next((row for row in rounds if row.is_under_way), None),
        has_failed=any(row.status is WorkStatus.FAILED for row in rounds),
        settings=settings_in(rows[0][0]),
        has_lists=rows[0][2],
    )
