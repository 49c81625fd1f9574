"""What goes into the matching and what comes out: frozen values, no behaviour beyond checks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from uuid import UUID

from app.travel import SAME_PLACE, UNKNOWN_TRIP, Trip
from app.vocabulary import (
    ALL_WEEK,
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Level,
    Occupation,
    Rhythm,
)

if TYPE_CHECKING:
    from app.matching.pairs.pair import Pair

HIGHEST_LEVEL = int(Level.MOTHER_TONGUE)

# A fact is something a sentence can be built from: JSON-ready, language-neutral.
Fact = str | int | bool | None | tuple[str, ...]
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class LanguageSkill:
    """How well somebody uses a language, both ways: 0 (not at all) to 4 (mother tongue)."""

    code: str
    understands: int
    speaks: int

    def __post_init__(self) -> None:
        for level in (self.understands, self.speaks):
            if not 0 <= level <= HIGHEST_LEVEL:
                raise ValueError(f"a language level is 0 to {HIGHEST_LEVEL}, not {level}")


@dataclass(frozen=True, slots=True)
class FamilyProfile:
    """What the matching may know about a family. `waiting_days` is counted by the caller."""

    family_id: UUID
    neighbourhood_id: UUID | None
    languages: tuple[LanguageSkill, ...]
    unacceptable_languages: frozenset[str]
    must_share_language: bool
    wants_norwegian_practice: bool
    interpreter_agreed: bool
    availability: int
    rhythm: Rhythm | None
    interests: frozenset[Interest]
    occupation: Occupation | None
    contact_gender: Gender | None
    gender_wish: GenderWish
    no_pets: bool
    max_travel_minutes: int | None
    children: Mapping[ChildAge, int]
    household_size: int
    waiting_days: int
    priority: int
    declined_guides: frozenset[UUID]  # somebody said no, or it ended because somebody stopped
    matched_guides: frozenset[UUID] = frozenset()  # any earlier match, however it ended
    age_wish: AgeGroup | None = None  # of the guide; a wish, never a must
    needs_certificate: bool = False  # the task asks for a police certificate
    is_protected: bool = False  # an address to keep secret: never proposed by itself
    municipality_id: UUID | None = None
    own_municipality_only: bool = False

    def __post_init__(self) -> None:
        _check_availability(self.availability)
        if self.priority not in (0, 1, 2):
            raise ValueError(f"priority is 0, 1 or 2, not {self.priority}")

    @property
    def child_ages(self) -> frozenset[ChildAge]:
        """The age bands in which the family has at least one child."""
        return frozenset(age for age, count in self.children.items() if count > 0)


@dataclass(frozen=True, slots=True)
class GuideProfile:
    """What the matching may know about a guide."""

    guide_id: UUID
    neighbourhood_id: UUID | None
    languages: tuple[LanguageSkill, ...]
    availability: int
    rhythm: Rhythm | None
    interests: frozenset[Interest]
    occupation: Occupation | None
    gender: Gender | None
    gender_wish: GenderWish
    age_group: AgeGroup
    children_wish: ChildrenWish
    own_children: frozenset[ChildAge]
    has_pets: bool
    max_travel_minutes: int | None
    free_places: int
    is_ready: bool
    is_paused: bool
    active_families: int
    lacks_steps: bool = False  # something that is asked of every guide is not done
    has_certificate: bool = False
    municipality_id: UUID | None = None
    own_municipality_only: bool = False
    partner_id: UUID | None = None  # the other half, where the profile is a couple's
    partner_age_group: AgeGroup | None = None
    lives_apart: bool = False  # the other half, in another neighbourhood than this one

    def __post_init__(self) -> None:
        _check_availability(self.availability)

    @property
    def ids(self) -> frozenset[UUID]:
        """Everybody this profile stands for: one guide or two."""
        return frozenset(
            {self.guide_id} if self.partner_id is None else {self.guide_id, self.partner_id}
        )


def _check_availability(mask: int) -> None:
    if not 0 <= mask <= ALL_WEEK:
        raise ValueError(f"availability is a mask of 21 bits, not {mask}")


@dataclass(frozen=True, slots=True)
class Travel:
    """Trips between neighbourhoods, the same both ways; a pair that is not here is unknown."""

    trips: Mapping[frozenset[UUID], Trip] = field(default_factory=dict)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[UUID, UUID, Trip]]) -> Self:
        """Build the look-up from (neighbourhood, neighbourhood, trip); a later row wins."""
        return cls({frozenset((a, b)): trip for a, b, trip in rows})

    def between(self, a: UUID | None, b: UUID | None) -> Trip:
        """Return the trip from a to b. No neighbourhood on either side is unknown."""
        if a is None or b is None:
            return UNKNOWN_TRIP
        if a == b:
            return SAME_PLACE
        return self.trips.get(frozenset((a, b)), UNKNOWN_TRIP)


class RuleCode(StrEnum):
    """The hard rules. Words for people are made elsewhere, from these codes."""

    LANGUAGE_REQUIRED = "language_required"
    AVAILABILITY = "availability"
    TRAVEL = "travel"
    GENDER_OF_GUIDE = "gender_of_guide"
    GENDER_OF_CONTACT = "gender_of_contact"
    PETS = "pets"
    CHILDREN_WISH = "children_wish"
    DECLINED = "declined"
    CAPACITY = "capacity"
    PAUSED = "paused"
    NOT_READY = "not_ready"
    STEPS = "steps"
    UNDER_18 = "under_18"
    CERTIFICATE = "certificate"
    MUNICIPALITY = "municipality"
    PROTECTED = "protected"


class TermCode(StrEnum):
    """The parts of the score, in the order they are shown."""

    NEIGHBOURHOOD = "neighbourhood"
    LANGUAGE = "language"
    AVAILABILITY = "availability"
    FAMILY_SITUATION = "family_situation"
    AGE = "age"
    INTERESTS = "interests"
    OCCUPATION = "occupation"
    WAITING = "waiting"
    BURDEN = "burden"


class ReasonCode(StrEnum):
    """What speaks for a pair (first block) and against it (second block)."""

    SAME_NEIGHBOURHOOD = "same_neighbourhood"
    ADJACENT_NEIGHBOURHOOD = "adjacent_neighbourhood"
    SHORT_TRIP = "short_trip"
    SHARED_MOTHER_TONGUE = "shared_mother_tongue"
    SHARED_LANGUAGE = "shared_language"
    CLOSE_LANGUAGE = "close_language"
    NORWEGIAN_PRACTICE = "norwegian_practice"
    SHARED_TIMES = "shared_times"
    SAME_RHYTHM = "same_rhythm"
    CHILDREN_SAME_AGE = "children_same_age"
    AGE_AS_WISHED = "age_as_wished"
    SHARED_INTERESTS = "shared_interests"
    SAME_OCCUPATION = "same_occupation"
    LONG_WAIT = "long_wait"
    NO_FAMILY_NOW = "no_family_now"

    TRAVEL_UNKNOWN = "travel_unknown"
    LONG_TRIP = "long_trip"
    UNREACHABLE = "unreachable"
    NO_SHARED_LANGUAGE = "no_shared_language"
    WEAK_LANGUAGE = "weak_language"
    NO_SHARED_TIME = "no_shared_time"
    ONE_SHARED_TIME = "one_shared_time"
    DIFFERENT_RHYTHM = "different_rhythm"
    ALREADY_GUIDES = "already_guides"
    MATCHED_BEFORE = "matched_before"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the score: whole points out of a stated maximum, and what they rest on."""

    code: TermCode
    points: int
    max_points: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pair is good, or what speaks against it, to be worded by the reader's language."""

    code: ReasonCode
    facts: Facts


@dataclass(frozen=True, slots=True)
class Candidate:
    """A guide for a family with the score, its terms (they add up to it) and the reasons."""

    guide_id: UUID
    score: int
    terms: tuple[Term, ...]
    reasons: tuple[Reason, ...]
    counter_reasons: tuple[Reason, ...]
    pair: "Pair" = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A guide who may not be proposed, with every rule that says so."""

    guide_id: UUID
    rules: tuple[RuleCode, ...]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many guides a rule removes, and how many of them no other rule would remove."""

    removed: int
    alone: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first, exclusions by id; together they are all guides.

    A candidate is told whole when somebody looks at it: most are only counted.
    """

    candidates: Sequence[Candidate]
    order: tuple[UUID, ...]  # the candidates' guides
    excluded: tuple[Exclusion, ...]
    rule_counts: Mapping[RuleCode, RuleCount]


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """One pair told whole: the candidate it is or would be, and the rules that forbid it."""

    candidate: Candidate
    failing: tuple[RuleCode, ...]

    @property
    def is_feasible(self) -> bool:
        return not self.failing
