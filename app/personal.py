"""What columns tell about people, and what becomes of it: the words the data map is written in.

Models say it beside each column; the map, its document and the one walk over it read it there.
Pure: the table of who sees what speaks of the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

NOBODY = "–"  # where a name stood
KEY = "personal"  # under which SQLAlchemy keeps it


class Person(StrEnum):
    """Whose facts they are."""

    GUIDE = auto()
    FAMILY = auto()
    USER = "user"  # staff, and guides as those who sign in


class Facts(StrEnum):
    """Facts that are seen, or not seen, together."""

    GUIDE_NAME = auto()
    GUIDE_CONTACT = auto()
    GUIDE_ABOUT = auto()
    GUIDE_PLACE = auto()
    GUIDE_LANGUAGES = auto()
    GUIDE_TERMS = auto()
    GUIDE_STEPS = auto()
    GUIDE_CERTIFICATE = auto()
    GUIDE_WORDS = auto()
    FAMILY_NAME = auto()
    FAMILY_CONTACT = auto()
    FAMILY_HOUSEHOLD = auto()
    FAMILY_PLACE = auto()
    FAMILY_LANGUAGES = auto()
    FAMILY_WISHES = auto()
    FAMILY_BACKGROUND = auto()
    FAMILY_CONSENT = auto()
    FAMILY_APPROVALS = auto()
    FAMILY_WORDS = auto()
    FAMILY_QUIET = auto()
    FAMILY_PROTECTED = auto()
    MATCH_FACTS = auto()
    MATCH_REASONING = auto()
    MATCH_WORDS = auto()
    MEETING_FACTS = auto()
    ACTIVITY_FACTS = auto()
    ACTIVITY_WORDS = auto()
    FOLLOW_UP_FACTS = auto()
    STAFF_WORDS = auto()
    MESSAGE = auto()
    ACCOUNT = auto()
    SECRET = auto()
    STAFF_WORK = auto()
    LOOK = auto()
    NOTHING = auto()


class Weight(StrEnum):
    """How much harm it does in the wrong hands."""

    NONE = auto()
    CONTENT = auto()
    IDENTIFYING = auto()
    CONTACT = auto()
    SENSITIVE = auto()


class Erased(StrEnum):
    """What becomes of a column when the person it tells about is erased."""

    KEPT = auto()
    EMPTIED = auto()
    REPLACED = "replaced"  # where each row needs a value of its own
    MONTH = "month"  # the month stays, the day goes
    ROW = "row"  # the whole row goes
    TAKEN_OUT = "taken out"  # of what was computed about many at once, by the room that keeps it
    BY_AGE = "by age"  # nobody can tell whose it is; it goes after hours or days


_PAIR = frozenset({Person.GUIDE, Person.FAMILY})
_ALL = frozenset(Person)
_SHARED: Mapping[Facts, frozenset[Person]] = {
    Facts.MESSAGE: _ALL,
    Facts.SECRET: _ALL,
    Facts.LOOK: _ALL,
    Facts.ACCOUNT: frozenset({Person.USER}),
    Facts.STAFF_WORK: frozenset({Person.USER}),
    Facts.NOTHING: frozenset(),
}
_WEIGHTS: Mapping[Facts, Weight] = {
    Facts.NOTHING: Weight.NONE,
    Facts.GUIDE_NAME: Weight.IDENTIFYING,
    Facts.FAMILY_NAME: Weight.IDENTIFYING,
    Facts.ACCOUNT: Weight.IDENTIFYING,
    Facts.GUIDE_CONTACT: Weight.CONTACT,
    Facts.FAMILY_CONTACT: Weight.CONTACT,
    Facts.MESSAGE: Weight.CONTACT,
} | dict.fromkeys(
    (
        Facts.FAMILY_APPROVALS,
        Facts.FAMILY_BACKGROUND,
        Facts.FAMILY_HOUSEHOLD,
        Facts.FAMILY_LANGUAGES,
        Facts.FAMILY_PLACE,
        Facts.FAMILY_PROTECTED,
        Facts.FAMILY_QUIET,
        Facts.FAMILY_WORDS,
        Facts.GUIDE_CERTIFICATE,
        Facts.SECRET,
        Facts.STAFF_WORDS,
    ),
    Weight.SENSITIVE,
)


def whose(facts: Facts) -> frozenset[Person]:
    """Return whom facts are about: the two of a pair, where they do not say whose they are."""
    for person in _PAIR:
        if facts.value.startswith(f"{person.value}_"):
            return frozenset({person})
    return _SHARED.get(facts, _PAIR)


def weight_of(facts: Facts) -> Weight:
    """Return how much harm facts do in the wrong hands."""
    return _WEIGHTS.get(facts, Weight.CONTENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the map says of a column.

    Args:
        facts: which facts it belongs to.
        erased: what becomes of it.
        blank: what an emptied column holds, where its type's own nothing will not do.
        why: why it is kept although it tells about somebody.
        finds: the column names whoever the row is about, without a foreign key that says so: by
            an identifier of any table, or by an address. Or the key leads onwards, from a row about
            somebody to what else is about them.
        confided: somebody has said it to staff in confidence: no copy hands it to the other side.
    """

    facts: Facts
    erased: Erased
    blank: Any = None
    why: str = ""
    finds: str = ""
    confided: bool = False


ANYBODY, ADDRESS, ONWARDS = "anybody", "address", "onwards"  # what `finds` may say
COUNTED = "counted, and leads to nobody"
HOLDS_TOGETHER = "holds rows together, and leads to nobody"
WHO_LOOKED = "two years on it must be known who looked; it holds identifiers alone"
WHO_DID_IT = "says who did it; the name goes with the account"
Info = dict[Any, Any]


def tells(facts: Facts, erased: Erased = Erased.EMPTIED, **more: Any) -> Info:
    """Return a column's `info`. What tells nothing about people is kept."""
    kept = Erased.KEPT if facts is Facts.NOTHING else erased
    return {KEY: Note(facts=facts, erased=kept, **more)}


def about(facts: Facts, erased: Erased = Erased.ROW, **more: Any) -> dict[str, Info]:
    """Return the last of `__table_args__`: what holds for the columns that say nothing themselves."""
    return {"info": tells(facts, erased, **more)}


NOT_PERSONAL = about(Facts.NOTHING)
PLAIN = tells(Facts.NOTHING)  # words, but not about people
DONE_BY = tells(Facts.STAFF_WORK, Erased.KEPT, why=WHO_DID_IT)
