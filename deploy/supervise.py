"""Run the site and its worker side by side: what `make run` ends in.

A child that dies is started again; one that cannot even start ends them both. SIGTERM and
SIGINT let the children finish what they are doing.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

BIN = Path(sys.executable).parent
PEOPLE = Path("var/demo-people.txt")
SITE = [f"{BIN}/granian", "--interface", "wsgi", "--factory", "--log-level", "warning"]
WORKER = [f"{BIN}/flask", "--app", "app.factory", "worker"]
PATIENCE_SECONDS = 15
MOST_QUICK_DEATHS = 3


class Child:
    """One command, kept running. In a group of its own: Ctrl-C reaches the supervisor alone."""

    def __init__(self, command: list[str]) -> None:
        self.command, self.quick_deaths = command, 0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started = time.monotonic()

    def keep_running(self) -> None:
        if (code := self.process.poll()) is None:
            return
        lived_seconds = time.monotonic() - self.started
        self.quick_deaths = self.quick_deaths + 1 if lived_seconds < PATIENCE_SECONDS else 0
        self.clear_away()
        name = Path(self.command[0]).name
        if self.quick_deaths > MOST_QUICK_DEATHS:
            raise SystemExit(f"{name} does not stay up (it ended with {code}): see above.")
        print(f"{name} ended with {code}; starting it again.", file=sys.stderr, flush=True)
        self.start()

    def clear_away(self) -> None:
        """Kill what a dead child left in its group, such as a server still at the port."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(PATIENCE_SECONDS)
        child.clear_away()


def answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("HEAD", "/")
        return True
    return False


def run(port: int) -> None:
    children = [Child([*SITE, "--port", str(port), "app.factory:create_app"])]
    try:
        while not answers(port):
            children[0].keep_running()
            time.sleep(0.1)
        people = PEOPLE.read_text(encoding="utf-8") if PEOPLE.exists() else ""
        print(f"\n  http://localhost:{port}\n\n{people}\n  Ctrl-C stops it.", flush=True)
        children.append(Child(WORKER))
        while True:
            time.sleep(0.5)
            for child in children:
                child.keep_running()
    finally:
        stop(children)


def on_signal(*_: object) -> NoReturn:
    raise SystemExit(0)


def is_taken(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    wanted = int(os.environ.get("PORT", "8000"))
    if is_taken(wanted):
        sys.exit(f"Port {wanted} is taken. Choose another: make run PORT={wanted + 1}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    run(wanted)
