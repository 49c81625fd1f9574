"""Reads of the room: matches, and the ranking of guides for one family."""

from app.matches.queries.candidates import (
    CONFIG,
    FamilyRanking,
    get_family_to_match,
    rank_for,
    rules_against,
)
from app.matches.queries.map_points import MapPoint, list_map_points
from app.matches.queries.matches import (
    STATUS_GROUPS,
    contact_mark,
    count_by_status,
    find_open_match,
    get_asked_match,
    get_match,
    list_matches,
    list_matches_of_guide,
    list_open_matches,
    list_overdue_matches,
)

__all__ = [
    "CONFIG",
    "STATUS_GROUPS",
    "FamilyRanking",
    "MapPoint",
    "contact_mark",
    "count_by_status",
    "find_open_match",
    "get_asked_match",
    "get_family_to_match",
    "get_match",
    "list_map_points",
    "list_matches",
    "list_matches_of_guide",
    "list_open_matches",
    "list_overdue_matches",
    "rank_for",
    "rules_against",
]
