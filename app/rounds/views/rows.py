"""The suggested pairs as the rows of the page: who, why, what changed, what came of it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.matches.forms import Told, tell
from app.matching import MatchingConfig, as_record, explain_pair
from app.matching.planning import Change, ChangeCode, People
from app.matching.types import ReasonCode
from app.rounds.forms import FamilyLine, GuideLine, Names, change_reason
from app.rounds.queries import StoredPair

_OFTEN = {ReasonCode.NORWEGIAN_PRACTICE.value, ReasonCode.NO_FAMILY_NOW.value}
_WEIGHTIEST = (
    ReasonCode.NO_SHARED_TIME.value,
    ReasonCode.NO_SHARED_LANGUAGE.value,
    ReasonCode.UNREACHABLE.value,
    ReasonCode.ONE_SHARED_TIME.value,
    ReasonCode.LONG_TRIP.value,
    ReasonCode.TRAVEL_UNKNOWN.value,
)
Badge = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """One suggested pair, as the page shows it."""

    family: FamilyLine
    guide: GuideLine
    score: int
    told: Told | None
    backup: GuideLine | None
    badges: list[Badge] = field(default_factory=list)
    change: str = ""
    kept: bool = False
    pinned_to: uuid.UUID | None = None  # what the page knows: sent back with a decision
    problem: str = ""
    is_ticked: bool = False


@dataclass(frozen=True, slots=True)
class Background:
    """What the rows are told from: people as they are now, names, and what is other."""

    people: People
    config: MatchingConfig
    names: Names
    changes: Mapping[uuid.UUID, Change]
    pins: Mapping[uuid.UUID, uuid.UUID]


def pair_rows(
    pairs: Sequence[StoredPair],
    seen: Background,
    problems: Mapping[uuid.UUID, str],
    ticked: Mapping[uuid.UUID, uuid.UUID],
) -> list[PairRow]:
    """Return a row for each pair; its people are among the names."""
    families = {profile.family_id: profile for profile in seen.people.families}
    guides = {profile.guide_id: profile for profile in seen.people.guides}
    rows = []
    for pair in pairs:
        family = seen.names.families[pair.family_id]
        guide = seen.names.guides[pair.guide_id]
        told = None
        if pair.family_id in families and pair.guide_id in guides:
            explained = explain_pair(
                families[pair.family_id], guides[pair.guide_id], seen.people.travel, seen.config
            )
            told = _in_short(as_record(explained.candidate))
        change = seen.changes.get(pair.family_id)
        rows.append(
            PairRow(
                family=family,
                guide=guide,
                score=pair.score,
                told=told,
                backup=seen.names.guides.get(pair.backup_id) if pair.backup_id else None,
                badges=_badges(pair, family, change, seen),
                change=_changed(change, seen.names),
                pinned_to=seen.pins.get(pair.family_id),
                kept=seen.pins.get(pair.family_id) == pair.guide_id,
                problem=problems.get(pair.family_id, ""),
                is_ticked=ticked.get(pair.family_id) == pair.guide_id,
            )
        )
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRow:
    """A family that has a proposal or a guide: the real one, whoever had been suggested."""

    family: FamilyLine
    guide: GuideLine | None
    instead_of: str = ""
    problem: str = ""


def taken_rows(
    pairs: Sequence[StoredPair],
    names: Names,
    problems: Mapping[uuid.UUID, str],
    ticked: Mapping[uuid.UUID, uuid.UUID],
) -> list[TakenRow]:
    """Return a row for each family that was taken further, or was about to be once more."""
    suggested = {pair.family_id: pair.guide_id for pair in pairs}
    rows = []
    for family in sorted(names.families.values(), key=lambda line: line.reference):
        outcome = family.outcome
        if outcome is None:
            continue
        if not (outcome.is_of_round or family.id in suggested or family.id in problems):
            continue
        real = outcome.guide
        other = suggested.get(family.id)
        is_other = other is not None and real is not None and other != real.id
        rows.append(
            TakenRow(
                family=family,
                guide=real,
                instead_of=names.guide(other) if other and is_other else "",
                problem=_too_late(family, ticked) if family.id in problems else "",
            )
        )
    return rows


def _too_late(family: FamilyLine, ticked: Mapping[uuid.UUID, uuid.UUID]) -> str:
    """Say why a pair could not be taken further: the family has a match by now."""
    outcome = family.outcome
    if not outcome or not outcome.guide or ticked.get(family.id) != outcome.guide.id:
        return str(_("The family has a proposal already."))
    if outcome.is_asked:
        return str(_("You have asked this guide already."))
    return str(_("You have saved this proposal already."))


def _in_short(record: dict[str, Any]) -> Told:
    """Tell a pair with what sets it apart first: nearly everybody can practise Norwegian."""
    reasons = sorted(record["reasons"], key=lambda reason: reason["code"] in _OFTEN)
    against = sorted(record["counter_reasons"], key=lambda reason: _weight(reason["code"]))
    return tell(record | {"reasons": reasons, "counter_reasons": against}, about_family=False)


def _weight(code: str) -> int:
    """Return the place of a counter-reason: what stands in the way of meeting comes first."""
    return _WEIGHTIEST.index(code) if code in _WEIGHTIEST else len(_WEIGHTIEST)


def _badges(
    pair: StoredPair, family: FamilyLine, change: Change | None, seen: Background
) -> list[Badge]:
    badges = [(family.urgency, "warning")] if family.urgency else []
    if seen.pins.get(pair.family_id) == pair.guide_id:
        badges.append((_("Kept by you"), "accent"))
    if change is not None:
        badges.append((_NEWS[change.code]() if change.code in _NEWS else _changed_since(), "info"))
    return badges


_NEWS: Mapping[ChangeCode, Callable[[], str]] = {
    ChangeCode.NEW_FAMILY: lambda: str(_("New")),
    ChangeCode.FAMILY_BACK: lambda: str(_("Waits again")),
}


def _changed_since() -> str:
    return str(_("Changed since last time"))


def _changed(change: Change | None, names: Names) -> str:
    """Return what was suggested last time and why it is other now."""
    if change is None or change.code is ChangeCode.NEW_FAMILY:
        return ""
    why = change_reason(change, names)
    if change.before is None:
        return why
    return str(_("Last time: %(guide)s. %(why)s", guide=names.guide(change.before), why=why))
