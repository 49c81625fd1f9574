"""Tables of the room."""

from app.guides.models.guides import (
    ADULT_AGE_GROUPS,
    NEXT_STATUS,
    CoupleGuide,
    Guide,
    GuideLanguage,
    GuideStatus,
    SignUpDraft,
    WrongGuideStatus,
)
from app.guides.models.steps import (
    ASKED_AT_FIRST,
    CHOSEN,
    NEVER_WAIVED,
    NO_VERSION,
    Declaration,
    GuardianApproval,
    GuideStep,
    PipelineStep,
    StepCode,
    StepOverride,
    StepWay,
)

__all__ = [
    "ADULT_AGE_GROUPS",
    "ASKED_AT_FIRST",
    "CHOSEN",
    "NEVER_WAIVED",
    "NEXT_STATUS",
    "NO_VERSION",
    "CoupleGuide",
    "Declaration",
    "GuardianApproval",
    "Guide",
    "GuideLanguage",
    "GuideStatus",
    "GuideStep",
    "PipelineStep",
    "SignUpDraft",
    "StepCode",
    "StepOverride",
    "StepWay",
    "WrongGuideStatus",
]
