"""The numbers of the reference rules, all of them from config.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.matching.reference.tables import WIDE_BITS, BadInputError, shown

FILE = "config.json"
MAX_SCORE = 1000
SLOTS = 21  # monday morning, afternoon, evening, … sunday evening
# MAX_SCORE times any value below stays within 32 bits, and so does half around the largest earth.
LARGEST_FULL = 1_000_000  # of what a term grows up to
EARTH_RADIUS_M = (1_000_000.0, 10_000_000.0)  # kilometres or miles are a mistake
# The reason codes in their fixed order: bit k of a mask of broken rules is CODES[k].
CODES = ("language", "availability", "distance", "police", "gender", "municipality", "blocked")
ALWAYS_IN_FORCE = frozenset({"distance"})  # the score divides by the limit
MOTHER_TONGUE, OTHER_LANGUAGE = "language_mother", "language_other"
LANGUAGE = "language_"


@dataclass(frozen=True, slots=True)
class Share:
    """A term that grows evenly up to `full` and stays there: points * min(value, full) // full."""

    points: int
    full: int


@dataclass(frozen=True, slots=True)
class ReferenceConfig:
    """Codes, rules in force and points.

    named_languages: the languages with points of their own (`language_en` in the file's weights),
        in the file's order: the first that both speak counts, after all others.
    age: full is the difference in years from which nothing is given.
    """

    languages: tuple[str, ...]
    interests: tuple[str, ...]
    municipalities: tuple[str, ...]  # empty: any
    rules: frozenset[str]
    earth_radius_m: float
    min_overlap_slots: int
    mother_tongue: int
    other_language: int
    named_languages: tuple[tuple[str, int], ...]
    distance: int
    availability: Share
    interest: Share
    age: Share
    waiting: Share

    def __post_init__(self) -> None:
        language = [self.mother_tongue, self.other_language]
        language += [points for _, points in self.named_languages]
        shares = (self.availability, self.interest, self.age, self.waiting)
        highest = max(language) + self.distance + sum(share.points for share in shares)
        if highest > MAX_SCORE:
            problem = f"the weights can give {highest} points; a score is at most {MAX_SCORE}"
            raise BadInputError(FILE, problem)

    @classmethod
    def from_mapping(cls, entries: Mapping[str, Any]) -> "ReferenceConfig":
        """Read what config.json holds.

        Raises:
            BadInputError: something is missing or is not what it should be.
        """
        weights = _Numbers(entries.get("weights"), "weights")
        numbers = _Numbers(entries, "the file")
        languages = _codes(entries, "languages")
        return cls(
            languages=languages,
            interests=_codes(entries, "interests"),
            municipalities=_codes(entries, "municipalities") if "municipalities" in entries else (),
            rules=_rules(entries),
            earth_radius_m=numbers.within("earth_radius_m", *EARTH_RADIUS_M),
            min_overlap_slots=numbers.whole("min_overlap_slots", high=SLOTS),
            mother_tongue=weights.whole(MOTHER_TONGUE),
            other_language=weights.whole(OTHER_LANGUAGE),
            named_languages=_named_languages(weights, languages),
            distance=weights.whole("distance"),
            availability=weights.share("availability", "availability_full"),
            interest=weights.share("interests", "interests_full"),
            age=weights.share("age", "age_span"),
            waiting=weights.share("waiting", "waiting_full_days"),
        )


@dataclass(frozen=True, slots=True)
class _Numbers:
    """An object of config.json whose values are numbers."""

    entries: Any
    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.entries, Mapping):
            raise BadInputError(FILE, f"{self.name} is missing or no object")

    def within(self, key: str, low: float, high: float) -> float:
        value = self.entries.get(key)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            problem = f"{key} is a number from {low:.0f} to {high:.0f}, not {shown(value)}"
            raise BadInputError(FILE, problem)
        return float(value)

    def whole(self, key: str, low: int = 0, high: int = MAX_SCORE) -> int:
        value = self.entries.get(key)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not low <= value <= high:
            problem = f"{key} is a whole number from {low} to {high}, not {shown(value)}"
            raise BadInputError(FILE, problem)
        return int(value)

    def share(self, points: str, full: str) -> Share:
        return Share(self.whole(points), self.whole(full, low=1, high=LARGEST_FULL))


def _codes(entries: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of different codes."""
    codes = entries.get(key)
    if not isinstance(codes, list) or not all(isinstance(c, str) and c for c in codes):
        raise BadInputError(FILE, f"{key} is a list of codes")
    if len(set(codes)) < len(codes):
        raise BadInputError(FILE, f"{key} names a code twice")
    if key != "municipalities" and len(codes) > WIDE_BITS:
        raise BadInputError(FILE, f"{key} has {len(codes)} codes; at most {WIDE_BITS} fit")
    return tuple(codes)


def _rules(entries: Mapping[str, Any]) -> frozenset[str]:
    """Return the rules in force: all seven, unless the file lists fewer."""
    rules = frozenset(_codes(entries, "rules")) if "rules" in entries else frozenset(CODES)
    for rule in sorted(rules - set(CODES)):
        raise BadInputError(FILE, f"there is no rule {shown(rule)}")
    for rule in sorted(ALWAYS_IN_FORCE - rules):
        raise BadInputError(FILE, f"the rule {rule!r} is always in force")
    return rules


def _named_languages(weights: _Numbers, languages: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Return the languages that have points of their own, in the file's order."""
    keys = [key for key in weights.entries if key.startswith(LANGUAGE)]
    named = [key for key in keys if key not in {MOTHER_TONGUE, OTHER_LANGUAGE}]
    for key in named:
        if key.removeprefix(LANGUAGE) not in languages:
            raise BadInputError(FILE, f"{shown(key)} is for a language that is not listed")
    return tuple((key.removeprefix(LANGUAGE), weights.whole(key)) for key in named)
