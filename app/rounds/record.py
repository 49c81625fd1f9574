"""A round as plain values for storage, and back: identifiers and numbers, nothing about a person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any
from uuid import UUID

import numpy as np

from app.matching import VERSION, MatchingConfig
from app.matching.differences import Possible, differences
from app.matching.planning import Choices, People, Plan
from app.matching.solving.edges import Edges
from app.matching.solving.prices import Prices
from app.matching.solving.rounds import Problem, Round, Totals
from app.matching.types import GuideProfile

Record = dict[str, Any]


@dataclass(frozen=True)
class Earlier:
    """The round that the next one is compared with: its pairs, and what it could choose from.

    returned: families that have had a proposal or a match, and wait again if they come now.
    """

    pairs: Mapping[UUID, UUID | None]
    possible: Possible
    returned: frozenset[UUID] = frozenset()


GONE = -1  # somebody who was in the round before and is not in this one
EMPTIED = "emptied"  # says of a problem that a family has left it: it cannot be proved any more


def problem_record(plan: Plan, earlier: Earlier | None = None) -> Record:
    """Return the problem that a round solved, ready for JSON, and what is other than before."""
    problem = plan.problem
    return {
        "families": [str(key) for key in plan.families.ids],
        "guides": [str(key) for key in plan.guides.ids],
        "partners": {str(lead): str(other) for lead, other in plan.people.partners.items()},
        "edges": {
            "ptr": problem.edges.ptr.tolist(),
            "guide": problem.edges.guide.tolist(),
            "score": problem.edges.score.tolist(),
        },
        "priority": problem.priority.tolist(),
        "capacity": problem.capacity.tolist(),
        "pins": problem.pins.tolist(),
        "pin_score": problem.pin_score.tolist(),
        "vetoes": problem.vetoes.tolist(),
        "previous": problem.previous.tolist(),
        "stability": problem.stability,
        "changes": changes_record(plan, earlier) if earlier else [],
    }


def changes_record(plan: Plan, earlier: Earlier) -> list[Record]:
    """Return what is other than in an earlier round, by the numbers that people have in this one.

    Whoever is not in it any more is GONE; a family that has left is no news to those who match.
    """
    families = {key: number for number, key in enumerate(plan.families.ids)}
    guides = {key: number for number, key in enumerate(plan.guides.ids)}
    return [
        {
            "family": families[change.family_id],
            "before": guides.get(change.before, GONE) if change.before else None,
            "after": guides.get(change.after, GONE) if change.after else None,
            "code": change.code.value,
            "rules": [rule.value for rule in change.rules],
            "families": [families[key] for key in change.families if key in families],
        }
        for change in differences(plan, earlier.pairs, earlier.possible, returned=earlier.returned)
        if change.family_id in families
    ]


def read_problem(record: Mapping[str, Any]) -> Problem:
    """Return a stored problem as it was solved."""
    edges = record["edges"]
    return Problem(
        edges=Edges(
            ptr=np.array(edges["ptr"], np.int64),
            guide=np.array(edges["guide"], np.int32),
            score=np.array(edges["score"], np.int32),
            guide_count=len(record["guides"]),
        ),
        priority=np.array(record["priority"], np.int8),
        capacity=np.array(record["capacity"], np.int32),
        pins=np.array(record["pins"], np.int32),
        pin_score=np.array(record["pin_score"], np.int32),
        vetoes=np.array(record["vetoes"], np.int32).reshape(-1, 2),
        previous=np.array(record["previous"], np.int32),
        stability=record["stability"],
    )


def answer_record(plan: Plan) -> Record:
    """Return a round's answer with what proves it, ready for JSON."""
    answer = plan.round
    return {
        "guide": answer.guide.tolist(),
        "backup": answer.backup.tolist(),
        "pinned": answer.pinned.tolist(),
        "score": answer.score.tolist(),
        "step": answer.step,
        "prices": _prices_record(answer.prices),
        "backup_step": answer.backup_step,
        "backup_prices": answer.backup_prices and _prices_record(answer.backup_prices),
        "totals": totals_record(answer.totals),
        "idle": [plan.codes.guides[key] for key in plan.idle],
    }


def read_answer(record: Mapping[str, Any]) -> Round:
    """Return a stored answer."""
    return Round(
        guide=np.array(record["guide"], np.int32),
        backup=np.array(record["backup"], np.int32),
        pinned=np.array(record["pinned"], np.bool_),
        score=np.array(record["score"], np.int32),
        step=record["step"],
        prices=_read_prices(record["prices"]),
        backup_step=record["backup_step"],
        backup_prices=record["backup_prices"] and _read_prices(record["backup_prices"]),
        totals=Totals(**record["totals"]),
    )


def totals_record(totals: Totals) -> dict[str, int]:
    return {item.name: int(getattr(totals, item.name)) for item in fields(totals)}


def config_record(config: MatchingConfig) -> Record:
    """Return every number that the round weighed by."""
    record: Record = _plain(config)
    return record


def input_hash(people: People, choices: Choices, config: MatchingConfig, stability: int) -> str:
    """Return a hash of what a round rests on, to tell whether anything has changed since.

    Left out are the days that families have waited, which change every night, guides who can
    take nobody, and the last round's pairs.
    """
    inputs = [
        VERSION,
        [_without(family, "waiting_days") for family in people.families],
        [_plain(guide) for guide in people.guides if _takes_part(guide)],
        _plain(people.travel.trips),
        _plain(people.partners),
        _plain(choices.pins),
        sorted([str(family), str(guide)] for family, guide in choices.vetoes),
        _plain(config),
        stability,
    ]
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _takes_part(guide: GuideProfile) -> bool:
    return (
        guide.is_ready and not guide.is_paused and not guide.lacks_steps and guide.free_places > 0
    )


def _prices_record(prices: Prices) -> Record:
    return {"family": prices.family.tolist(), "guide": prices.guide.tolist()}


def _read_prices(record: Mapping[str, Any]) -> Prices:
    return Prices(np.array(record["family"], np.int64), np.array(record["guide"], np.int64))


def _without(value: Any, name: str) -> Record:
    record: Record = _plain(value)
    del record[name]
    return record


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; sets sorted, so that equal inputs are equal text."""
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(_key(item) for item in value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def _key(key: Any) -> str:
    """Return a key or a set's member as text; a pair of languages is a set of two."""
    return " ".join(sorted(map(str, key))) if isinstance(key, frozenset) else str(key)
