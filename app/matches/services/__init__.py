"""The use cases of a match's life, in its order."""

from app.matches.services.allowed import (
    Lack,
    LackCode,
    MayNotMeet,
    NotOneself,
    ensure_may_meet,
    find_lacks,
    lacks_of,
    lacks_of_group,
)
from app.matches.services.answering import (
    Refusal,
    accept_as_guide,
    accept_for_family,
    answer_by_link,
    ask_family,
    decline_match,
)
from app.matches.services.arranging import (
    Arrangement,
    FamilyNotAsked,
    GuidesOutOfOrder,
    QuestionIsOut,
    SeenGuidesChanged,
    arrange_guides,
)
from app.matches.services.closing import Ending, end_match, expire_overdue_matches, withdraw_match
from app.matches.services.confirming import confirm_match
from app.matches.services.grouping import GroupChoice, propose_group
from app.matches.services.guides_answers import (
    NewcomersAnswer,
    answer_as_newcomer,
    answer_oneself,
)
from app.matches.services.letters import Addresses
from app.matches.services.meeting_places import (
    MeetingPlaceTaken,
    PlaceInput,
    save_meeting_place,
)
from app.matches.services.objections import PairVetoed
from app.matches.services.own_page import withdraw_by_link
from app.matches.services.places import GuideAtCapacity, GuideNotReady, GuideTooYoung
from app.matches.services.proposing import (
    ChoiceNoteMissing,
    FamilyHasOpenMatch,
    FamilyNotWaiting,
    GuideCannotBeProposed,
    propose_match,
)
from app.matches.services.starting import (
    MeetingPlaceGone,
    Plan,
    Signatures,
    agree_on,
    note_signatures,
    plan_start_meeting,
    tick_checks,
)
from app.matches.services.steps import AnswerTooLate, DateOutOfPlace, SaidOutOfPlace
from app.matches.services.weighing import (
    SettingsChangedMeanwhile,
    Weighing,
    WeightOutOfRange,
    WeightsDoNotSum,
    change_weights,
)
from app.matching.pairs.rules import NEVER_OVERRIDDEN

__all__ = [
    "NEVER_OVERRIDDEN",
    "Addresses",
    "AnswerTooLate",
    "Arrangement",
    "ChoiceNoteMissing",
    "DateOutOfPlace",
    "Ending",
    "FamilyHasOpenMatch",
    "FamilyNotAsked",
    "FamilyNotWaiting",
    "GroupChoice",
    "GuideAtCapacity",
    "GuideCannotBeProposed",
    "GuideNotReady",
    "GuideTooYoung",
    "GuidesOutOfOrder",
    "Lack",
    "LackCode",
    "MayNotMeet",
    "MeetingPlaceGone",
    "MeetingPlaceTaken",
    "NewcomersAnswer",
    "NotOneself",
    "PairVetoed",
    "PlaceInput",
    "Plan",
    "QuestionIsOut",
    "Refusal",
    "SaidOutOfPlace",
    "SeenGuidesChanged",
    "SettingsChangedMeanwhile",
    "Signatures",
    "Weighing",
    "WeightOutOfRange",
    "WeightsDoNotSum",
    "accept_as_guide",
    "accept_for_family",
    "agree_on",
    "answer_as_newcomer",
    "answer_by_link",
    "answer_oneself",
    "arrange_guides",
    "ask_family",
    "change_weights",
    "confirm_match",
    "decline_match",
    "end_match",
    "ensure_may_meet",
    "expire_overdue_matches",
    "find_lacks",
    "lacks_of",
    "lacks_of_group",
    "note_signatures",
    "plan_start_meeting",
    "propose_group",
    "propose_match",
    "save_meeting_place",
    "tick_checks",
    "withdraw_by_link",
    "withdraw_match",
]
