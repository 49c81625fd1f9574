"""Every page that shows a person declares it: `@looks_at(...)`. No row, no look.

The rows are written when the page is drawn, in the transaction that read it, and committed
before it leaves. If that fails, the answer is 503 and nothing of the page.
"""

import hmac
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.accounts.many_looks import asks_after_many
from app.accounts.models import Look, LookKind, LookReason, RecordKind
from app.accounts.services.looks import LookNotRecorded, Onlooker, Seen, record_looks
from app.accounts.services.security_log import Event, note
from app.database import reading_only
from app.permissions import Actor
from app.web.context import now, request_id
from app.web.transactions import SAFE_METHODS, add_after_all, adds_only, is_kept

F = TypeVar("F", bound=Callable[..., object])
# Pages that a view drew, forms with mistakes among them. What an error draws shows nobody.
SHOWING = frozenset({HTTPStatus.OK, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
# A form that comes back shows the record that its address names, whoever wrote the view.
NAMED_BY = {
    "guide_id": RecordKind.GUIDE,
    "family_id": RecordKind.FAMILY,
    "match_id": RecordKind.MATCH,
    "user_id": RecordKind.STAFF,
    "message_id": RecordKind.MESSAGE,
}
# These are lines of the security log too: there somebody watches while it happens.
NOTED = {LookKind.EXPORT: Event.RECORD_EXPORTED, LookKind.REVEAL: Event.RECORD_REVEALED}
log = logging.getLogger(__name__)


class LookForgottenError(RuntimeError):
    """A programming error: a view declared that it shows people, and did not say whom."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What a view declares: the kind of record, the argument that names it, and how it shows."""

    record: RecordKind
    argument: str
    what: LookKind


def looks_at(
    record: RecordKind, argument: str = "", *, what: LookKind = LookKind.VIEW
) -> Callable[[F], F]:
    """Declare that a view shows people. It stands under `@requires`, instead of `@reads_only`.

    Args:
        record: what sort of record.
        argument: the argument in the address that names the record; without one the view says
            whom it showed, with `looked_at` or `looked_at_list`.
        what: how it is shown.
    """

    def declare(view: F) -> F:
        showing = (Showing(record, argument, what), *getattr(view, "looks", ()))
        view.looks = showing  # type: ignore[attr-defined]
        return adds_only(Look)(asks_after_many(view) if argument else view)

    return declare


def looked_at(record: RecordKind, *record_ids: uuid.UUID, reason: LookReason | None = None) -> None:
    """Say which records the page shows besides those that its address names; perhaps none."""
    _said().extend(Seen(record, each, _declared_way(), reason=reason) for each in record_ids)


def looked_at_list(record: RecordKind, count: int, *, words: str = "") -> None:
    """Say how many records a list shows, and what was searched for: only its hash is kept."""
    what = LookKind.SEARCH if words else LookKind.LIST
    _said().append(Seen(record, what=what, row_count=count, term=_hash(words) if words else ""))


def hash_of_words(key: str, words: str) -> str:
    """Return what is kept of a search: the same for the same words, and no way back to them."""
    return hmac.new(key.encode(), b"search:" + words.casefold().encode(), "sha256").hexdigest()


def init_app(app: Flask) -> None:
    app.after_request(_record)  # before the request's transaction ends: see `transactions`


def _record(response: Response) -> Response:
    """Write whom the answer shows, or else answer that this could not be written."""
    if response.status_code == HTTPStatus.NOT_FOUND:
        _log_miss()
    session: Session | None = g.get("session")
    if request.method == "OPTIONS" or response.status_code not in SHOWING:  # it shows nothing
        return response
    if session is None or reading_only(session):
        return response
    if not (seen := _seen()):
        return response
    onlooker = _onlooker()
    try:
        record_looks(session if is_kept(response) else add_after_all(), onlooker, seen)
    except LookNotRecorded as failure:
        log.warning(
            "look not recorded: %s at %s", type(failure.__cause__).__name__, request.endpoint
        )
        return current_app.make_response(current_app.handle_user_exception(failure))
    for each in seen:
        if event := NOTED.get(each.what):
            note(event, by_id=onlooker.user_id, record_id=each.record_id, what=each.record.value)
    return response


def _seen() -> list[Seen]:
    """Return the records that the page shows: those in its address, and those its view named."""
    showings = _showings()
    named: dict[str, uuid.UUID] = request.view_args or {}
    if not showings and request.method not in SAFE_METHODS:
        return [Seen(kind, named[name]) for name, kind in NAMED_BY.items() if name in named]
    if any(not showing.argument for showing in showings) and "looks" not in g:
        raise LookForgottenError(request.endpoint)
    declared = [
        Seen(showing.record, named[showing.argument], showing.what)
        for showing in showings
        if showing.argument
    ]
    return [*declared, *(_said() if "looks" in g else ())]


def _said() -> list[Seen]:
    if "looks" not in g:
        g.looks = []
    said: list[Seen] = g.looks
    return said


def _showings() -> tuple[Showing, ...]:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "looks", ())


def _declared_way() -> LookKind:
    ways = [showing.what for showing in _showings()]
    return ways[0] if ways else LookKind.VIEW


def _onlooker() -> Onlooker:
    actor: Actor | None = g.get("actor")
    return Onlooker(
        actor.user_id if actor else None,
        actor.roles if actor else frozenset(),
        request.endpoint or "",
        request_id(),
        now(),
    )


def _log_miss() -> None:
    """Leave a line of a look-up without hit: whoever guesses or pries leaves a trace."""
    named = {k: v for k, v in (request.view_args or {}).items() if k in NAMED_BY}
    if named and current_user.is_authenticated:
        user_id = inspect(current_user.row).identity[0]
        words = " ".join(f"{name} {value}" for name, value in named.items())
        log.warning("nothing found: %s, user %s, request %s", words, user_id, request_id())


def _hash(words: str) -> str:
    return hash_of_words(str(current_app.secret_key), words)
