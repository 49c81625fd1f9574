"""Every number of the matching, with where it comes from. Nothing is hard-coded elsewhere.

Evidence on what makes matches last is weak, so the weights are a judgement to be changed by
those who run a programme; the score never claims to predict success.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from app.matching.types import HIGHEST_LEVEL

MAX_SCORE = 1000
PERCENT = 100  # the whole of a percentage


@dataclass(frozen=True, slots=True)
class ScoringWeights:
    """The most points each term can give. They sum to 1000, so a point is a per mille.

    neighbourhood: friendships last "if both live near each other" and the leading reason
        for an end is that the family moved (HostNation, five years).
    language: a bridge language matters at the start, yet a shared mother tongue is not the
        norm and Norwegian practice is often the point: heavy, but soft.
    availability: a guide who never has time at the same time is no guide; with rhythm,
        because "matching busy with busy balances expectations" (NTNU 2012).
    family_situation: 33 % of coordinators match by life situation (NTNU 2012).
    age: 52 % of coordinators match people of the same age, and some refugees want somebody
        older (NTNU 2012): only where the family says so, and never a must.
    interests: 79 % of coordinators use them, but shared interests did not make youth
        mentoring last longer (Raposa 2019, 9 000 pairs): low.
    occupation: for the work track only.
    waiting: linear and capped, never a step, so nobody is overtaken from one day to the next.
    burden: spreads families over guides.
    """

    neighbourhood: int = 240
    language: int = 240
    availability: int = 160
    family_situation: int = 90
    age: int = 40
    interests: int = 50
    occupation: int = 40
    waiting: int = 80
    burden: int = 60

    def __post_init__(self) -> None:
        points = {weight.name: getattr(self, weight.name) for weight in fields(self)}
        for name, value in points.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"the weight {name} is a whole number from 0, not {value!r}")
        if sum(points.values()) != MAX_SCORE:
            raise ValueError(f"the weights sum to {sum(points.values())}, not {MAX_SCORE}")


@dataclass(frozen=True, slots=True)
class MatchingConfig:
    """Weights, and how each term fills them. Percentages are of the term's own maximum."""

    weights: ScoringWeights = field(default_factory=ScoringWeights)

    # Availability: one shared slot is enough to begin; four are as good as any number.
    min_shared_slots: int = 1
    full_slots: int = 4
    rhythm_percent: int = 30  # of the availability term; the rest is shared slots
    rhythm_near_percent: int = 50  # one step apart: weekly and fortnightly
    rhythm_unknown_percent: int = 50

    # Neighbourhood: same gives all, next to gives this; then falling with the minutes.
    adjacent_percent: int = 70
    nearest_minutes: int = 10  # up to here as good as next door
    farthest_minutes: int = 60  # from here nothing
    travel_unknown_percent: int = 35  # neither zero nor far
    short_trip_minutes: int = 20  # a reason up to here, a counter-reason beyond

    # Language: level both ways, something on top for the family's own mother tongue.
    mother_tongue_percent: int = 20
    # Norwegian practice wished, guide speaks Norwegian fully: 57 points of 240, below the 96 of
    # a language that both speak well. Nearly every guide can practise; few can talk from day one.
    practice_percent: int = 24
    interpreter_percent: int = 20  # an interpreter is agreed
    # "Must share a language" asks for a level at which two people can talk (Level.GOOD).
    required_level: int = 2
    practice_level: int = 3  # how well the guide speaks Norwegian to practise with
    weak_level: int = 1  # up to here the shared language is also a counter-reason
    # "Can get by" between two languages, 0 to 1, e.g. Dari and Farsi 0.8; never transitive. Norwegian is "no".
    closeness: Mapping[frozenset[str], float] = field(default_factory=dict)

    # Family situation: two shared age bands are as good as more.
    full_child_ages: int = 2
    parents_percent: int = 30  # both have children, of other ages
    wish_percent: int = 50  # the guide wishes for just such a family
    no_children_percent: int = 50  # neither has children

    age_near_percent: int = 50  # the age group next to the one the family wishes for

    full_interests: int = 3
    full_waiting_days: int = 180  # the reference rules' cap: half a year
    long_wait_days: int = 90  # from here it is said as a reason
    full_burden: int = 3  # families with which the burden term is empty

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self)):
            value = getattr(self, name)
            if name.endswith("_percent") and not 0 <= value <= PERCENT:
                raise ValueError(f"{name} is 0 to 100, not {value}")
            if name.startswith("full_") and value < 1:
                raise ValueError(f"{name} is at least 1, not {value}")
            if name.endswith("_level") and not 0 <= value <= HIGHEST_LEVEL:
                raise ValueError(f"{name} is 0 to {HIGHEST_LEVEL}, not {value}")
        if self.min_shared_slots < 0:
            raise ValueError("min_shared_slots is not negative")
        if not 0 <= self.nearest_minutes < self.farthest_minutes:
            raise ValueError("nearest_minutes lies below farthest_minutes")
        if not all(0 <= share <= 1 for share in self.closeness.values()):
            raise ValueError("closeness is 0 to 1")
