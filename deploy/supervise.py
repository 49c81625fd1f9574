"""Run the site and its worker side by side: what `make run` ends in.

A child that dies is started again; one that cannot stay up ends them both. SIGTERM and SIGINT
let the children finish what they are doing.
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

BIN = Path(sys.executable).parent
PEOPLE = Path("var/demo-people.txt")
SITE = [f"{BIN}/granian", "--interface=wsgi", "--http=1", "--log-level=warning"]
SITE += ["--blocking-threads=4"]
WORKER = [f"{BIN}/flask", "--app=app.factory", "worker"]
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
        self.clear_away()
        quick = time.monotonic() - self.started < PATIENCE_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        if self.quick_deaths > MOST_QUICK_DEATHS:
            raise SystemExit(f"{self.command[0]} does not stay up (it ended with {code}).")
        print(f"{self.command[0]} ended with {code}; it starts again.", file=sys.stderr)
        self.start()

    def clear_away(self) -> None:
        with suppress(ProcessLookupError):  # what it left behind may still hold the port
            os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(PATIENCE_SECONDS)
        child.clear_away()


def serve(port: int, children: list[Child]) -> None:
    children.append(Child([*SITE, f"--port={port}", "--factory", "app.factory:create_app"]))
    while not is_open(port):
        children[0].keep_running()
        time.sleep(0.1)
    with suppress(OSError, http.client.HTTPException):  # the first page loads the application
        http.client.HTTPConnection("127.0.0.1", port, timeout=30).request("HEAD", "/")
    people = PEOPLE.read_text(encoding="utf-8") if PEOPLE.exists() else ""
    print(f"\n  http://localhost:{port}\n\n{people}\n  Ctrl-C stops it.", flush=True)
    children.append(Child(WORKER))
    while True:
        time.sleep(0.5)
        for child in children:
            child.keep_running()


def is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def main(port: int) -> None:
    if is_open(port):
        sys.exit(f"Port {port} is taken. Choose another: make run PORT={port + 1}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    children: list[Child] = []
    try:
        serve(port, children)
    finally:
        stop(children)


if __name__ == "__main__":
    main(int(os.environ.get("PORT", "8000")))
