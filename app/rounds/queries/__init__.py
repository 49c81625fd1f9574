"""Reads of the room: stored rounds, and what a round would rest on now."""

from app.rounds.queries.board import Board, read_board, suggested_families
from app.rounds.queries.changes import stored_changes
from app.rounds.queries.rounds import (
    StoredPair,
    find_latest,
    find_round_of,
    get_round,
    latest_failure,
    latest_round,
    list_choices,
    list_rounds,
    pairs_of,
    previous_pairs,
    round_under_way,
    rounds_to_replay,
    stored_idle,
    stored_pairs,
    stored_waiting,
)
from app.rounds.queries.situation import (
    Situation,
    is_stale,
    open_plan,
    open_situation,
    read_situation,
    waiting_families,
)

__all__ = [
    "Board",
    "Situation",
    "StoredPair",
    "find_latest",
    "find_round_of",
    "get_round",
    "is_stale",
    "latest_failure",
    "latest_round",
    "list_choices",
    "list_rounds",
    "open_plan",
    "open_situation",
    "pairs_of",
    "previous_pairs",
    "read_board",
    "read_situation",
    "round_under_way",
    "rounds_to_replay",
    "stored_changes",
    "stored_idle",
    "stored_pairs",
    "stored_waiting",
    "suggested_families",
    "waiting_families",
]
