"""Tables of the room."""

from app.families.models.families import ChildrenInBand, Family, FamilyLanguage, FamilyWithdrawn
from app.families.models.groups import GroupApproval
from app.families.models.lists import (
    ApprovalKind,
    ContactWay,
    FamilyKind,
    FamilyStatus,
    SettlementCategory,
)

__all__ = [
    "ApprovalKind",
    "ChildrenInBand",
    "ContactWay",
    "Family",
    "FamilyKind",
    "FamilyLanguage",
    "FamilyStatus",
    "FamilyWithdrawn",
    "GroupApproval",
    "SettlementCategory",
]
