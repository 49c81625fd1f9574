"""Stored proposals computed anew from what each of them holds."""

import uuid
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matches.models import Match
from app.matching import VERSION
from app.matching.pairs.replaying import UnreadableRecord, differences


class Outcome(Enum):
    """What became of a proposal that was computed anew."""

    SAME = auto()
    DIFFERENT = auto()
    OTHER_VERSION = auto()  # of the matching: only that version could tell
    NO_RECORD = auto()  # made without the matching, or forgotten since


class Replay(NamedTuple):
    """One proposal and what its own inputs say of it today; `parts` are what differs."""

    match_id: uuid.UUID
    outcome: Outcome
    score: int | None
    version: str
    parts: tuple[str, ...] = ()

    @property
    def proves_wrong(self) -> bool:
        return self.outcome is Outcome.DIFFERENT


def replay_proposals(session: Session, match_id: uuid.UUID | None = None) -> Iterator[Replay]:
    """Yield one replay for each proposal of the municipality, or for one of them, by id."""
    statement = select(Match.id, Match.score, Match.explanation).order_by(Match.id)
    if match_id is not None:
        statement = statement.where(Match.id == match_id)
    for key, score, record in session.execute(statement):
        yield _replay(key, score, record)


def _replay(match_id: uuid.UUID, score: int | None, record: Mapping[str, Any]) -> Replay:
    version = str(record.get("version", ""))
    if not record:
        return Replay(match_id, Outcome.NO_RECORD, score, version)
    if version != VERSION:
        return Replay(match_id, Outcome.OTHER_VERSION, score, version)
    try:
        parts = [*differences(record), *_contradictions(record, score)]
    except UnreadableRecord as error:
        parts = [str(error)]
    outcome = Outcome.DIFFERENT if parts else Outcome.SAME
    return Replay(match_id, outcome, score, version, tuple(parts))


def _contradictions(record: Mapping[str, Any], score: int | None) -> Iterator[str]:
    """Yield what cannot be, whatever was computed: the match's score and the sums."""
    if score != record["score"]:
        yield "the match's score"
    if any(sum(o["points"].values()) != o["score"] for o in record.get("alternatives", ())):
        yield "the alternatives' sums"
