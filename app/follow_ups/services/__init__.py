"""Use cases of the room: planning, asking, answering, noting, worrying, deciding."""

from app.follow_ups.services.answering import answer_by_link
from app.follow_ups.services.asking import AnswerPage, ask_due, has_unasked, make_family_link
from app.follow_ups.services.deciding import change_rules
from app.follow_ups.services.noting import (
    AgainInThePast,
    Contact,
    OtherSideUnheard,
    TalkOutOfPlace,
    forget_handled_concerns,
    handle_concern,
    note_contact,
)
from app.follow_ups.services.planning import plan_follow_ups
from app.follow_ups.services.schedule import Step, schedule
from app.follow_ups.services.worrying import (
    raise_concern,
    raise_concern_by_link,
    raise_concern_of_family,
)
from app.guides.services import leaving

__all__ = [
    "AgainInThePast",
    "AnswerPage",
    "Contact",
    "OtherSideUnheard",
    "Step",
    "TalkOutOfPlace",
    "answer_by_link",
    "ask_due",
    "change_rules",
    "forget_handled_concerns",
    "handle_concern",
    "has_unasked",
    "make_family_link",
    "note_contact",
    "plan_follow_ups",
    "raise_concern",
    "raise_concern_by_link",
    "raise_concern_of_family",
    "schedule",
]

leaving.WHEN_ONE_LEAVES.append(forget_handled_concerns)
