"""The closed lists of the room."""

from enum import StrEnum


class FamilyStatus(StrEnum):
    """Whether a family waits for a guide, has one, or no longer takes part."""

    WAITING = "waiting"
    MATCHED = "matched"
    WITHDRAWN = "withdrawn"


class FamilyKind(StrEnum):
    """A household, or a group of young people who are here without their parents."""

    HOUSEHOLD = "household"
    MINORS_GROUP = "minors_group"


class ApprovalKind(StrEnum):
    """Who has to say yes before anybody meets a group of minors."""

    GUARDIAN = "guardian"
    CHILD_WELFARE = "child_welfare"


class SettlementCategory(StrEnum):
    """On which ground a household was settled. Never shown to guides."""

    ASYLUM = "asylum"
    COLLECTIVE_PROTECTION = "collective_protection"
    RESETTLEMENT = "resettlement"
    FAMILY_REUNIFICATION = "family_reunification"
    HUMANITARIAN = "humanitarian"


class ContactWay(StrEnum):
    """How the family wants to be reached."""

    THROUGH_STAFF = "through_staff"
    SMS = "sms"
    PHONE = "phone"
    EMAIL = "email"
