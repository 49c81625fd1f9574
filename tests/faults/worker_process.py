"""The worker as `make run` starts it: a process of its own, that can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from tests.databases import ROOT

PATIENCE_SECONDS = 60


class WorkerProcess:
    """Starts `flask worker` on a database, with a mail server; times are short."""

    def __init__(self, database_url: str, smtp_url: str, *, lease_seconds: float = 1.0) -> None:
        self.command = [sys.executable, "-m", "flask", "--app=app.factory", "worker"]
        self.command += [f"--lease={lease_seconds}"]
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "SMTP_URL": smtp_url,
            "SECRET_KEY": "a secret for tests, of more than 32 characters",
            "PYTHONPATH": str(ROOT),
        }
        self.output = ""

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.command, *options],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, process: subprocess.Popen[str]) -> int:
        """Wait for a process that was told to stop, and keep what it said."""
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        self.output += said
        return process.returncode


def wait_until(happened: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.01)
