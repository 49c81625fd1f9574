"""A stored proposal read back and computed anew, to show that it rests on what it says.

What is needed lies in the record itself: both profiles, the way between them and the whole
configuration. No other guide is needed, so the place among the candidates is not replayed.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

from app.matching.config import MatchingConfig
from app.matching.pairs.ranking import explain_pair
from app.matching.pairs.record import VERSION, as_record
from app.matching.types import FamilyProfile, GuideProfile, Travel
from app.travel import Trip

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# What a replay compares. The inputs are compared too: reading them must lose nothing.
PARTS = ("score", "terms", "reasons", "counter_reasons", "failing", "inputs")
T = TypeVar("T", bound="DataclassInstance")


class UnreadableRecord(ValueError):
    """The record is not one that this version of the package has written."""


class Inputs(NamedTuple):
    """What a proposal was computed from."""

    family: FamilyProfile
    guide: GuideProfile
    travel: Travel
    config: MatchingConfig


def from_record(record: Mapping[str, Any]) -> Inputs:
    """Return the inputs that a record of this version holds, ready to compute with.

    Of earlier matches only those of the two are known; the travel knows their way alone.

    Raises:
        UnreadableRecord: another version wrote the record, or it is not whole.
    """
    if record.get("version") != VERSION:
        raise UnreadableRecord(f"version {record.get('version')}, not {VERSION}")
    try:
        inputs = record["inputs"]
        guide = _read(GuideProfile, inputs["guide"])
        family = _read(FamilyProfile, _with_earlier_guides(inputs["family"], guide.guide_id))
        travel = _travel(family, guide, _read(Trip, inputs["trip"]))
        return Inputs(family, guide, travel, _config(inputs["config"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRecord(f"{type(error).__name__}: {error}") from error


def replay(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record that the same inputs give now.

    Raises:
        UnreadableRecord: another version wrote the record, or it is not whole.
    """
    told = explain_pair(*from_record(record))
    return as_record(told.candidate) | {"failing": [code.value for code in told.failing]}


def differences(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts of a record that its own inputs do not give again; none if it holds.

    Raises:
        UnreadableRecord: another version wrote the record, or it is not whole.
    """
    again = replay(record)
    return tuple(part for part in PARTS if again[part] != record.get(part, []))


def _with_earlier_guides(told: Mapping[str, Any], guide_id: UUID) -> dict[str, Any]:
    """Return a family's values with what is known of its earlier matches: whether this guide's."""
    values = dict(told)
    for earlier in ("declined", "matched"):
        values[f"{earlier}_guides"] = [guide_id] * values.pop(f"{earlier}_this_guide")
    return values


def _travel(family: FamilyProfile, guide: GuideProfile, trip: Trip) -> Travel:
    if family.neighbourhood_id is None or guide.neighbourhood_id is None:
        return Travel()
    return Travel.from_rows([(family.neighbourhood_id, guide.neighbourhood_id, trip)])


def _config(told: Mapping[str, Any]) -> MatchingConfig:
    closeness = {frozenset(codes): share for *codes, share in told["closeness"]}
    return _read(MatchingConfig, {**told, "closeness": closeness})


def _read(kind: type[T], told: Mapping[str, Any]) -> T:
    """Return a dataclass from its fields as JSON knows them; every field must be told."""
    hints = typing.get_type_hints(kind)
    return kind(**{f.name: _value(hints[f.name], told[f.name]) for f in fields(kind)})


def _value(hint: Any, told: Any) -> Any:
    """Return the value that a type annotation says JSON stands for."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if told is None:
        value: Any = None
    elif origin in (typing.Union, types.UnionType):
        value = _value(next(kind for kind in inner if kind is not types.NoneType), told)
    elif origin in (tuple, frozenset):
        value = origin(_value(inner[0], item) for item in told)
    elif origin is Mapping:
        value = {_value(inner[0], key): _value(inner[1], item) for key, item in told.items()}
    elif is_dataclass(hint):
        value = _read(typing.cast("type[Any]", hint), told)
    elif isinstance(hint, type) and issubclass(hint, (Enum, UUID)) and not isinstance(told, hint):
        value = hint(told)
    else:
        value = told
    return value
