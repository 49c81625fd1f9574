"""How often something may be tried. Who tries it is stored as a keyed hash alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from app.errors import TooOften

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


class Limit(StrEnum):
    """What is counted, and by whom."""

    CODE = "codes of one person"
    CODE_HERE = "codes of one person in a browser known"
    EXPORT = "exports of one person"
    PASSKEY_FROM = "passkeys that are none, from one network"
    LINK_FROM = "letters asked for from one network"
    REVEAL = "reveals of one person"
    SIGN_IN = "passwords of one account"
    SIGN_IN_FROM = "passwords from one network"
    SIGN_IN_HERE = "passwords of one account in a browser known"
    SIGN_UP_AS = "applications with one address"
    SIGN_UP_FROM = "applications from one network"


@dataclass(frozen=True, slots=True)
class Rule:
    """So often within a time that begins with the first attempt."""

    most: int
    within: dt.timedelta


RULES = {
    Limit.CODE: Rule(10, HOUR),
    Limit.CODE_HERE: Rule(10, HOUR),
    Limit.EXPORT: Rule(5, DAY),
    Limit.PASSKEY_FROM: Rule(20, HOUR),
    Limit.LINK_FROM: Rule(20, HOUR),
    Limit.REVEAL: Rule(20, HOUR),
    Limit.SIGN_IN: Rule(10, HOUR),
    Limit.SIGN_IN_FROM: Rule(20, HOUR),
    Limit.SIGN_IN_HERE: Rule(10, HOUR),
    Limit.SIGN_UP_AS: Rule(3, DAY),
    Limit.SIGN_UP_FROM: Rule(5, HOUR),
}
LONGEST = max(rule.within for rule in RULES.values())


def count_attempt(session: Session, limit: Limit, key_hash: str, *, now: dt.datetime) -> None:
    """Count one more attempt, in one statement: two at once are two.

    Raises:
        TooOften: there were enough already.
    """
    rule = RULES[limit]
    row = {"key_hash": key_hash, "since": now, "count": 1}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    is_over = Attempt.since <= now - rule.within
    statement = insert(Attempt).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["key_hash"],
        set_={
            "count": case((is_over, 1), else_=Attempt.count + 1),
            "since": case((is_over, now), else_=Attempt.since),
        },
    )
    since, count = session.execute(statement.returning(Attempt.since, Attempt.count)).one()
    if count > rule.most:
        raise TooOften(limit.value, since + rule.within)


def take_back(session: Session, key_hashes: Iterable[str]) -> None:
    """Let attempts that succeeded count for nothing."""
    statement = update(Attempt).where(Attempt.key_hash.in_(key_hashes), Attempt.count > 0)
    session.execute(
        statement.values(count=Attempt.count - 1),
        execution_options={"synchronize_session": False},
    )


def sweep_attempts(session: Session, *, now: dt.datetime) -> None:
    """Forget attempts that no limit counts any more."""
    statement = delete(Attempt).where(Attempt.since <= now - LONGEST)
    session.execute(statement, execution_options={"synchronize_session": False})
