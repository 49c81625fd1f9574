"""The words of the room's own closed list."""

from flask_babel import lazy_gettext as _l

from app import wording
from app.guides.models import GuideStatus
from app.municipalities.models import PlacedBy

wording.register(
    GuideStatus,
    {
        GuideStatus.APPLIED: _l("New"),
        GuideStatus.CONTACTED: _l("Contacted"),
        GuideStatus.INTERVIEWED: _l("Interviewed"),
        GuideStatus.READY: _l("Ready"),
        GuideStatus.PAUSED: _l("On a break"),
        GuideStatus.ENDED: _l("Ended"),
    },
)
PLACED_BY = {
    PlacedBy.CHOICE: _l("picked"),
    PlacedBy.POSTCODE: _l("from the postcode"),
    PlacedBy.NEAREST: _l("from the address"),
}
