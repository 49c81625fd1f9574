from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Conflict
from app.families.models import FamilyWithdrawn
from app.matches import services
from app.matches.forms.together import lack_words
from app.matches.models import WrongMatchStatus
from app.matches.services import Addresses
from app.matches.services.prolonging import NothingToProlong
from app.matches.services.starting import MeetingBehind, MeetingTooFar
from app.web.links import absolute_url

bp = Blueprint("matches", __name__, url_prefix="/<municipality>")

REFUSALS: dict[type[Conflict], LazyString] = {
    WrongMatchStatus: _l("This has changed in the meantime. Here is how the match is now."),
    FamilyWithdrawn: _l("The family no longer takes part in the programme."),
    services.FamilyHasOpenMatch: _l("The family has an open match already."),
    services.FamilyNotWaiting: _l("The family has a guide already."),
    services.GuideAtCapacity: _l("This guide has no room for another family."),
    services.GuideNotReady: _l("This guide takes a break or has left."),
    services.GuideTooYoung: _l("A guide who is under 18 meets groups only."),
    services.GuideCannotBeProposed: _l("This guide cannot be proposed for the family."),
    services.QuestionIsOut: _l(
        "Somebody is thinking about these guides just now. Wait for the answer, or stop it first."
    ),
    services.GuidesOutOfOrder: _l(
        "One guide gets the letters: in a proposal the guide it was made for, and in a match that"
        " runs one who has said yes. Does the reserve step in, or somebody new? Let them come in"
        " beside the guide first. When they have said yes, they can get the letters, and the other"
        " can leave."
    ),
    services.NotOneself: _l("You cannot choose yourself: a colleague has to do it."),
    services.FamilyNotAsked: _l(
        "Ask the family first, and write the day on which it said yes to the new guide."
    ),
    services.SeenGuidesChanged: _l(
        "Somebody else has changed the guides in the meantime. Here they are as they are now."
    ),
    services.PairVetoed: _l(
        "Somebody has said ‘not these two’. Talk with whoever answers for the family. If it stands"
        " among the suggested matches, it can be taken back there."
    ),
    NothingToProlong: _l("They have signed no agreement that could go on."),
    services.ChoiceNoteMissing: _l("Write why you choose this guide: a rule speaks against it."),
    services.AnswerTooLate: _l("The last day to answer has passed. Ask again first."),
    services.DateOutOfPlace: _l("The date must lie between the day both said yes and today."),
    MeetingBehind: _l("The start meeting must lie ahead."),
    MeetingTooFar: _l("Choose a day within the next half year."),
    services.MeetingPlaceGone: _l("This place is no longer on the list. Choose another."),
}


def words_for(refusal: Conflict) -> str:
    """Return what to tell the person whose step was refused."""
    if isinstance(refusal, services.MayNotMeet):
        return " ".join(lack_words(refusal.lacking, group=refusal.is_group))
    return str(next(REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS))


def addresses() -> Addresses:
    """Return where links in letters lead."""
    return Addresses(
        answer=lambda token: absolute_url("matches.answer", token=token),
        my_page=absolute_url("my_page.show"),
        family_page=lambda token: absolute_url("matches.family_page", token=token),
    )
