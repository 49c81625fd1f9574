from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.messages import delivery
from tests.jobs.running import run_due_jobs
from tests.messages.mailbox import Mailbox

assert delivery  # registers its tasks


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox().open() as mailbox:
        yield mailbox


@pytest.fixture
def deliver(flask_app, session_factory) -> Callable[..., None]:
    """Do what waits, with a mail server at an address."""

    def run(url: str, **settings) -> None:
        changed = replace(flask_app.extensions["settings"], SMTP_URL=url, **settings)
        run_due_jobs(session_factory, changed)

    return run
