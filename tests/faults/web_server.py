"""`python -m tests.faults.web_server`: the site, served so that it can be killed at any write.

A parent holds the port and forks a server, as servers do; when that one is killed it forks the
next. The header `X-Kill-At` says where a request dies: at its n-th write, counted from 1, or
just before (`commit`) or just after (`committed`) its first commit. Nothing of this is in the
application: the writes are counted where they leave SQLAlchemy.
"""

import logging
import os
import re
import signal
import socket
import sys

from flask import request
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.database import engine_of
from app.factory import create_app
from app.matches.services import guides_answers, letters
from config import Config

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|SELECT.*procrastinate_defer)", re.IGNORECASE)


class Executioner:
    """Kills its own process where the request asks for it."""

    def __init__(self) -> None:
        self.at, self.writes, self.commits = "", 0, 0

    def begin(self) -> None:
        self.at, self.writes, self.commits = request.headers.get("X-Kill-At", ""), 0, 0

    def strike(self, point: str) -> None:
        if self.at and self.at == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def written(self, _connection, _cursor, statement, *_rest) -> None:
        if WRITE.match(statement):
            self.writes += 1
            self.strike(str(self.writes))

    def committing(self, _connection) -> None:
        self.commits += 1
        self.strike("commit" if self.commits == 1 else "")

    def committed(self, _session) -> None:
        self.strike("committed" if self.commits == 1 else "")


def keep_the_match_before_the_letter() -> None:
    """The mutant: what looks like one step and is two."""
    write_to_guide = letters.write_to_guide

    def commit_first(session, *arguments, **values) -> None:
        session.commit()
        write_to_guide(session, *arguments, **values)

    guides_answers.write_to_guide = commit_first


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(Config.from_environment())
    app.config["WTF_CSRF_ENABLED"] = False
    executioner = Executioner()
    engine = engine_of(app.extensions["session_factory"])
    event.listen(engine, "after_cursor_execute", executioner.written)
    event.listen(engine, "commit", executioner.committing)
    event.listen(Session, "after_commit", executioner.committed)
    app.before_request_funcs.setdefault(None, []).insert(0, executioner.begin)
    if "--mutant" in sys.argv:
        keep_the_match_before_the_letter()
    with socket.create_server(("127.0.0.1", 0)) as door:
        print(door.getsockname()[1], flush=True)  # noqa: T201 (the tests read the port)
        while True:
            child = os.fork()
            if child == 0:
                make_server("127.0.0.1", 0, app, fd=door.fileno()).serve_forever()
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
