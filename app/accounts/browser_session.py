"""The browser's session: an opaque token in a cookie, the rest in our own table.

A visitor who holds nothing gets no row, and no cookie until a page has a form: the secret
behind a form's token is computed from the browser's token, so it needs no place to be kept.
A token becomes a new one whenever somebody signs in or out, and after a password is accepted;
a token that a browser was made to carry is thus worthless by then.
"""

import datetime as dt
import json
import logging
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from app.accounts.browsers import words_for
from app.accounts.models import GUIDE_LIMITS
from app.accounts.services import sessions
from app.database import open_session
from app.web import context
from app.web.transactions import is_kept, keep_so_far

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bit, as token_urlsafe(32) writes them
CSRF = "csrf_token"
NOT_KEPT = {CSRF, "fs_cc"}  # computed; Flask-Security's note for a cookie that we do not use
USER = "_user_id"  # Flask-Login's: whoever has shown all that was asked
HALFWAY = "tf_user_id"  # Flask-Security's: whoever has shown a password, and no code yet
TOUCH_AFTER_SECONDS = 60
TAGS = TaggedJSONSerializer()
log = logging.getLogger(__name__)


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """What a browser's session holds while a request is served."""

    def __init__(self, token: str, csrf_secret: str, content: dict[str, Any] | None = None) -> None:
        super().__init__({**(content or {}), CSRF: csrf_secret}, _note_change)
        self.token = token
        self.row_id: uuid.UUID | None = None
        self.identity = self.who()
        self.persistent = False
        self.stale = False
        self.new = content is None
        self.modified = False
        self.has_form = False
        self.renewed = False
        self.kept = False  # the renewal is, whatever the answer becomes
        self.since: dt.datetime | None = None
        self.confirmed_at: dt.datetime | None = None
        self.shown_elsewhere: tuple[dt.datetime | None, ...] = ()
        self.failure: DBAPIError | None = None

    def who(self) -> tuple[str | None, str | None]:
        return self.get(USER), self.get(HALFWAY)

    def is_another(self) -> bool:
        """Return whether it is: who gives up halfway keeps the token that the page just drawn holds."""
        gave_up = self.identity[0] is None and self.who() == (None, None)
        return self.who() != self.identity and not gave_up

    def worth_storing(self) -> dict[str, Any]:
        return {name: value for name, value in self.items() if name not in NOT_KEPT}

    def __contains__(self, name: object) -> bool:
        if name == CSRF:  # a form is being drawn or read: the browser must know its token
            self.has_form = True
        return super().__contains__(name)


@contextmanager
def _if_not_busy() -> Iterator[None]:
    """Let the answer go out all the same: what the view wrote is kept by now."""
    try:
        yield
    except DBAPIError:
        log.warning("a browser's session could not be stored")


def _note_change(changed: CallbackDict[str, Any]) -> None:
    if isinstance(changed, BrowserSession):
        changed.modified = True


class DatabaseSessions(SessionInterface):
    """Flask's door to the table `user_session`, in short transactions of its own.

    They run before the request's own transaction begins and after it has ended: two at once
    would wait for each other on SQLite. Signing in and out is in the request's own transaction:
    a link or a code that was used up has led somewhere, or is as good as before.
    """

    def __init__(self, *, secure: bool) -> None:
        # A cookie with this prefix can be set by nobody else, not even by a sub-domain.
        self.cookie_name = "__Host-session" if secure else "session"

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        token = request.cookies.get(self.cookie_name, "")
        if not TOKEN.fullmatch(token):
            token = secrets.token_urlsafe(32)
            return BrowserSession(token, _csrf_secret(token))
        try:
            return self._load(app, token)
        except DBAPIError as failure:  # here nobody would answer 503: see `_report_failure`
            browser = BrowserSession(token, _csrf_secret(token))
            browser.failure = failure
            return browser

    def _load(self, app: Flask, token: str) -> BrowserSession:
        now = context.now()
        with open_session(app.extensions["session_factory"], reads_only=True) as database:
            row = sessions.find_session(database, token, now=now)
        content = TAGS.loads(json.dumps(row.content)) if row else {}
        browser = BrowserSession(token, _csrf_secret(token), content)
        if row:
            browser.row_id = row.id
            browser.persistent = row.user_id is not None and not row.staff
            browser.since, browser.confirmed_at = row.created_at, row.confirmed_at
            browser.stale = (now - row.seen_at).total_seconds() > TOUCH_AFTER_SECONDS
        return browser

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, BrowserSession)  # noqa: S101
        if session.failure:
            return
        if session.renewed:
            if (
                session.kept or response.status_code < HTTPStatus.BAD_REQUEST
            ):  # else the renewal was dropped
                self._hand_over(app, session, response)
        elif session.is_another():
            with _if_not_busy():
                with app.extensions["session_factory"].begin() as database:
                    self.start_anew(database, session)
                self._hand_over(app, session, response)
        elif session.modified and (session.row_id or session.worth_storing()):
            with _if_not_busy():
                self._keep(app, session, response)
        elif session.stale and session.row_id:
            with _if_not_busy():
                self._touch(app, session.row_id)
        elif session.new and session.has_form:
            self._set_cookie(app, session, response)

    def start_anew(self, database: Session, browser: BrowserSession) -> None:
        """Give up the old token: somebody came closer to being signed in, or went away."""
        content = browser.worth_storing()
        if browser.identity[0] and browser.who() == (None, None):
            content = {k: v for k, v in content.items() if k == "_flashes"}
        if browser.row_id:
            sessions.end_session(database, browser.row_id)
        browser.row_id = None
        browser.token = secrets.token_urlsafe(32)
        if content:
            browser.row_id = self._insert(database, browser, content)

    def _hand_over(self, app: Flask, browser: BrowserSession, response: Response) -> None:
        """Give the browser its new token, or nothing if there is nothing to remember."""
        if browser.row_id:
            self._set_cookie(app, browser, response)
        else:
            response.delete_cookie(self.cookie_name, path="/")

    def _keep(self, app: Flask, browser: BrowserSession, response: Response) -> None:
        content = browser.worth_storing()
        with app.extensions["session_factory"].begin() as database:
            if browser.row_id and content:
                stored = _as_json(content)
                sessions.keep_session(database, browser.row_id, stored, now=context.now())
            elif browser.row_id:
                sessions.end_session(database, browser.row_id)
            else:
                self._insert(database, browser, content)
        self._set_cookie(app, browser, response)

    def _insert(
        self, database: Session, browser: BrowserSession, content: dict[str, Any]
    ) -> uuid.UUID:
        row = sessions.open_session(
            database,
            browser.token,
            _as_json(content),
            uniquifier=content.get(USER),
            now=context.now(),
        )
        browser.persistent = row.user_id is not None and not row.staff
        if row.user_id:
            row.browser = words_for(request.user_agent.string)
            for moment in browser.shown_elsewhere:
                row.confirmed_at = moment
        if browser.since and browser.who() == browser.identity:
            row.created_at = browser.since  # who shows a code again does not begin again
        database.flush()
        return row.id

    def _touch(self, app: Flask, row_id: uuid.UUID) -> None:
        with app.extensions["session_factory"].begin() as database:
            sessions.touch_session(database, row_id, now=context.now())

    def _set_cookie(self, app: Flask, browser: BrowserSession, response: Response) -> None:
        response.set_cookie(
            self.cookie_name,
            browser.token,
            # A guide's telephone may remember; an office's browser forgets when it is closed.
            max_age=GUIDE_LIMITS.whole if browser.persistent else None,
            path="/",
            secure=app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )


def init_app(app: Flask) -> None:
    app.session_interface = DatabaseSessions(secure=app.config["SESSION_COOKIE_SECURE"])
    # Signed with the last of these, read with any: a form outlives a change of the key.
    app.config["WTF_CSRF_SECRET_KEY"] = list(reversed(app.extensions["settings"].keys))
    app.before_request(_report_failure)
    app.after_request(_renew)  # before the request's transaction ends: see `transactions`


def current_session_id() -> uuid.UUID | None:
    """Return the row of this browser's session, if it has one."""
    return session.row_id if isinstance(session, BrowserSession) else None


def is_confirmed(since: dt.datetime) -> bool:
    """Return whether the person has shown since then that it is them, in this browser."""
    shown = confirmed_at()
    return shown is not None and shown > since


def confirmed_at() -> dt.datetime | None:
    """Return when the person last showed that it is them, in this browser."""
    return session.confirmed_at if isinstance(session, BrowserSession) else None


def confirm() -> None:
    """Note that the person has shown just now that it is them; what was written so far is kept.

    The browser gets a new token, and the rest of this request belongs to that one already.
    """
    browser, door = session, current_app.session_interface
    assert isinstance(browser, BrowserSession)  # noqa: S101
    assert isinstance(door, DatabaseSessions)  # noqa: S101
    door.start_anew(context.current_session(), browser)
    keep_so_far()
    browser.renewed = browser.kept = True
    browser.confirmed_at = context.now()
    browser[CSRF] = _csrf_secret(browser.token)
    g.pop("csrf_token", None)  # that of the old token


def shown_elsewhere_at(moment: dt.datetime | None) -> None:
    """Note that whoever signs in showed who they are at another site, then; nobody knows when: None."""
    assert isinstance(session, BrowserSession)  # noqa: S101
    session.shown_elsewhere = (moment,)


def _report_failure() -> None:
    """Answer as any request does whose database cannot: opening the session came too early."""
    if failure := getattr(session, "failure", None):
        raise failure


def _renew(response: Response) -> Response:
    """Store who is signed in together with what made it so, or answer that it could not be."""
    door = current_app.session_interface
    if not isinstance(session, BrowserSession) or not isinstance(door, DatabaseSessions):
        return response
    if not session.is_another() or not is_kept(response):
        return response
    session.renewed = True
    try:
        door.start_anew(context.current_session(), session)
    except DBAPIError as failure:
        return current_app.make_response(current_app.handle_user_exception(failure))
    return response


def _csrf_secret(token: str) -> str:
    """Return what a form carries of its browser: signed by the site's key, so none is needed here."""
    return sha256(b"csrf:" + token.encode()).hexdigest()


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(TAGS.dumps(content))
    return stored
