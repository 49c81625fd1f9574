"""Reads of the room."""

from app.endings.queries.answers import (
    QUESTIONS,
    asked_of,
    get_end_answer,
    get_family_answer,
    list_answers,
)
from app.endings.queries.due import (
    EndingTask,
    EndingWhy,
    find_pending_transfer,
    get_transfer,
    list_ending_tasks,
    list_pending_transfers,
)
from app.endings.queries.endings import (
    Endings,
    LastMeeting,
    find_ending,
    find_endings,
    find_endings_of_many,
    get_ending,
    list_due_endings,
    list_last_meetings,
    rests_elsewhere,
)
from app.endings.queries.service import Service, find_service, has_left_one

__all__ = [
    "QUESTIONS",
    "EndingTask",
    "EndingWhy",
    "Endings",
    "LastMeeting",
    "Service",
    "asked_of",
    "find_ending",
    "find_endings",
    "find_endings_of_many",
    "find_pending_transfer",
    "find_service",
    "get_end_answer",
    "get_ending",
    "get_family_answer",
    "get_transfer",
    "has_left_one",
    "list_answers",
    "list_due_endings",
    "list_ending_tasks",
    "list_last_meetings",
    "list_pending_transfers",
    "rests_elsewhere",
]
