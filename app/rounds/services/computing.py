"""A round is computed: at once if it is small, else by the worker. One at a time."""

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.jobs import queue
from app.jobs.progress import UNDER_WAY, WorkStatus
from app.matching import VERSION
from app.matching.planning import Plan
from app.municipalities.services import take_turn
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.rounds import queries, record
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice, RoundProposal
from app.tenancy import bound_municipality

# Up to here somebody can wait for the answer: well under a second. A request that computes
# holds its transaction open, and PostgreSQL ends one that is idle for ten seconds.
PAIRS_AT_ONCE = 250_000
NO_SIGN_OF_LIFE = dt.timedelta(minutes=5)  # a worker dies silently; its job's lease is shorter
MOST_ATTEMPTS = 3
KEPT = 20


def compute_round(
    session: Session, actor: Actor, *, now: dt.datetime, goes_on: bool = False
) -> MatchingRound:
    """Put all waiting families and guides together; return the round, done or under way.

    A round that is under way is returned as it is, and so is today's last one if nothing has
    changed since: whoever presses twice, or with somebody else, makes no second one.

    Args:
        goes_on: whether it only takes in what a coordinator has just decided. Such a round is
            compared with the one that today's first was compared with, so that no news is lost.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    take_turn(session)
    fail_abandoned(session, now=now)
    row = _begin(session, actor, now)
    if row is None:
        other = queries.find_latest(session, *UNDER_WAY, WorkStatus.DONE)
        if other is None:
            raise RuntimeError("a round was under way and is not there")
        return other
    _forget_spent_pins(session)
    situation = queries.read_situation(session, today=day_of(now))
    last = queries.find_latest(session, WorkStatus.DONE)
    if last and not queries.is_stale(last, situation) and is_of_day(last, now):
        session.delete(row)
        session.flush()
        return last
    row.family_count, row.guide_count = len(situation.people.families), len(situation.people.guides)
    row.problem = _beginning(
        row, last, goes_on=goes_on and last is not None and is_of_day(last, now)
    )
    if situation.pair_count > PAIRS_AT_ONCE:
        enqueue_round(session, row, now=now)
    else:
        store_round(session, row, situation, situation.solve(), now=now)
    session.flush()
    return row


def store_round(
    session: Session,
    row: MatchingRound,
    situation: queries.Situation,
    plan: Plan,
    *,
    now: dt.datetime,
) -> None:
    """Write down a round that was computed, whole, and forget the oldest."""
    row.status, row.progress = WorkStatus.DONE, 100
    row.computed_at = row.updated_at = now
    row.version, row.input_hash = VERSION, situation.input_hash
    row.family_count, row.guide_count = len(situation.people.families), len(situation.people.guides)
    row.config = record.config_record(situation.config)
    begun = row.problem
    row.problem = record.problem_record(plan, _earlier(session, begun)) | begun
    row.answer = record.answer_record(plan)
    row.totals = record.totals_record(plan.round.totals)
    row.error = ""
    session.flush()
    _forget_oldest(session)


def _earlier(session: Session, begun: record.Record) -> record.Earlier | None:
    """Return what a round is compared with, unless there is none or it is forgotten."""
    base = session.get(MatchingRound, uuid.UUID(begun["base"])) if begun.get("base") else None
    if base is None:
        return None
    return replace(queries.earlier_of(base), returned=queries.returned_families(session))


def enqueue_round(session: Session, row: MatchingRound, *, now: dt.datetime) -> None:
    """Let the worker compute a round."""
    town = str(bound_municipality(session))
    queue.enqueue(session, "compute_round", now=now, municipality_id=town, round_id=str(row.id))


def fail_abandoned(session: Session, *, now: dt.datetime) -> None:
    """Give up rounds whose worker shows no sign of life and will not come back to them."""
    statement = select(MatchingRound).where(
        MatchingRound.status.in_(UNDER_WAY), MatchingRound.updated_at < now - NO_SIGN_OF_LIFE
    )
    town = str(bound_municipality(session))
    for row in session.scalars(statement.order_by(MatchingRound.id).with_for_update()):
        if queue.is_enqueued(session, "compute_round", municipality_id=town, round_id=str(row.id)):
            continue
        row.status, row.error, row.updated_at = WorkStatus.FAILED, "Abandoned", now
    session.flush()


def _begin(session: Session, actor: Actor, now: dt.datetime) -> MatchingRound | None:
    """Write the row that says a round is under way; None if another one is already.

    Whoever comes second waits here until the first is done.
    """
    row = MatchingRound(
        id=uuid.uuid4(),
        status=WorkStatus.QUEUED,
        asked_at=now,
        updated_at=now,
        by_id=actor.user_id,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if "matching_round" not in str(error.orig):
            raise
        return None
    return row


def _beginning(row: MatchingRound, last: MatchingRound | None, *, goes_on: bool) -> record.Record:
    """Return which round a new one is compared with, and since when proposals belong to it."""
    begun = {
        "base": str(last.id) if last else None,
        "base_at": last.computed_at.timestamp() if last and last.computed_at else None,
        "since": row.asked_at.timestamp(),
    }
    if last and goes_on:
        if last.problem.get("base"):
            begun |= {name: last.problem.get(name) for name in ("base", "base_at")}
        begun["since"] = last.problem.get("since", begun["since"])
    return begun


def is_of_day(found: MatchingRound, now: dt.datetime) -> bool:
    """Return whether a round was computed on this day."""
    return found.computed_at is not None and day_of(found.computed_at) == day_of(now)


def _forget_spent_pins(session: Session) -> None:
    """Delete pins whose family waits no more: they have done their work."""
    session.execute(
        delete(RoundChoice).where(
            RoundChoice.kind == ChoiceKind.PIN,
            RoundChoice.family_id.not_in(queries.waiting_families()),
        ),
        execution_options={"synchronize_session": False},
    )


def _forget_oldest(session: Session) -> None:
    """Keep the newest rounds, what they are compared with, and those a proposal came from."""
    ids = session.scalars(
        select(MatchingRound.id).order_by(MatchingRound.asked_at.desc(), MatchingRound.id)
    ).all()
    cited = select(RoundProposal.round_id)
    newest = queries.find_latest(session, WorkStatus.DONE)
    base = newest.problem.get("base") if newest else None
    session.execute(
        delete(MatchingRound).where(
            MatchingRound.id.in_([key for key in ids[KEPT:] if str(key) != base]),
            MatchingRound.id.not_in(cited),
            MatchingRound.status.not_in(UNDER_WAY),
        ),
        execution_options={"synchronize_session": False},
    )
