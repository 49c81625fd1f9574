"""What was seen of whom: rows that are added with the look itself, and never changed."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Look, LookKind, LookOutcome, LookReason, RecordKind
from app.errors import Unavailable
from app.permissions import Role


class LookNotRecorded(Unavailable):
    """The row could not be written: then nothing may be shown."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looked, when, and at which page. Nobody's id where a secret link was all there was."""

    user_id: uuid.UUID | None
    roles: frozenset[Role]
    page: str
    request_id: uuid.UUID
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One record that was shown, or a list of some length."""

    record: RecordKind
    record_id: uuid.UUID | None = None
    what: LookKind = LookKind.VIEW
    row_count: int | None = None
    term: str = ""
    reason: LookReason | None = None


def record_looks(session: Session, onlooker: Onlooker, seen: Iterable[Seen]) -> None:
    """Write one row for each record or list that was shown, in the transaction that read it.

    Raises:
        LookNotRecorded: the database did not take a row.
    """
    session.add_all(_row(onlooker, each) for each in seen)
    try:
        session.flush()
    except DBAPIError as failure:
        raise LookNotRecorded(onlooker.page) from failure


def _row(onlooker: Onlooker, seen: Seen) -> Look:
    found = seen.row_count != 0
    return Look(
        at=onlooker.at,
        user_id=onlooker.user_id,
        roles=onlooker.roles,
        what=seen.what,
        record=seen.record,
        record_id=seen.record_id,
        row_count=seen.row_count,
        page=onlooker.page,
        term=seen.term,
        reason=seen.reason,
        outcome=LookOutcome.SHOWN if found else LookOutcome.NOTHING_FOUND,
        request_id=onlooker.request_id,
    )
