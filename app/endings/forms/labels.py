"""The words of the room's closed lists, for staff."""

from flask_babel import lazy_gettext as _l

from app.endings.models import Again, EndWish, FamilyAfter, TransferStatus
from app.wording import register

register(
    EndWish,
    {
        EndWish.PAUSE: _l("The guide needs a break, and they go on afterwards"),
        EndWish.TOO_MUCH: _l("It is too much for the guide: no more families, and we help"),
        EndWish.COMPLETED: _l("The agreed time is over"),
        EndWish.ANOTHER_FAMILY: _l("The guide would like another family"),
        EndWish.FAMILY_MOVED: _l("The family moves"),
        EndWish.STOP: _l("The guide stops being a guide"),
        EndWish.ANOTHER_GUIDE: _l("The family would like another guide"),
        EndWish.NO_GUIDE: _l("The family wants no guide any more"),
        EndWish.NEVER_MET: _l("They never met"),
        EndWish.OTHER: _l("Another reason"),
    },
)
register(
    FamilyAfter,
    {
        FamilyAfter.WAITS: _l("It waits for another guide here"),
        FamilyAfter.TRANSFERS: _l("It moves, and we tell the other municipality"),
        FamilyAfter.LEAVES: _l("It takes part no longer"),
    },
)
register(
    TransferStatus,
    {
        TransferStatus.PENDING: _l("To be told"),
        TransferStatus.TOLD: _l("Told"),
        TransferStatus.DROPPED: _l("Not told"),
    },
)
register(
    Again,
    {
        Again.NOW: _l("Can be asked again"),
        Again.LATER: _l("Can be asked again in two months"),
        Again.NO_MORE: _l("Stops as a guide"),
    },
)
