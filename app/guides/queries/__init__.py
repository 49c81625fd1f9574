"""Reads of the room."""

from app.guides.queries.guides import (
    DRAFT_LIFETIME,
    PAGE_SIZE,
    Applicant,
    Partner,
    count_by_status,
    find_draft,
    find_guide_by_email,
    find_guide_for_user,
    find_partner,
    get_guide,
    list_applicants_awaiting_contact,
    list_guides,
    list_guides_for_matching,
    list_possible_partners,
    overdue_on,
)
from app.guides.queries.steps import (
    Lacking,
    find_guardian_approval,
    lacks_steps,
    list_lacking,
    missing_steps,
)

__all__ = [
    "DRAFT_LIFETIME",
    "PAGE_SIZE",
    "Applicant",
    "Lacking",
    "Partner",
    "count_by_status",
    "find_draft",
    "find_guardian_approval",
    "find_guide_by_email",
    "find_guide_for_user",
    "find_partner",
    "get_guide",
    "lacks_steps",
    "list_applicants_awaiting_contact",
    "list_guides",
    "list_guides_for_matching",
    "list_lacking",
    "list_possible_partners",
    "missing_steps",
    "overdue_on",
]
