"""The municipality as it is: its staff, its clock, its web site, its worker and its post office."""

import datetime as dt
import email.utils
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.models import Link, Membership, User
from app.accounts.services import hash_token
from app.certificates.models import CertificateTask
from app.certificates.queries import Demand
from app.certificates.services import change_demands
from app.commands import worker
from app.desk.queries import list_tasks
from app.follow_ups.models import FollowUpAnswer
from app.guides.services.pipeline import make_pipeline
from app.matches.services import Addresses, PlaceInput, save_meeting_place
from app.municipalities.models import Municipality, Neighbourhood, Postcode
from app.oslo import OSLO, day_of
from app.permissions import Actor, Role
from tests.jobs.running import bring_forward, run_due_jobs
from tests.messages.mailbox import Mailbox
from tests.year.oracle import Due

HOME = "http://localhost/asker"
ADDRESSES = Addresses(
    answer=lambda token: f"{HOME}/answers/{token}",
    my_page=f"{HOME}/my-page",
    family_page=lambda token: f"{HOME}/family/{token}",
)
MAIN, SECOND, CASEWORKER = "Ingrid Dahl", "Martin Berg", "Camilla Lie"
STAFF = {MAIN: Role.COORDINATOR, SECOND: Role.COORDINATOR, CASEWORKER: Role.CASEWORKER}
LINK = re.compile(r"https?://[^/\s]+/asker(/[a-z-]+/)([\w-]+)")


class PostOffice(Mailbox):
    """A mail server that has no such mailbox for some, and is closed now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.no_such: set[str] = set()
        self.bounced: list[tuple[uuid.UUID, str, dt.date]] = []
        self.closed = False

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content)
        if self.closed:
            return "451 try again later"
        if envelope.rcpt_tos[0] in self.no_such:
            key = uuid.UUID(letter["Message-ID"].strip("<>").partition("@")[0])
            written_at = email.utils.parsedate_to_datetime(letter["Date"])
            self.bounced.append((key, envelope.rcpt_tos[0], day_of(written_at)))
            return "550 no such mailbox"
        return await super().handle_DATA(server, session, envelope)


class Town:
    def __init__(self, app: Flask, clock, post: PostOffice) -> None:
        self.app, self.clock, self.post = app, clock, post
        self.factory = app.extensions["session_factory"]
        self.settings = replace(app.extensions["settings"], SMTP_URL=post.url)
        self.now = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
        self.users: dict[str, uuid.UUID] = {}
        self.names: dict[uuid.UUID, str] = {}  # what each record is called in the books
        self.read = 0  # letters that were taken out of the box
        self.ticking = worker.Clock(self.factory, lambda: self.now)
        self.client = app.test_client()

    # Time.

    def go_to(self, day: dt.date, hour: int, minute: int = 0) -> None:
        """Move the clock to a time of Oslo's clock."""
        local = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=OSLO)
        self.now = local.astimezone(dt.UTC)
        self.clock.move_to(self.now, tick=False)

    @property
    def today(self) -> dt.date:
        return day_of(self.now)

    def build(self) -> None:
        """Open a municipality that asks its guides for a declaration and a course."""
        with self.factory() as session:
            town = Municipality(
                name="Asker",
                slug="asker",
                number="3203",
                contact_name="Programme office",
                contact_email="guide@asker.example",
                contact_phone="66 00 00 00",
                privacy_contact="privacy@asker.example",
                basis_for_guides="the law",
                basis_for_families="the law",
                notice_version="of the year",
            )
            session.add(town)
            session.flush()
            self.key = town.id
            tenancy.bind(session, town.id)
            centre = Neighbourhood(name="Centre", latitude=59.83, longitude=10.43)
            session.add(centre)
            session.flush()
            self.centre = centre.id
            session.add(Postcode(code="3470", place="Asker", neighbourhood_id=centre.id))
            make_pipeline(session)
            for name, role in STAFF.items():
                address = f"{name.split()[0].lower()}@asker.example"
                user = User(name=name, email=address, created_at=self.now)
                user.memberships.append(Membership(municipality_id=town.id, role=role))
                session.add(user)
                session.flush()
                self.users[name] = user.id
            place = save_meeting_place(session, self.staff(MAIN), PlaceInput("The library"))
            self.place = place.id
            law = {CertificateTask.MINORS_GROUP: Demand(True, "barnevernsloven § 12-10")}
            change_demands(session, self.staff(MAIN), law, now=self.now)
            session.commit()

    # Doors.

    def staff(self, name: str) -> Actor:
        return Actor(self.users[name], self.key, frozenset({STAFF[name]}))

    def guide(self, user_key: uuid.UUID) -> Actor:
        return Actor(user_key, self.key, frozenset({Role.GUIDE}))

    @contextmanager
    def at_work(self) -> Iterator[Session]:
        """Do one thing, and keep it: what a request of the site does."""
        with self.factory() as session:
            tenancy.bind(session, self.key)
            yield session
            session.commit()

    def post_form(self, path: str, data: dict, *, status: int = 303) -> None:
        self.now += dt.timedelta(seconds=1)  # no two at once
        self.clock.move_to(self.now, tick=False)
        answer = self.client.post(f"/asker{path}", data=data)
        assert answer.status_code == status, (path.rsplit("/", 1)[0], answer.status_code)

    # What runs by itself.

    def let_worker_run(self) -> None:
        """Let the worker look at the clock and do what is due, as `flask worker --once` does."""
        self.ticking.tick()
        bring_forward(self.factory, due_by=self.now)
        run_due_jobs(self.factory, self.settings, lambda: self.now)

    def do_daily_work_again(self) -> None:
        """Do the whole day's work once more, past the mark that it was done."""
        for work in worker.DAILY.values():
            with self.at_work() as session:
                work(session, self.now, self.today)
        self.let_worker_run()

    def new_letters(self) -> list[tuple[str, str, str]]:
        """Return who has got which link since the last time: address, page, token; in one order."""
        letters, self.read = self.post.letters[self.read :], len(self.post.letters)
        found = []
        for letter in letters:
            link = LINK.search(letter.get_content())
            to = letter["To"].addresses[0].addr_spec
            found.append((to, *(link.groups() if link else ("", ""))))
        return sorted(found, key=lambda one: one[:2])

    def about(self, token: str) -> tuple[str, str, int]:
        """Return what a letter's link is about: the pair, and which contact. The letter names nobody."""
        with self.at_work() as session:
            link = session.scalars(select(Link).where(Link.token_hash == hash_token(token))).one()
            asked = session.get(FollowUpAnswer, link.subject_id)
            if asked is None:
                return self.names.get(link.subject_id, ""), "", 0
            return self.names[asked.match_id], asked.follow_up.kind.value, asked.follow_up.number

    # What staff see.

    def desk(self) -> set[Due]:
        """Return what the desk shows, in the words of the books."""
        with self.factory() as session:
            tenancy.bind(session, self.key)
            tasks = list_tasks(
                session,
                self.staff(MAIN),
                now=self.now,
                today=self.today,
                first_contact_days=7,
            )
        lines = [
            Due(
                task.kind.value,
                self.names.get(task.record_id, f"unknown {task.subject}"),
                task.due_on,
                task.colleague.name if task.colleague else "",
                task.colleague.instead_of if task.colleague else "",
            )
            for task in tasks
        ]
        assert len(lines) == len(set(lines)), "a line stands twice"
        return set(lines)

    def count_rows(self, model, *wanted) -> int:
        with self.factory() as session:
            tenancy.bind(session, self.key)
            return len(session.scalars(select(model).where(*wanted)).all())
