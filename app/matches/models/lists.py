"""The steps of a match's life, and the other closed lists of the room."""

from enum import StrEnum


class MatchStatus(StrEnum):
    """A match's life, from the matching's proposal to its end."""

    PROPOSED = "proposed"
    GUIDE_ASKED = "guide_asked"
    GUIDE_ACCEPTED = "guide_accepted"
    FAMILY_ASKED = "family_asked"
    AGREED = "agreed"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


S = MatchStatus
STOPS = frozenset({S.DECLINED, S.EXPIRED, S.WITHDRAWN})
TRANSITIONS: dict[MatchStatus, frozenset[MatchStatus]] = {
    S.PROPOSED: frozenset({S.GUIDE_ASKED}) | STOPS,
    S.GUIDE_ASKED: frozenset({S.GUIDE_ACCEPTED}) | STOPS,
    S.GUIDE_ACCEPTED: frozenset({S.FAMILY_ASKED}) | STOPS,
    S.FAMILY_ASKED: frozenset({S.AGREED}) | STOPS,
    S.AGREED: frozenset({S.ACTIVE}) | STOPS,
    S.ACTIVE: frozenset({S.ENDED}),
    S.ENDED: frozenset(),
    S.DECLINED: frozenset(),
    S.EXPIRED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
# From the coordinator's confirmation until the end or a no, the guide's place is taken.
TAKES_PLACE = frozenset({S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE})
OPEN = TAKES_PLACE | {S.PROPOSED}
FEWEST_IN_GROUP = 2  # guides who meet it
# Both sides have said yes: from here each may know the other's name and contact.
# In these the guide has been asked; a closed match tells by `asked_on`.
KNOWN_TO_GUIDE = TAKES_PLACE | {S.ENDED}
BOTH_SAID_YES = frozenset({S.AGREED, S.ACTIVE})
WAITS_FOR_ANSWER = frozenset({S.GUIDE_ASKED, S.FAMILY_ASKED})


class MatchKind(StrEnum):
    """With a household; or two or three guides with a group of minors, never one with one."""

    HOUSEHOLD = "household"
    GROUP = "group"


class Origin(StrEnum):
    """Whether the matching ranked the guide, or a coordinator chose against its list."""

    MATCHING = "matching"
    BY_HAND = "by_hand"


class GuideKind(StrEnum):
    LEAD = "lead"
    CO = "co"
    BACKUP = "backup"


class Side(StrEnum):
    """Who said no."""

    GUIDE = "guide"
    FAMILY = "family"
    COORDINATOR = "coordinator"


class DeclineReason(StrEnum):
    NO_TIME = "no_time"
    TOO_FAR = "too_far"
    NOT_A_FIT = "not_a_fit"
    KNOWS_THE_OTHER = "knows_the_other"
    CHANGED_SITUATION = "changed_situation"
    FOUND_ANOTHER = "found_another"
    NO_REASON = "no_reason"


class AnswerWay(StrEnum):
    """How an answer reached us. Never who said what beyond yes or no."""

    LINK = "link"
    MY_PAGE = "my_page"
    IN_PERSON = "in_person"
    PHONE = "phone"
    THROUGH_INTERPRETER = "through_interpreter"


class EndReason(StrEnum):
    COMPLETED = "completed"
    MOVED = "moved"
    NEVER_MET = "never_met"
    NOT_A_FIT = "not_a_fit"
    GUIDE_STOPPED = "guide_stopped"
    FAMILY_STOPPED = "family_stopped"
    OTHER = "other"
