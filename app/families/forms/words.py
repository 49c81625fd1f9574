"""The words of the room's own closed lists."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app import wording
from app.families.models import ApprovalKind, ContactWay, FamilyStatus, SettlementCategory


class AddressStatus(StrEnum):
    """The answer to the form's first question. It is never stored."""

    OPEN = "open"
    UNKNOWN = "unknown"
    PROTECTED = "protected"


wording.register(
    FamilyStatus,
    {
        FamilyStatus.WAITING: _l("Waiting for a guide"),
        FamilyStatus.MATCHED: _l("Has a guide"),
        FamilyStatus.WITHDRAWN: _l("No longer takes part"),
    },
)
wording.register(
    SettlementCategory,
    {
        SettlementCategory.ASYLUM: _l("Asylum (individual protection)"),
        SettlementCategory.COLLECTIVE_PROTECTION: _l("Temporary collective protection"),
        SettlementCategory.RESETTLEMENT: _l("Resettlement refugee"),
        SettlementCategory.FAMILY_REUNIFICATION: _l("Family reunification"),
        SettlementCategory.HUMANITARIAN: _l("Humanitarian grounds"),
    },
)
wording.register(
    ContactWay,
    {
        ContactWay.THROUGH_STAFF: _l("Through us: we talk to them ourselves"),
        ContactWay.SMS: _l("Text message"),
        ContactWay.PHONE: _l("Phone call, and text messages with our links"),
        ContactWay.EMAIL: _l("E-mail"),
    },
)
wording.register(
    AddressStatus,
    {
        AddressStatus.OPEN: _l("No, it is not protected"),
        AddressStatus.UNKNOWN: _l("I do not know"),
        AddressStatus.PROTECTED: _l("Yes, kode 6 or kode 7"),
    },
)
wording.register(
    ApprovalKind,
    {
        ApprovalKind.GUARDIAN: _l("Guardian"),
        ApprovalKind.CHILD_WELFARE: _l("Child welfare service"),
    },
)
PRIORITY = {
    0: _l("As usual: who has waited longest comes first"),
    1: _l("Should have a guide soon"),
    2: _l("Needs a guide first of all"),
}
CHILD_FIELDS = {
    "children_0_2": "0-2",
    "children_3_5": "3-5",
    "children_6_12": "6-12",
    "children_13_17": "13-17",
}
