"""Pages of guides: sign-up and status for residents, the list and the record for staff."""

from app.guides.views import (
    applicants,
    couples,
    declarations,
    guide_steps,
    listing,
    pipeline,
    reached,
    record,
    sign_up,
    status,
)
from app.guides.views.blueprint import bp

__all__ = [
    "applicants",
    "bp",
    "couples",
    "declarations",
    "guide_steps",
    "listing",
    "pipeline",
    "reached",
    "record",
    "sign_up",
    "status",
]
