"""The use cases of a round: compute it, decide before it, adopt from it, prove it."""

from app.rounds.services import forgetting, objecting
from app.rounds.services.adopting import (
    Adoption,
    FamilyPinnedElsewhere,
    PairNotInRound,
    PinTakenBack,
    Refused,
    RoundNotDone,
    Wanted,
    adopt_pairs,
)
from app.rounds.services.choosing import (
    AlreadyUndone,
    DecidedMeanwhile,
    FamilyNotInRound,
    GuideFullyPinned,
    GuideHasLeft,
    PairForbidden,
    Seen,
    clear_choice,
    pin_pair,
    veto_pair,
)
from app.rounds.services.computing import compute_round
from app.rounds.services.replaying import replay_round

__all__ = [
    "Adoption",
    "AlreadyUndone",
    "DecidedMeanwhile",
    "FamilyNotInRound",
    "FamilyPinnedElsewhere",
    "GuideFullyPinned",
    "GuideHasLeft",
    "PairForbidden",
    "PairNotInRound",
    "PinTakenBack",
    "Refused",
    "RoundNotDone",
    "Seen",
    "Wanted",
    "adopt_pairs",
    "clear_choice",
    "compute_round",
    "forgetting",
    "objecting",
    "pin_pair",
    "replay_round",
    "veto_pair",
]
