import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict
from app.matches import queries
from app.matches.models import MatchingSettings, WeightChange
from app.matches.queries.settings import WEIGHT_NAMES
from app.matching.config import MAX_SCORE
from app.permissions import Actor, Permission, ensure_may
from app.vocabulary import SLOTS


class WeightsDoNotSum(Conflict):
    """The weights do not sum to 1000. Carries what they sum to."""

    def __init__(self, total: int) -> None:
        super().__init__(f"the weights sum to {total}, not {MAX_SCORE}")
        self.total = total


class WeightOutOfRange(Conflict):
    """A number is none of those that are possible. Carries its name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is out of range")
        self.name = name


class SettingsChangedMeanwhile(Conflict):
    """Somebody else has changed the settings since they were shown."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a municipality wants from now on. All nine weights, in whole points.

    `seen_version` is that of the settings that were shown; None asks for no such check.
    """

    weights: Mapping[str, int]
    min_shared_slots: int
    stability: int
    seen_version: int | None = None


def change_weights(
    session: Session, actor: Actor, weighing: Weighing, *, now: dt.datetime
) -> MatchingSettings:
    """Let the municipality's matching weigh otherwise from now on. Stored proposals stay as they are.

    Raises:
        NotPermitted: the actor is no coordinator.
        WeightOutOfRange: a weight is missing, unknown or negative, or another number impossible.
        WeightsDoNotSum: they do not sum to 1000.
        SettingsChangedMeanwhile: somebody else was faster.
    """
    ensure_may(actor, Permission.MATCHING_CHANGE)
    _check(weighing)
    row = queries.find_settings(session)
    if row is not None:
        lock(session, row)
    version = row.version if row else 0
    if weighing.seen_version not in (None, version):
        raise SettingsChangedMeanwhile(f"version {version}, seen {weighing.seen_version}")
    if row is None:
        row = MatchingSettings(version=0)
    before = queries.weights_in(row if version else None)
    for name in WEIGHT_NAMES:
        setattr(row, name, weighing.weights[name])
    row.min_shared_slots, row.stability = weighing.min_shared_slots, weighing.stability
    row.version = version + 1
    row.changed_at, row.changed_by_id = now, actor.user_id
    _store(session, row)
    _keep_change(session, row, before)
    return row


def _keep_change(session: Session, row: MatchingSettings, before: Mapping[str, int]) -> None:
    """Note who changed which weights when, so that anybody sees it and can go back."""
    after = queries.weights_in(row)
    if after == before:
        return
    session.add(
        WeightChange(
            at=row.changed_at,
            by_id=row.changed_by_id,
            before=before,
            after=after,
            version=row.version,
        )
    )
    session.flush()


def _check(weighing: Weighing) -> None:
    for name in sorted(set(WEIGHT_NAMES) ^ set(weighing.weights)):
        raise WeightOutOfRange(name)
    for name in WEIGHT_NAMES:
        if not 0 <= weighing.weights[name] <= MAX_SCORE:
            raise WeightOutOfRange(name)
    if not 0 <= weighing.min_shared_slots <= len(SLOTS):
        raise WeightOutOfRange("min_shared_slots")
    if not 0 <= weighing.stability <= MAX_SCORE:
        raise WeightOutOfRange("stability")
    if (total := sum(weighing.weights.values())) != MAX_SCORE:
        raise WeightsDoNotSum(total)


def _store(session: Session, row: MatchingSettings) -> None:
    """Write the row; of two first ones at once, one is too late."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if "matching_settings" not in str(error.orig):
            raise
        raise SettingsChangedMeanwhile("two first settings at once") from error
