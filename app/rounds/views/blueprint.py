from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Conflict, DomainError, NotFound
from app.matches.views.blueprint import words_for as words_of_matches
from app.rounds import services

bp = Blueprint("rounds", __name__, url_prefix="/<municipality>/round")

CHANGED = _l("This suggestion has changed in the meantime. Look at it as it is now.")
GONE = _l("The family or the guide is not here any more.")
REFUSALS: dict[type[Conflict], LazyString] = {
    services.PairForbidden: _l("A rule forbids these two, and it cannot be overruled here."),
    services.GuideFullyPinned: _l("All this guide's places are kept for other families already."),
    services.FamilyNotInRound: _l("The family does not wait any more, or has a proposal already."),
    services.GuideHasLeft: GONE,
    services.DecidedMeanwhile: _l(
        "Somebody has decided something else about this family since you opened the page."
        " Look at it as it is now, and choose again if you still want to."
    ),
    services.PinTakenBack: _l(
        "These two are not kept together any more. Make new suggestions to see who fits now."
    ),
    services.FamilyPinnedElsewhere: _l("The family has been kept for another guide since."),
    services.RoundNotDone: _l("New suggestions are being made. Wait until they are ready."),
}


def words_for(refusal: DomainError) -> str:
    """Return what to tell the person whose step was refused."""
    if isinstance(refusal, NotFound):
        return str(GONE)
    if not isinstance(refusal, Conflict):
        raise refusal
    own = REFUSALS.get(type(refusal))
    return str(own) if own else words_of_matches(refusal)
