"""A candidate as plain values for storage, so that a proposal can be recomputed later."""

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any
from uuid import UUID

from app.matching.languages import one_norwegian
from app.matching.pairs.pair import Pair
from app.matching.types import Candidate, LanguageSkill, Reason

VERSION = "5"


def as_record(candidate: Candidate) -> dict[str, Any]:
    """Return the answer, the inputs it rests on and the package's version, ready for JSON.

    For staff only: it holds both sides' wishes. Whom else the family declined is left out.
    """
    pair = candidate.pair
    return {
        "version": VERSION,
        "score": candidate.score,
        "terms": [
            {
                "code": term.code.value,
                "points": term.points,
                "max_points": term.max_points,
                "facts": _plain(term.facts),
            }
            for term in candidate.terms
        ],
        "reasons": [_reason(reason) for reason in candidate.reasons],
        "counter_reasons": [_reason(reason) for reason in candidate.counter_reasons],
        "inputs": {
            "family": _family(pair),
            "guide": _fields_of(pair.guide),
            "trip": _fields_of(pair.trip),
            "config": _config(pair),
        },
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code.value, "facts": _plain(reason.facts)}


def _family(pair: Pair) -> dict[str, Any]:
    record = _fields_of(pair.family)
    del record["declined_guides"], record["matched_guides"]
    # Of a couple either is enough, as in the rules.
    record["declined_this_guide"] = bool(pair.guide.ids & pair.family.declined_guides)
    record["matched_this_guide"] = bool(pair.guide.ids & pair.family.matched_guides)
    return record


def _config(pair: Pair) -> dict[str, Any]:
    """The configuration, of the language table only what this pair could have used."""
    spoken = {
        one_norwegian(skill.code) for skill in (*pair.family.languages, *pair.guide.languages)
    }
    record = {
        item.name: _plain(getattr(pair.config, item.name))
        for item in fields(pair.config)
        if item.name not in ("weights", "closeness")
    }
    record["weights"] = _fields_of(pair.config.weights)
    record["closeness"] = sorted(
        [*sorted(codes), share] for codes, share in pair.config.closeness.items() if codes <= spoken
    )
    return record


def _fields_of(value: Any) -> dict[str, Any]:
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def _plain(value: Any) -> Any:
    """Return the value as JSON knows it; sets sorted, so that equal inputs are equal text."""
    match value:
        case Enum():
            plain: Any = value.value
        case UUID():
            plain = str(value)
        case LanguageSkill():
            plain = _fields_of(value)
        case Mapping():
            plain = {str(_plain(key)): _plain(item) for key, item in value.items()}
        case frozenset():
            plain = sorted(_plain(item) for item in value)
        case tuple():
            plain = [_plain(item) for item in value]
        case _:
            plain = value
    return plain
