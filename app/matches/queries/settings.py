"""How a municipality weighs: its own settings, or the defaults."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.languages import CLOSENESS
from app.matches.models import MatchingSettings, WeightChange
from app.matching import MatchingConfig, ScoringWeights
from app.permissions import Actor, Permission, ensure_may

# What an unchanged pair counts more than it scores, in points of 1000: half an interest. Two
# rounds over nearly the same people then say nearly the same, and a clearly better pair still wins.
DEFAULT_STABILITY = 15
LATEST_CHANGES = 10
WEIGHT_NAMES = tuple(weight.name for weight in fields(ScoringWeights))


@dataclass(frozen=True)
class Settings:
    """What the matching of one municipality rests on. Version 0 is nobody's: the defaults."""

    config: MatchingConfig
    stability: int = DEFAULT_STABILITY
    version: int = 0


def settings_for(session: Session) -> Settings:
    """Return the settings of the municipality that the session serves."""
    return settings_in(find_settings(session))


def settings_in(row: MatchingSettings | None) -> Settings:
    """Return what a municipality has set, or what holds where it has set nothing."""
    if row is None:
        return Settings(MatchingConfig(closeness=CLOSENESS))
    weights = ScoringWeights(**{name: getattr(row, name) for name in WEIGHT_NAMES})
    config = MatchingConfig(
        weights=weights, min_shared_slots=row.min_shared_slots, closeness=CLOSENESS
    )
    return Settings(config, row.stability, row.version)


def config_for(session: Session) -> MatchingConfig:
    """Return the weights and limits of the municipality that the session serves."""
    return settings_for(session).config


def weights_in(row: MatchingSettings | None) -> dict[str, int]:
    """Return the weights of these settings by name, or the defaults."""
    return asdict(settings_in(row).config.weights)


def find_settings(session: Session) -> MatchingSettings | None:
    return session.scalar(select(MatchingSettings))


def list_weight_changes(session: Session, actor: Actor) -> Sequence[WeightChange]:
    """Return the latest changes of the weights, the newest first, with who made them."""
    ensure_may(actor, Permission.SIMULATION_VIEW)
    statement = select(WeightChange).options(joinedload(WeightChange.by))
    newest = statement.order_by(WeightChange.version.desc(), WeightChange.id)
    return session.scalars(newest.limit(LATEST_CHANGES)).all()
