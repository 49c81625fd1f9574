"""Reads of the room: how it goes with the pairs, what is due, what is on record."""

from app.follow_ups.queries.conditions import ASKED_KINDS, END_DAYS_AHEAD
from app.follow_ups.queries.due import Due, is_loose_concern, list_due, list_loose_concerns
from app.follow_ups.queries.records import (
    Record,
    asked_of,
    find_concern,
    find_contact,
    find_own_concern,
    get_concern,
    get_last_question,
    get_match_by_family_link,
    get_pair,
    get_question,
    get_record,
    list_asked_of_same,
    list_questions,
)
from app.follow_ups.queries.settings import RULE_NAMES, Rules, find_settings, rules_for
from app.follow_ups.queries.standing import (
    Sign,
    Standing,
    find_standing,
    list_standings,
)
from app.follow_ups.queries.waiting import list_waiting_guides

__all__ = [
    "ASKED_KINDS",
    "END_DAYS_AHEAD",
    "RULE_NAMES",
    "Due",
    "Record",
    "Rules",
    "Sign",
    "Standing",
    "asked_of",
    "find_concern",
    "find_contact",
    "find_own_concern",
    "find_settings",
    "find_standing",
    "get_concern",
    "get_last_question",
    "get_match_by_family_link",
    "get_pair",
    "get_question",
    "get_record",
    "is_loose_concern",
    "list_asked_of_same",
    "list_due",
    "list_loose_concerns",
    "list_questions",
    "list_standings",
    "list_waiting_guides",
    "rules_for",
]
