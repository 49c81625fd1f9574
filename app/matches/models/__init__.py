"""Tables of the room."""

from app.matches.models.changes import GuideChange
from app.matches.models.lists import (
    BOTH_SAID_YES,
    FEWEST_IN_GROUP,
    KNOWN_TO_GUIDE,
    OPEN,
    STOPS,
    TAKES_PLACE,
    TRANSITIONS,
    WAITS_FOR_ANSWER,
    AnswerWay,
    DeclineReason,
    EndReason,
    GuideKind,
    MatchKind,
    MatchStatus,
    Origin,
    Side,
)
from app.matches.models.matches import Match, MatchEvent, MatchGuide, WrongMatchStatus
from app.matches.models.prolonging import Prolongation
from app.matches.models.starting import (
    AGREEMENT_VERSION,
    Agreement,
    MeetingPlace,
    StartCheck,
    StartGap,
    StartMeeting,
)
from app.matches.models.weights import MatchingSettings, WeightChange

__all__ = [
    "AGREEMENT_VERSION",
    "BOTH_SAID_YES",
    "FEWEST_IN_GROUP",
    "KNOWN_TO_GUIDE",
    "OPEN",
    "STOPS",
    "TAKES_PLACE",
    "TRANSITIONS",
    "WAITS_FOR_ANSWER",
    "Agreement",
    "AnswerWay",
    "DeclineReason",
    "EndReason",
    "GuideChange",
    "GuideKind",
    "Match",
    "MatchEvent",
    "MatchGuide",
    "MatchKind",
    "MatchStatus",
    "MatchingSettings",
    "MeetingPlace",
    "Origin",
    "Prolongation",
    "Side",
    "StartCheck",
    "StartGap",
    "StartMeeting",
    "WeightChange",
    "WrongMatchStatus",
]
