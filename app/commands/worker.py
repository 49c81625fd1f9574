"""`flask worker`: does what was deferred, and what is due by the clock."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session, sessionmaker

from app import tenancy
from app.courses import tasks as courses
from app.desk import tasks as desk
from app.endings import tasks as endings
from app.endings.services import let_old_go
from app.follow_ups import tasks as follow_ups
from app.guides import tasks as guides
from app.guides.services.signing_up import delete_old_drafts
from app.guides.services.vetting import end_pauses
from app.jobs import queue
from app.jobs import worker as jobs_worker
from app.jobs.tasks import Outcome, Tools, task
from app.matches import tasks as matches
from app.matches.services.closing import expire_overdue_matches
from app.messages import delivery
from app.messages.services import empty_old_letters
from app.municipalities.queries import list_municipalities
from app.oslo import OSLO, day_of
from app.privacy import looks_tasks as looks
from app.privacy import tasks as privacy
from app.privacy.services.counting import write_months
from app.privacy.services.looks_kept import forget_old_looks
from app.protected import tasks as protected
from app.rounds import tasks as rounds
from app.web.context import now

DAY_STARTS_AT = dt.time(6)
SWEEP_EVERY = dt.timedelta(minutes=10)
KEEP_DONE_JOBS = dt.timedelta(days=14)
LEASE_SECONDS = 180.0
# To import them is to know their tasks.
HANDS_OUT_TASKS = (
    courses,
    delivery,
    desk,
    endings,
    follow_ups,
    guides,
    looks,
    matches,
    privacy,
    rounds,
)
logger = logging.getLogger(__name__)

DailyWork = Callable[[Session, dt.datetime, dt.date], object]
# What runs once per municipality and Oslo day, whatever happens. After a stop it runs once, with
# the day that it then is: what is due is what was due on that day or before it.
DAILY: dict[str, DailyWork] = {
    "expire_overdue_matches": lambda session, now, today: expire_overdue_matches(
        session, now=now, today=today
    ),
    "remind_unanswered": matches.defer_reminders,
    "fill_course_places": courses.defer_filling,
    "end_pauses": lambda session, _now, today: end_pauses(session, today=today),
    "delete_old_drafts": lambda session, now, _today: delete_old_drafts(session, now=now),
    "ask_for_declarations": guides.defer_asking,
    "empty_old_letters": lambda session, now, _today: empty_old_letters(session, now=now),
    "end_planned_matches": endings.defer_planned_ends,
    "let_old_moves_go": lambda session, _now, today: let_old_go(session, today=today),
    "write_digests": desk.defer_digests,
    "plan_follow_ups": follow_ups.plan_and_ask,
    "tell_unheard": follow_ups.defer_unheard,
    "check_looks": looks.defer_checking,
    "forget_old_looks": lambda session, now, _today: forget_old_looks(session, now=now),
    "write_months": lambda session, _now, today: write_months(session, today=today),
    "keep_only_so_long": privacy.keep_only_so_long,
    "forget_protected": protected.forget_old,
}


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--lease", default=LEASE_SECONDS, help="Seconds until a dead worker's job is free.")
@with_appcontext
def worker(once: bool, lease: float) -> None:
    """Send the messages and do the other work that waits."""
    settings = current_app.extensions["settings"]
    if not (settings.DEMO or settings.SMTP_URL):
        logger.warning("SMTP_URL is not set: messages wait in the outbox")
    tools = Tools(current_app.extensions["session_factory"], now, settings)
    clock = Clock(tools.sessions, now)
    jobs_worker.work(tools, lease=dt.timedelta(seconds=lease), once=once, tick=clock.tick)


class Clock:
    """Defers what is due by the clock: one job per slot, however many workers there are."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], dt.datetime]) -> None:
        self.sessions, self.now = sessions, now
        self.seen: tuple[dt.date, int] | None = None

    def tick(self) -> None:
        """Defer the slots that have come since the last call; cheap when there are none."""
        now = self.now()
        slot = (day_of(now), int(now.timestamp() // SWEEP_EVERY.total_seconds()))
        if slot == self.seen:
            return
        with self.sessions() as session:
            enqueue_slots(session, *slot, now=now)
            session.commit()
        self.seen = slot


def enqueue_slots(session: Session, today: dt.date, sweep: int, *, now: dt.datetime) -> None:
    """Defer the day's work and the sweep, unless another worker has."""
    morning = dt.datetime.combine(today, DAY_STARTS_AT, tzinfo=OSLO)
    queue.enqueue(session, "tidy_jobs", now=now, key=f"tidy {today}", run_at=morning)
    for municipality in list_municipalities(session):
        town = str(municipality.id)
        queue.enqueue(
            session, "sweep_messages", now=now, key=f"sweep {sweep} {town}", municipality_id=town
        )
        key = f"seal looks {sweep} {town}"
        queue.enqueue(session, "seal_looks", now=now, key=key, municipality_id=town)
        key = f"sweep groups {sweep} {town}"
        queue.enqueue(session, "sweep_groups", now=now, key=key, municipality_id=town)
        key = f"sweep rounds {sweep} {town}"
        queue.enqueue(session, "sweep_rounds", now=now, key=key, municipality_id=town)
        for name in DAILY:
            key = f"{name} {today} {town}"
            queue.enqueue(
                session, "daily", now=now, key=key, run_at=morning, name=name, municipality_id=town
            )


@task("daily")
def run_daily(tools: Tools, name: str, municipality_id: str) -> Outcome:
    """Run one daily task for one municipality, unless it ran today.

    Jobs may be late, lost with their worker or there twice. The mark of the day is written with
    the work: it holds exactly when the work was done.
    """

    def write(session: Session) -> None:
        tenancy.bind(session, uuid.UUID(municipality_id))
        moment = tools.now()
        today = day_of(moment)
        if queue.take_day(session, f"{name} {municipality_id}", today, now=moment):
            DAILY[name](session, moment, today)

    return Outcome(write)


@task("sweep_messages")
def sweep_messages(tools: Tools, municipality_id: str) -> Outcome:
    """Find one municipality's forgotten messages that there is a way to send."""

    def write(session: Session) -> None:
        tenancy.bind(session, uuid.UUID(municipality_id))
        channels = delivery.open_channels(tools.settings)
        delivery.enqueue_forgotten(session, tools.now(), channels)

    return Outcome(write)


@task("tidy_jobs")
def tidy_jobs(tools: Tools) -> Outcome:
    """Forget jobs that were done long ago."""
    return Outcome(lambda session: queue.tidy(session, tools.now() - KEEP_DONE_JOBS))
