import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.messages import delivery
from tests.jobs.running import noon, run_due_jobs
from tests.messages.mailbox import Mailbox
from tests.messages.sms_server import SmsServer, running_sms_server

assert delivery  # registers its tasks


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox().open() as mailbox:
        yield mailbox


@pytest.fixture
def deliver(flask_app, session_factory) -> Callable[..., None]:
    """Do what waits, with a mail server at an address: by day, whenever the tests run."""

    def run(url: str, *, at: dt.datetime | None = None, **settings) -> None:
        changed = replace(flask_app.extensions["settings"], SMTP_URL=url, **settings)
        moment = at or noon()
        run_due_jobs(session_factory, changed, lambda: moment)

    return run


@pytest.fixture
def sms_server() -> Iterator[SmsServer]:
    with running_sms_server() as server:
        yield server
