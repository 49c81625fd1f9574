"""Reads of the room: matches, and the ranking of guides for one family."""

from app.matches.queries.candidates import (
    FamilyRanking,
    get_family_to_match,
    rank_for,
    rules_against,
)
from app.matches.queries.map_points import MapPoint, list_map_points
from app.matches.queries.matches import (
    STATUS_GROUPS,
    count_by_status,
    find_open_match,
    get_asked_match,
    get_match,
    guide_asked_by,
    list_matches,
    list_matches_of_guide,
    list_open_matches,
    list_overdue_matches,
    list_unanswered_matches,
)
from app.matches.queries.own import not_own
from app.matches.queries.people import GuideCard, families_in_round, load_people
from app.matches.queries.settings import (
    Settings,
    config_for,
    find_settings,
    list_weight_changes,
    settings_for,
    settings_in,
    weights_in,
)
from app.matches.queries.shown import families_shown, guides_shown, names_in
from app.matches.queries.starting import (
    Terms,
    agreed_until,
    find_match_of_family,
    find_meeting_place,
    get_family_by_link,
    get_meeting_place,
    list_meeting_places,
    terms_for,
    terms_in,
)

__all__ = [
    "STATUS_GROUPS",
    "FamilyRanking",
    "GuideCard",
    "MapPoint",
    "Settings",
    "Terms",
    "agreed_until",
    "config_for",
    "count_by_status",
    "families_in_round",
    "families_shown",
    "find_match_of_family",
    "find_meeting_place",
    "find_open_match",
    "find_settings",
    "get_asked_match",
    "get_family_by_link",
    "get_family_to_match",
    "get_match",
    "get_meeting_place",
    "guide_asked_by",
    "guides_shown",
    "list_map_points",
    "list_matches",
    "list_matches_of_guide",
    "list_meeting_places",
    "list_open_matches",
    "list_overdue_matches",
    "list_unanswered_matches",
    "list_weight_changes",
    "load_people",
    "names_in",
    "not_own",
    "rank_for",
    "rules_against",
    "settings_for",
    "settings_in",
    "terms_for",
    "terms_in",
    "weights_in",
]
